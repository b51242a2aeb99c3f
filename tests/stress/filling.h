/* SPDX-License-Identifier: MIT */
/* filling.h - bytes that follow from a number, and are no other number's. */
#ifndef TINE_FILLING_H
#define TINE_FILLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void filling_write(void *bytes, size_t size, uint64_t salt);

/* Whether it is that, not counting the first `skip` bytes, a multiple of 8. */
bool filling_is(const void *bytes, size_t size, size_t skip, uint64_t salt);

#endif
