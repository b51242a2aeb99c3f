/* SPDX-License-Identifier: MIT */
/*
 * jstring.h - JSON strings of bytes that may be no UTF-8.
 */
#ifndef JSTRING_H
#define JSTRING_H

#include <jansson.h>

/* The text, or if it is no UTF-8 its ASCII, '?' for the rest. NULL: no memory.
 */
json_t *jstring(const char *text);

#endif
