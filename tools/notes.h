/* SPDX-License-Identifier: MIT */
/* notes.h - what tasks say that they are doing. */
#ifndef NOTES_H
#define NOTES_H

/* Of all rows of a struct forest that has room for notes; of one that has none,
 * nothing. */
void notes_read(void *forest);

#endif
