/* SPDX-License-Identifier: MIT */
/* filling.c - bytes that follow from a number, and are no other number's. */
#include "filling.h"

#include <string.h>

#define WORD sizeof(uint64_t)

static uint64_t filling_word(uint64_t salt, size_t at)
{
	return salt + (at / WORD) * 0x9e3779b97f4a7c15u;
}

void filling_write(void *bytes, size_t size, uint64_t salt)
{
	unsigned char *to = bytes;

	for (size_t at = 0; at < size; at += WORD) {
		uint64_t word = filling_word(salt, at);

		memcpy(to + at, &word, size - at < WORD ? size - at : WORD);
	}
}

bool filling_is(const void *bytes, size_t size, size_t skip, uint64_t salt)
{
	const unsigned char *from = bytes;

	for (size_t at = skip; at < size; at += WORD) {
		uint64_t word = filling_word(salt, at);

		if (memcmp(from + at, &word,
			   size - at < WORD ? size - at : WORD) != 0)
			return false;
	}
	return true;
}
