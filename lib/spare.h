/* SPDX-License-Identifier: MIT */
/*
 * spare.h - processes that are forked before anybody needs them.
 *
 * A task that is given to one begins when that wakes up, rather than when it
 * has been forked.
 */
#ifndef TINE_SPARE_H
#define TINE_SPARE_H

#include <stdbool.h>

struct brood;
struct superd;
struct ward;

/* As many as the plan says; those that cannot be had now are tried later. */
void spare_refill(struct superd *superd);

/* All of them end. */
void spare_drop_all(struct superd *superd);

/* Gives the ward's guest to one, which becomes the ward's process. False: there
 * is none. */
bool spare_take(struct superd *superd, struct ward *ward);

/* Their processes, for who has to know his own. False: no memory. */
bool spare_list(const struct superd *superd, struct brood *brood);

#endif
