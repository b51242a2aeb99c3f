#!/bin/sh
# SPDX-License-Identifier: MIT
# each.sh PROGRAM - run a test once for each way to learn of a death, and, as
# root, one of these times as an ordinary user, for whom other limits hold.
# TINE_TESTS=all: both ways for both users; TINE_TESTS=few: once.
set -eu

other=as-i-am
if [ "$(id -u)" = 0 ]; then
	other=65534
fi
case ${TINE_TESTS-} in
few) runs="pidfd,$other" ;;
all) runs="pidfd,$other sigchld,$other pidfd,as-i-am sigchld,as-i-am" ;;
*) runs="pidfd,$other sigchld,as-i-am" ;;
esac
if [ $other = as-i-am ]; then
	runs=$(printf '%s\n' $runs | sort -u)
fi
for run in $runs; do
	reap=${run%,*} user=${run#*,}
	unset TINE_TEST_UID
	if [ "$user" != as-i-am ]; then
		export TINE_TEST_UID="$user"
	fi
	echo "--- TINE_REAP=$reap, user $user"
	TINE_REAP=$reap "$@"
done
