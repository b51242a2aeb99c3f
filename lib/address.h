/* SPDX-License-Identifier: MIT */
/*
 * address.h - where a supervisor of this program is found by its name.
 *
 * An address without a file: nothing is left when its owner is killed. It has
 * the pid of the program in it, and when that began, so that programs do not
 * meet. Whoever connects, or is connected to, is asked for his user.
 */
#ifndef TINE_ADDRESS_H
#define TINE_ADDRESS_H

#include "program.h"

/* A socket that listens there, or is connected. Or TINE_EEXIST, TINE_ENOENT, or
 * another enum tine_error. */
int address_listen(const struct program *program, const char *name);
int address_connect(const struct program *program, const char *name);

/* The next who asks; -1: there is none, or he is another user. */
int address_accept(int listening);

#endif
