/* SPDX-License-Identifier: MIT */
/* text.h - short texts for people. */
#ifndef TINE_TEXT_H
#define TINE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Copies one line: control characters of ASCII become spaces, those beyond it
 * and bytes that are not UTF-8 become '?', and what does not fit is cut between
 * two characters. `from` need not end with a NUL: at most `length` bytes of it
 * are read. `room` is not 0.
 */
void text_line(char *to, size_t room, const char *from, size_t length);

/* Takes off what is left, at its end, of a character that was cut. Returns its
 * length. */
size_t text_trim(char *text);

/* "830 us", "12 ms", "3.4 s", "2 min" */
#define TEXT_DURATION 32
const char *text_duration(char to[TEXT_DURATION], int64_t us);

/* "512 bytes", "64 KiB", "1.5 MiB" */
#define TEXT_SIZE 32
const char *text_size(char to[TEXT_SIZE], uint64_t bytes);

/* "SIGSEGV", "signal 42" */
#define TEXT_SIGNAL 32
const char *text_signal(char to[TEXT_SIGNAL], int number);

#endif
