/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - what a fuzz target gives to those who drive it.
 *
 * libFuzzer calls LLVMFuzzerTestOneInput() alone; driver.c, which needs
 * nothing but a compiler, begins with the seeds. What must hold is asserted.
 */
#ifndef TINE_FUZZ_H
#define TINE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_ROOM 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes valid input number `number`; returns its size, 0: no more of them. */
size_t fuzz_seed(unsigned number, uint8_t data[FUZZ_ROOM]);

#endif
