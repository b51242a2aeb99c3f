/* SPDX-License-Identifier: MIT */
/* standard.h - standard input, output and error, as the tool was given them. */
#ifndef STANDARD_H
#define STANDARD_H

/*
 * Who called may have closed some of the three. They are filled, so that no
 * file of ours stands where others read or write; to read or write them fails
 * as before, with EBADF.
 */
void standard_fill(void);

/* From now on, when the program exits, and what it printed cannot be written,
 * that is said, and the exit status says that it failed. */
void standard_watch_output(void);

/* It was said already. */
void standard_output_is_told(void);

#endif
