#!/bin/sh
# SPDX-License-Identifier: MIT
# stress.sh - TINE_STRESS tasks of a seeded mix, TINE_STRESS_POOL items of a
# stream with pools and TINE_STRESS_FRESH without, TINE_STRESS_SUPER steps in the
# lives of supervisors and TINE_STRESS_THREADS tasks of a program with threads
# (few, unless told otherwise) end as the oracle says, however the library learns
# of a death.
set -eu

for reap in pidfd sigchld; do
	echo "--- TINE_REAP=$reap"
	TINE_REAP=$reap ./stress/stress --tasks "${TINE_STRESS:-3000}"
	TINE_REAP=$reap ./stress/stress_pool \
		--items "${TINE_STRESS_POOL:-20000}" \
		--fresh "${TINE_STRESS_FRESH:-1000}"
	TINE_REAP=$reap ./stress/stress_super \
		--steps "${TINE_STRESS_SUPER:-1500}"
	TINE_REAP=$reap ./stress/stress_threads \
		--tasks "${TINE_STRESS_THREADS:-300}"
done
