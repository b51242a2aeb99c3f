#!/bin/sh
# SPDX-License-Identifier: MIT
# stress.sh - TINE_STRESS tasks of a seeded mix (few, unless told otherwise) end
# as the oracle says, however the library learns of a death.
set -eu

for reap in pidfd sigchld; do
	echo "--- TINE_REAP=$reap"
	TINE_REAP=$reap ./stress/stress --tasks "${TINE_STRESS:-3000}"
done
