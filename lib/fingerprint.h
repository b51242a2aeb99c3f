/* SPDX-License-Identifier: MIT */
/* fingerprint.h - a number for a crash, by which those of one bug are found. */
#ifndef TINE_FINGERPRINT_H
#define TINE_FINGERPRINT_H

#include <stdint.h>

/* Of a signal and of the report that crash.h makes; 0: there is no stack. */
uint64_t fingerprint_of(int number, const char *report);

#endif
