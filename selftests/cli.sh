#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tool as its user meets it, as far as that needs neither module nor
# privilege: exit codes, what it says of mistakes, help, completion, manual pages,
# policy files.
#
#   cli.sh
#
# NFIM names the tool.

set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=selftests/net/ktap.sh
. selftests/net/ktap.sh

nfim=$(realpath "${NFIM:-userspace/nfim}")
man8=userspace/man/nfim.8.scd man5=userspace/man/nfim.conf.5.scd
module=nf_conntrack_im

[ -x "$nfim" ] || skip_all "no $nfim: say make userspace"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/nfim-cli.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/bin" && ln -s "$nfim" "$tmp/bin/nfim"
PATH=$tmp/bin:$PATH

# --- what is looked at -----------------------------------------------------

# exits CODE COMMAND...: with that code, and a sentence if it is no success.
exits()
{
	local wanted=$1 code said

	shift
	said=$("$@" 2>&1 </dev/null)
	code=$?
	echo "code $code: $said"
	[ $code = "$wanted" ] || return
	[ $code = 0 ] || grep -q '^nfim: .' <<<"$said"
}

# says TEXT COMMAND...: in the first line on standard error, and nothing else where
# the output goes.
says()
{
	local text=$1

	shift
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	head -n 5 "$tmp/out" "$tmp/err"
	[ ! -s "$tmp/out" ] && head -n 1 "$tmp/err" | grep -qF -- "$text"
}

# fails_in_json CODE COMMAND...: one document that says so, and nothing besides.
fails_in_json()
{
	local wanted=$1 code

	shift
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	code=$?
	cat "$tmp/out" "$tmp/err"
	[ $code = "$wanted" ] && [ ! -s "$tmp/err" ] &&
		python3 - "$tmp/out" "$wanted" <<-'END'
	import json, sys
	with open(sys.argv[1]) as source:
	    document = json.load(source)
	assert document["schema"] == 1 and document["error"]["message"]
	assert document["error"]["code"] == int(sys.argv[2])
	END
}

# error PYTHON: an expression about "error", of the last document.
error()
{
	python3 -c '
import json, sys
error = json.load(open(sys.argv[1]))["error"]
assert eval(sys.argv[2]), error' "$tmp/out" "$1"
}

commands()
{
	nfim --help | sed -n '/^$/,/^$/s/^  \([a-z ]*[a-z]\)   .*/\1/p'
}

# Lines of "COMMAND OPTION".
options()
{
	local name

	commands | while read -r name; do
		# shellcheck disable=SC2086
		nfim help --words $name | sed -n "s/^--/$name --/p"
	done
}

# complete LINE: what bash offers there, sorted, on one line.
complete_line()
{
	bash -c '
		. userspace/completion/nfim.bash
		read -r -a COMP_WORDS <<<"$1"
		[ "${1% }" = "$1" ] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_nfim
		printf "%s\n" "${COMPREPLY[@]}"' - "$1" | sort | xargs
}

# An empty capture: explain reads its policy, and is done.
empty=$tmp/empty.pcap
printf '\324\303\262\241\2\0\4\0\0\0\0\0\0\0\0\0\377\377\0\0\1\0\0\0' >"$empty"

loads()
{
	nfim explain "$empty" --policy "$1"
}

# example N: the Nth example of nfim.conf(5).
example()
{
	sed -n '/^# EXAMPLES/,/^# FILES/p' $man5 |
		awk -v n="$1" '/^```$/ { if (in_code = !in_code) i++; next }
			in_code && i == n'
}

# --- what must not be there ------------------------------------------------

# undocumented FILE WORD...: those that the page has no paragraph or line for.
undocumented()
{
	local file=$1 word

	shift
	for word; do
		grep -qE -- "^(.*[ ,])?\*$word( =)?\*" "$file" ||
			echo "$file: nothing about $word"
	done
}

nothing()
{
	local output

	output=$("$@")
	echo "$output"
	[ -z "$output" ]
}

unknown_commands()
{
	local name

	commands | while read -r name; do
		grep -qF "*nfim* [_OPTION_...] *$name*" $man8 ||
			echo "$man8: $name is not in the synopsis"
		grep -qxF "## $name" $man8 || echo "$man8: no section on $name"
	done
}

unknown_options()
{
	local list

	mapfile -t list < <(options | sed 's/.* //' | sort -u)
	undocumented $man8 "${list[@]}"
}

