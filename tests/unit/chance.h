/* SPDX-License-Identifier: MIT */
/* chance.h - numbers that look like chance, and are the same in every run. */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdint.h>

struct chance {
	uint64_t state;
};

/* splitmix64: any state is a good one. */
static inline uint64_t chance_draw(struct chance *chance)
{
	uint64_t number = chance->state += 0x9e3779b97f4a7c15;

	number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
	number = (number ^ number >> 27) * 0x94d049bb133111eb;
	return number ^ number >> 31;
}

static inline uint32_t chance_below(struct chance *chance, uint32_t limit)
{
	return (uint32_t)(chance_draw(chance) % limit);
}

/* From 1 to `most`, all magnitudes alike. */
static inline uint32_t chance_size(struct chance *chance, uint32_t most)
{
	uint32_t size = (uint32_t)(chance_draw(chance) & UINT32_MAX) >>
			chance_below(chance, 32);

	return size % most + 1;
}

#endif
