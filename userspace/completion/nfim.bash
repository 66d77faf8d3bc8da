# SPDX-License-Identifier: GPL-2.0
# bash completion for nfim; the words come from the tool itself

_nfim()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local command='' verb='' list='' words='' i

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-N | --netns | -C | --color) ((i++)) ;;
		-*) ;;
		*)
			[[ -n $command ]] && { verb=${COMP_WORDS[i]}; break; }
			command=${COMP_WORDS[i]}
			;;
		esac
	done
	# The option whose list of values the cursor is in.
	for ((i = COMP_CWORD - 1; i > 0; i--)); do
		[[ ${COMP_WORDS[i]} == -* ]] && { list=${COMP_WORDS[i]}; break; }
	done

	case $prev in
	-N | --netns) words=$(command ls /run/netns 2>/dev/null) ;;
	-t | --table) [[ $command == monitor ]] || words=nfim ;;
	-C | --color) words="auto always never" ;;
	*)
		if [[ -z $command ]]; then
			words=$(nfim help --words 2>/dev/null)
			[[ $cur == -* ]] && words="--version
				$(nfim help --words version 2>/dev/null)"
		elif [[ $cur == -* ]]; then
			[[ $command == @(policy|expect) ]] || verb=
			words=$(nfim help --words "$command" \
				${verb:+"$verb"} 2>/dev/null)
		elif [[ $command == @(policy|expect) && $verb == @(load|diff|restore) ]]; then
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
		elif [[ $command == @(policy|expect) ]]; then
			[[ -n $verb ]] ||
				words=$(nfim help --words "$command" 2>/dev/null)
		elif [[ $command == attach && $list == @(-i|--iif) ]]; then
			words=$(command ls /sys/class/net 2>/dev/null)
		elif [[ $command == attach && $list == @(-p|--port) ]]; then
			words=1863
		elif [[ $command == attach && $list == @(-s|--sip-port) ]]; then
			words=5060
		elif [[ $command == attach && $list == @(-H|--helper) ]]; then
			words="msnp imsip"
		elif [[ $command == explain ]]; then
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
		elif [[ $command == help ]]; then
			words=$(nfim help --words ${verb:+"$verb"} 2>/dev/null |
				grep -v '^-')
		elif [[ -z $list ]]; then
			words=$(nfim help --words "$command" 2>/dev/null |
				grep -v '^-')
		fi
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _nfim nfim
