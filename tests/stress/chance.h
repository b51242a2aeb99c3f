/* SPDX-License-Identifier: MIT */
/* chance.h - what looks like chance, and follows from a seed. */
#ifndef TINE_CHANCE_H
#define TINE_CHANCE_H

#include <stdint.h>

/* splitmix64: every bit of the input moves every bit of the output. */
uint64_t chance_mix(uint64_t x);

/* One of `count`, each as likely as its share of the sum. */
int chance_pick(uint64_t random, const unsigned *shares, int count);

/* A signal that ends a process which does nothing about it. */
int chance_signal(uint64_t random);

#endif
