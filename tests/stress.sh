#!/bin/sh
# SPDX-License-Identifier: MIT
# stress.sh - TINE_STRESS tasks of a seeded mix, TINE_STRESS_POOL items of a
# stream with pools and TINE_STRESS_FRESH without, TINE_STRESS_SUPER steps in the
# lives of supervisors and TINE_STRESS_THREADS tasks of a program with threads
# (few, unless told otherwise) end as the oracle says, however the library learns
# of a death. Under sanitizers they are less, and with TINE_TESTS=few one of the
# two ways is enough.
set -eu

tasks=3000 items=20000 fresh=1000 steps=1500
if [ -n "${SANITIZE_CFLAGS-}" ]; then
	tasks=1000 items=5000 fresh=300 steps=500
fi
backends='pidfd sigchld'
if [ "${TINE_TESTS-}" = few ]; then
	backends=pidfd
fi
for reap in $backends; do
	echo "--- TINE_REAP=$reap"
	TINE_REAP=$reap ./stress/stress --tasks "${TINE_STRESS:-$tasks}"
	TINE_REAP=$reap ./stress/stress_pool \
		--items "${TINE_STRESS_POOL:-$items}" \
		--fresh "${TINE_STRESS_FRESH:-$fresh}"
	TINE_REAP=$reap ./stress/stress_super \
		--steps "${TINE_STRESS_SUPER:-$steps}"
	TINE_REAP=$reap ./stress/stress_threads \
		--tasks "${TINE_STRESS_THREADS:-300}"
done
