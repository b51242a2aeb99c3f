/* SPDX-License-Identifier: MIT */
/*
 * units.h - durations and sizes as columns show them and options take them.
 *
 * lib/text.h has those of sentences: "3.4 s", "64 MiB".
 */
#ifndef UNITS_H
#define UNITS_H

#include <stdbool.h>
#include <stdint.h>

#define UNITS_ROOM 32

/* "830us", "12ms", "1.5s", "3m12s", "5h02m", "2d4h" */
const char *units_duration(char to[UNITS_ROOM], int64_t us);

/* "512B", "1.5K", "12.3M", "340M" */
const char *units_bytes(char to[UNITS_ROOM], uint64_t bytes);

/* "10s", "500ms", "2m", "1.5h", "1m30s"; a number alone is in seconds. False:
 * it is none, or of more than 1000 years. */
bool units_parse_duration(const char *text, int64_t *us);

/* "64M", "1.5G", "4096": bytes, or times 1024 and its powers. False: it is
 * none, or 2^63 or more. */
bool units_parse_bytes(const char *text, uint64_t *bytes);

#endif
