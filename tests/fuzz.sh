#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz.sh - the decoders of what others may have sent survive TINE_FUZZ inputs
# (few, unless told otherwise), each a spoiled copy of a good one.
set -eu

for target in fuzz_frame fuzz_inbox fuzz_ring fuzz_slot fuzz_spec; do
	./fuzz/$target "${TINE_FUZZ:-50000}"
done