# names FILE [TABLE]: of its tables of X(SYMBOL, "name"), or of that one.
names()
{
	sed "/^#define ${2-[A-Z_]*}(X)/,/^$/!d" "$1" |
		sed -n 's/^\tX([A-Z_0-9]*,[[:space:]]*"\([a-z0-9-]*\)").*/\1/p'
}

unknown_names()
{
	local list

	mapfile -t list < <(names include/nfim/counters.h)
	[ ${#list[@]} -ge 40 ] || echo "counters.h: only ${#list[@]} counters"
	undocumented $man8 "${list[@]}"
}

unknown_keys()
{
	local list

	mapfile -t list < <(sed -n 's/^\t\(KEY\|VALUE\)("\([a-z-]*\)".*/\2/p' \
		userspace/conf_key.c)
	[ ${#list[@]} -ge 20 ] || echo "conf_key.c: only ${#list[@]} keys"
	undocumented $man5 "${list[@]/range/ports}"
}

unknown_applications()
{
	local list

	mapfile -t list < <(names kernel/proto/offer.h NFIM_APPS)
	[ ${#list[@]} -ge 17 ] || echo "offer.h: only ${#list[@]} applications"
	undocumented $man5 "${list[@]}"
}

unknown_mechanisms()
{
	local list

	mapfile -t list < <(names kernel/proto/offer.h NFIM_VIAS)
	[ ${#list[@]} -ge 7 ] || echo "offer.h: only ${#list[@]} mechanisms"
	undocumented $man8 "${list[@]}"
}

# A value whose line does not say where it comes from.
sourceless()
{
	grep -nE '^[[:space:]]*[a-z-]+ = [^#]*$' userspace/policies/*.conf
}

# Links in the documents that lead nowhere.
dead_links()
{
	local file link

	find README.md kernel userspace selftests -name '*.md' |
		while read -r file; do
		grep -oE '\]\([^)]*\)' "$file" |
			sed 's/^](//; s/[#)].*//; /^[a-z]*:/d; /^$/d' |
			while read -r link; do
			[ -e "$(dirname "$file")/$link" ] ||
				echo "$file: no $link"
		done
	done
}

# Policies for clients that no page speaks of.
pageless()
{
	local name

	for name in userspace/policies/*.conf; do
		name=${name##*/}
		name=${name%.conf}
		case $name in all|port-sets|unconfirmed) continue ;; esac
		grep -rqF "\`$name" userspace/doc/clients ||
			echo "no page on $name"
	done
}

helpless()
{
	local name

	commands | while read -r name; do
		# shellcheck disable=SC2086
		cmp <(nfim $name --help) <(nfim help $name) &&
			nfim $name -h | grep -q "^usage: nfim $name" ||
			echo "no help on $name"
	done
}

plan 80

# --- exit codes ------------------------------------------------------------

for words in "--version" "-V" "--help" "-h" "help" "help policy" "version" \
	"policy show --defaults" "policy -h" "explain $empty"; do
	# shellcheck disable=SC2086
	check "0: nfim $words" exits 0 nfim $words
done
for words in "frobnicate" "policy" "policy lod x" "policy load" \
	"policy load /absent" "policy load /" "show clouds" "show clients more" \
	"attach --iif" "attach --port 0" "attach --sip-port 65536" \
	"attach --helper irc" "monitor --count 0" "monitor --timeout x" \
	"monitor --top --expect" "stats --all=yes" "--color blue check" "--netns ../x stats" "stats -x" \
	"explain" "explain /absent" "explain /"; do
	# shellcheck disable=SC2086
	check "2: nfim $words" exits 2 nfim $words
done
check "2: nfim alone" test "$(nfim 2>/dev/null; echo $?)" = 2
check "and says how it is used" grep -q '^usage: nfim' <(nfim 2>&1)
check "1: no such namespace" exits 1 nfim -N absent-$$ stats
check "1: a full disk" exits 1 bash -c 'nfim help >/dev/full'
if [ -e /sys/module/$module ] || modinfo $module >/dev/null 2>&1; then
	for words in stats flush json; do
		skip "4: $words" "the module is here"
	done
else
	check "4: stats without module" exits 4 nfim stats
	check "4: flush without module" exits 4 nfim policy flush
	check "4: in JSON" fails_in_json 4 nfim show -j
fi

# --- what it says of mistakes ----------------------------------------------

check "a command that is meant" says "(did you mean 'monitor'?)" nfim monitr
check "one of two words" says "(did you mean 'policy load'?)" nfim policy laod x
check "an option" says "(did you mean '--iif'?)" nfim attach --iff lan
check "a word" says "(did you mean 'clients'?)" nfim show client
check "no short form of a name" says "unknown command 'mon'" nfim mon
check "nor of an option" says "unknown option '--versio'" nfim --versio
check "JSON" fails_in_json 2 nfim -j show client
check "JSON if -j stands behind the mistake" fails_in_json 2 nfim shwo -j
check "JSON of metrics" fails_in_json 2 nfim stats --metrics --json
check "JSON without a command" fails_in_json 2 nfim -j

printf 'policy "a" {\n\tapplication voice {\n\t\tinside = { 6901, 69o2 }\n\t}\n}\n' \
	>"$tmp/bad.conf"
check_is "a policy file: line, column, the line, and a mark" \
	"$(nfim policy load "$tmp/bad.conf" 2>&1; echo "code $?")" \
	"nfim: $tmp/bad.conf:3:20: '69o2' is no port: want 1 to 65535, or a range as 6891-6901
		inside = { 6901, 69o2 }
		                 ^
code 2"
check "in JSON" fails_in_json 2 nfim -j policy load "$tmp/bad.conf"
check "with its place" error "(error['file'], error['line'], error['column']) == \
	('$tmp/bad.conf', 3, 20)"
printf 'policy "a" { aplication voice { } }\n' >"$tmp/bad.conf"
check "the keyword that is meant" says "(did you mean 'application'?)" \
	nfim policy load "$tmp/bad.conf"
check "from standard input" grep -q '^nfim: <stdin>:1:14: ' \
	<(nfim policy load - 2>&1 <"$tmp/bad.conf")
check "and in explain" says "$tmp/bad.conf:1:14: " \
	nfim explain "$empty" --policy "$tmp/bad.conf"

# --- help, completion, manual pages, policy files --------------------------

check "each command has its help" nothing helpless
check_is "bash: commands" "$(complete_line "nfim ")" \
	"attach check detach expect explain help monitor policy show stats version"
check_is "bash: one that was begun" "$(complete_line "nfim -j sh")" show
check_is "bash: its words" "$(complete_line "nfim show ")" \
	"clients expectations helpers sessions"
check_is "bash: behind an option with a value" \
	"$(complete_line "nfim -N red policy ")" "diff flush load show"
check_is "bash: options" "$(complete_line "nfim policy load --c")" \
	"--check --color"
check_is "bash: values" "$(complete_line "nfim --color ")" "always auto never"
check_is "bash: interfaces" "$(complete_line "nfim attach --iif l")" lo
check_is "bash: files" \
	"$(complete_line "nfim policy load userspace/policies/def")" \
	userspace/policies/default.conf
check_is "bash: captures" "$(complete_line "nfim explain $tmp/em")" "$empty"
check_is "bash: topics of help" "$(complete_line "nfim help policy ")" \
	"diff flush load show"

check "nfim(8) has every command" nothing unknown_commands
check "nfim(8) has every option" nothing unknown_options
check "nfim(8) has every counter" nothing unknown_names
check "nfim(8) has every mechanism" nothing unknown_mechanisms
check "nfim.conf(5) has every key" nothing unknown_keys
check "nfim.conf(5) has every application" nothing unknown_applications
check "links in documents lead somewhere" nothing dead_links
check "each policy's clients have a page" nothing pageless
for n in 1 2 3; do
	example $n >"$tmp/$n.conf"
	check "example $n of nfim.conf(5) loads" \
		bash -c "cp userspace/policies/*.conf '$tmp'; [ -s '$tmp/$n.conf' ] &&
			nfim explain '$empty' --policy '$tmp/$n.conf'"
done
check_not "there is no other one" grep . <(example 4)
for file in userspace/policies/*.conf; do
	[ "${file##*/}" = port-sets.conf ] || loads "$file" >/dev/null 2>&1 ||
		echo "$file"
done >"$tmp/unloaded"
check_is "every policy file loads" "$(cat "$tmp/unloaded")" ""
check "every line of them names its source" nothing sourceless
done_testing
