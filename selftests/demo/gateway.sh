#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The guest's part of `make demo`: the same transfer twice, and a picture.

. "$(dirname "$0")/../net/lib.sh"

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
	   she listens on port 6891 and tells him so through the server.
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

load_module
setup_topology masq
gateway_rules masq
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

if [ $without = 0 ] || [ $with != 0 ]; then
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
END
nfim detach
