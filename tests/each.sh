#!/bin/sh
# SPDX-License-Identifier: MIT
# each.sh PROGRAM - run a test once for each way to learn of a death, and, as
# root, once more each as an ordinary user, for whom other limits hold.
set -eu

users='as-i-am'
if [ "$(id -u)" = 0 ]; then
	users='as-i-am 65534'
fi
for reap in pidfd sigchld; do
	for user in $users; do
		unset TINE_TEST_UID
		if [ "$user" != as-i-am ]; then
			export TINE_TEST_UID="$user"
		fi
		echo "--- TINE_REAP=$reap, user $user"
		TINE_REAP=$reap "$@"
	done
done
