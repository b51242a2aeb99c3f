/* SPDX-License-Identifier: MIT */
/*
 * strays.h - processes that commands left behind, and nobody looks after.
 *
 * Who watched a command may have been killed. The command dies with him; what
 * it had forked comes to us.
 */
#ifndef STRAYS_H
#define STRAYS_H

/* From now on they do. Children that are there already are no strays. */
void strays_adopt(void);

/* Kills them, while commands are watched by others. */
void strays_kill(void);

/* The same, when nobody is left who watches any. */
void strays_kill_all(void);

#endif
