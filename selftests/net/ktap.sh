# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# KTAP output for the test scripts: plan, then one line for each case.
#
#   plan 3
#   check "what is expected to hold" COMMAND ARGS...
#   check_is "what is compared" GOT WANTED
#   check_not "what must fail" COMMAND ARGS...
#   skip "what cannot be tried here" REASON
#   done_testing            exits: 0 all passed, 1 not, 4 skipped as a whole

KTAP_PASS=0
KTAP_FAIL=1
KTAP_SKIP=4

ktap_planned=0
ktap_done=0
ktap_failed=0
ktap_began=
ktap_status=0
ktap_output=

plan()
{
	ktap_planned=$1
	[ -n "$ktap_began" ] || echo "KTAP version 1"
	ktap_began=1
	echo "1..$1"
}

# diag TEXT: as comments; repeated lines once, and only the end of a long text.
diag()
{
	uniq <<<"$*" | tail -n 20 | sed 's/^/# /'
}

pass()
{
	ktap_done=$((ktap_done + 1))
	echo "ok $ktap_done $1"
}

# fail NAME [REASON]; on_failure, if the script has one, tells more.
fail()
{
	ktap_done=$((ktap_done + 1))
	ktap_failed=$((ktap_failed + 1))
	echo "not ok $ktap_done $1"
	[ -z "${2-}" ] || diag "$2"
	if declare -F on_failure >/dev/null; then
		on_failure
	fi
}

skip()
{
	ktap_done=$((ktap_done + 1))
	echo "ok $ktap_done $1 # SKIP ${2-}"
}

# Run in this shell, not a subshell, so that jobs stay ours.
ktap_try()
{
	local file="${tmp:-/tmp}/output"

	"$@" >"$file" 2>&1
	ktap_status=$?
	ktap_output=$(<"$file")
	return $ktap_status
}

check()
{
	local name=$1

	shift
	if ktap_try "$@"; then
		pass "$name"
	else
		fail "$name" "status $ktap_status of: $*
$ktap_output"
	fi
}

check_not()
{
	local name=$1

	shift
	if ktap_try "$@"; then
		fail "$name" "should fail, but did not: $*
$ktap_output"
	else
		pass "$name"
	fi
}

check_is()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "got:    $2
wanted: $3"
	fi
}

# The whole script cannot run here.
skip_all()
{
	[ -n "$ktap_began" ] || echo "KTAP version 1"
	if [ "$ktap_planned" = 0 ]; then
		echo "1..0 # SKIP $*"
	else
		while [ "$ktap_done" -lt "$ktap_planned" ]; do
			skip "not run" "$*"
		done
	fi
	exit $KTAP_SKIP
}

# Nothing more can be tried.
bail_out()
{
	diag "$*"
	echo "Bail out! $*"
	exit $KTAP_FAIL
}

done_testing()
{
	if [ "$ktap_done" != "$ktap_planned" ]; then
		diag "planned $ktap_planned cases, $ktap_done were run"
		exit $KTAP_FAIL
	fi
	[ "$ktap_failed" = 0 ] || exit $KTAP_FAIL
	exit $KTAP_PASS
}
