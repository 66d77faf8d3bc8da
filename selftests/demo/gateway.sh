#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guest's part of `make demo`: the same file transfer and the same call, once
# without and once with nfim, and a picture.

. "$(dirname "$0")/../net/lib.sh"
. "$net_dir/phones.sh"

bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' off=$'\e[0m'
[ -z "${NO_COLOR-}" ] || bold='' red='' green='' off=''

title()
{
	echo
	echo "$bold$*$off"
}

run()
{
	echo "  # $*"
}

network()
{
	cat <<-END

	   alice                    gateway                        bob
	   $lan1_addr  ---[ lan  masquerade  wan ]---  $peer_addr
	   MSN Messenger            $wan_addr                      MSN Messenger

	   Both talk to an MSN server at $srv_addr. Alice sends Bob a file:
	   she listens on port 6891 and tells him so through the server. Then she
	   calls him: her phone says by SIP where it wants to hear his voice.
	END
}

# What bob was told, and what became of it.
outcome()
{
	local ok=$1 addr port

	addr=$(word receive accept 2)
	port=$(word receive accept 3)
	if [ "$ok" = 0 ]; then
		cat <<-END
		  bob reads:   IP-Address: $addr   Port: $port
		  result:      ${green}file received, $(stat -c %s "$tmp/received") bytes, identical$off
		END
	else
		cat <<-END
		  bob reads:   IP-Address: $addr   Port: $port
		  result:      ${red}no file: bob cannot reach that address$off
		END
	fi
}

begin()
{
	begin_transfer "$lan1" "$peer" --style private -- --pause &&
		wait_said receive paused
}

ear()
{
	if hears "$1" "$2" >/dev/null; then
		echo "${green}hears $3$off"
	else
		echo "${red}hears nothing$off"
		return 1
	fi
}

# Return: whether each hears the other. heard: from where bob hears alice.
phone_call()
{
	local alice_ear bob_ear both=0

	forget_connections
	phone bob "$peer" "$peer_addr" >/dev/null &&
		call alice "$lan1" "$lan1_addr" "sip:bob@$peer_addr" \
			rtp=17000-17001 >/dev/null &&
		talks alice >/dev/null || return 2
	echo "  alice says:  c=IN IP4 $lan1_addr   m=audio 17000"
	bob_ear=$(ear bob 20 alice) || both=1
	alice_ear=$(ear alice "$1" bob) || both=1
	if [ "$1" != 5 ]; then
		run "nfim show"
		nfim show | sed 's/^/    /'
	fi
	heard=$(heard_from bob)
	echo "  result:      bob $bob_ear, alice $alice_ear"
	hang_up alice
	stop bob
	return $both
}

load_module
setup_topology masq
gateway_rules masq
sip_rules imsip
start_server
make_file 3000000
network

title "1. Without nfim"
begin
go receive
end_transfer
without=$?
echo "  alice says:  IP-Address: $lan1_addr   Port: 6891"
outcome $without

title "2. With nfim"
run "nfim attach --iif lan"
nfim attach --iif lan || exit 1
begin
echo "  alice says:  IP-Address: $lan1_addr   Port: 6891"
run "conntrack -L expect"
expectations | sed 's/^/    /'
run "nfim show"
nfim show | sed 's/^/    /'
go receive
end_transfer
with=$?
outcome $with
run "nfim stats"
nfim stats | sed 's/^/    /'

nfim -q detach
title "3. A call, without nfim"
phone_call 5
mute=$?

title "4. The same call, with nfim"
run "nfim attach --iif lan"
nfim attach --iif lan || exit 1
phone_call 20
call=$?

if [ $without = 0 ] || [ $with != 0 ] || [ $mute != 1 ] || [ $call != 0 ]; then
	echo "${red}The demonstration did not go as it should.$off"
	on_failure
	exit 1
fi
title "What happened"
cat <<END

   without   alice ----- "come to $lan1_addr:6891" ----------------> bob
             alice                 gateway  X <---- connects ------- bob
                                            nobody there knows that address

   with      alice --- "$lan1_addr:6891" --> [nfim] --- "$(word receive accept 2):$(word receive accept 3)" --> bob
             alice <======= 3 MB file ===== [expected] <== connects == bob
                                            one connection, then closed again

   without   alice ~~~~~~~~~~~~~~~~~~ her voice ~~~~~~~~~~~~~~~~~~~> bob
             alice                 gateway  X <~~~ his voice ~~~~~~~ bob
                                            to $lan1_addr, which nobody there knows

   with      alice ~~~~~~~~~~~~~~~~~~ her voice ~~~~~~~~~~~~~~~~~~~> bob
             alice <~~~~~~~~~~~~~~ [expected] <~~~ his voice ~~~~~~~ bob
                                            to $heard, until they hang up
END
nfim detach
