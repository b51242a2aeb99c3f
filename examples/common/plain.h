/* SPDX-License-Identifier: MIT */
/*
 * plain.h - texts from elsewhere, for a terminal.
 */
#ifndef PLAIN_H
#define PLAIN_H

/* The text, with '?' for what could move the cursor and for what is no UTF-8;
 * a very long one is cut. Good until the next call. */
const char *plain(const char *text);

#endif
