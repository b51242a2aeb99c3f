#!/bin/sh
# SPDX-License-Identifier: MIT
# fault.sh - each call of the library that can fail is made to fail once, with
# each errno that fits it; however the library learns of a death. Under
# sanitizers, and with TINE_TESTS=few, one of the two ways is enough.
set -eu

for test in test_fault test_fault_stream test_fault_super; do
	if [ ! -x ./proc/$test ]; then
		echo 'cmocka is not here: skipped'
		exit 77
	fi
done
# The tests count for themselves what is held. The leak sanitizer looks at all
# threads and modules at the end, and at times crashes where loading a module
# was made to fail.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
backends='pidfd sigchld'
if [ -n "${SANITIZE_CFLAGS-}" ] || [ "${TINE_TESTS-}" = few ]; then
	backends=pidfd
fi
for reap in $backends; do
	echo "--- TINE_REAP=$reap"
	TINE_REAP=$reap ./proc/test_fault
	TINE_REAP=$reap ./proc/test_fault_stream
	TINE_REAP=$reap ./proc/test_fault_super
done
