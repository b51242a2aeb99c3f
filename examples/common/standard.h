/* SPDX-License-Identifier: MIT */
/*
 * standard.h - standard input, output and error, as the program was given them.
 */
#ifndef STANDARD_H
#define STANDARD_H

/* Who called may have closed some of the three. They are filled, so that no
 * socket of ours stands where others read or write; to read or write them fails
 * as before, with EBADF. To be called before anything is opened. */
void standard_fill(void);

#endif
