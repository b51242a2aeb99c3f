/* SPDX-License-Identifier: MIT */
/*
 * driver.c - drives a fuzz target where libFuzzer is not.
 *
 *   fuzz_frame [EXECUTIONS [SEED]]
 *
 * Each execution takes one of the target's seeds and spoils it a few times.
 * The same two numbers run the same inputs again: an assertion that fails, or
 * a sanitizer, ends the program at the input that did it.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define EXECUTIONS 200000
#define SEEDS 64
#define SPOILS 8 /* at most, of one input */

struct input {
	size_t size;
	uint8_t data[FUZZ_ROOM];
};

static struct input seeds[SEEDS];
static unsigned seed_count;
static uint64_t chance;

/* ---- Chance ------------------------------------------------------------ */

/* splitmix64: any seed is a good one. */
static uint64_t draw(void)
{
	uint64_t number = chance += 0x9e3779b97f4a7c15;

	number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
	number = (number ^ number >> 27) * 0x94d049bb133111eb;
	return number ^ number >> 31;
}

static size_t draw_below(size_t limit)
{
	return limit ? (size_t)(draw() % limit) : 0;
}

/* ---- Spoiling ---------------------------------------------------------- */

static void spoil_bit(struct input *input)
{
	if (input->size > 0)
		input->data[draw_below(input->size)] ^=
			(uint8_t)(1 << draw_below(8));
}

static void spoil_byte(struct input *input)
{
	static const uint8_t edges[] = { 0, 1, 7, 8, 0x7f, 0x80, 0xff };
	uint8_t byte = draw_below(2) ? (uint8_t)draw()
				     : edges[draw_below(sizeof edges)];

	if (input->size > 0)
		input->data[draw_below(input->size)] = byte;
}

static void spoil_number(struct input *input)
{
	static const uint32_t edges[] = { 0,        1,         7,
					  8,        9,         65535,
					  65536,    65537,     0x7fffffff,
					  1u << 31, UINT32_MAX };
	uint32_t number = edges[draw_below(sizeof edges / sizeof *edges)];

	if (input->size >= sizeof number)
		memcpy(input->data + draw_below(input->size - 3), &number,
		       sizeof number);
}

static void spoil_cut(struct input *input)
{
	input->size = draw_below(input->size + 1);
}

static void spoil_remove(struct input *input)
{
	size_t at = draw_below(input->size);
	size_t size = draw_below(input->size - at + 1);

	memmove(input->data + at, input->data + at + size,
		input->size - at - size);
	input->size -= size;
}

/* Puts `size` bytes in at a place of chance, if there is room for them. */
static void insert(struct input *input, const uint8_t *data, size_t size)
{
	size_t at = draw_below(input->size + 1);

	if (size > FUZZ_ROOM - input->size)
		return;
	memmove(input->data + at + size, input->data + at, input->size - at);
	memcpy(input->data + at, data, size);
	input->size += size;
}

static void spoil_insert(struct input *input)
{
	uint8_t bytes[32];
	size_t size = 1 + draw_below(sizeof bytes);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)draw();
	insert(input, bytes, size);
}

static void spoil_splice(struct input *input)
{
	const struct input *other = &seeds[draw_below(seed_count)];
	size_t at = draw_below(other->size);

	insert(input, other->data + at, draw_below(other->size - at + 1));
}

static void spoil(struct input *input)
{
	static void (*const ways[])(struct input *) = {
		spoil_bit,    spoil_byte,   spoil_number, spoil_cut,
		spoil_remove, spoil_insert, spoil_splice,
	};

	ways[draw_below(sizeof ways / sizeof *ways)](input);
}

/* ---- Running ----------------------------------------------------------- */

/* From memory of its own size, so that ASan sees who reads on. */
static void run(const struct input *input)
{
	uint8_t *exact = malloc(input->size ? input->size : 1);

	if (!exact)
		abort();
	memcpy(exact, input->data, input->size);
	(void)LLVMFuzzerTestOneInput(exact, input->size);
	free(exact);
}

static void run_all(uint64_t executions)
{
	static struct input input;

	for (uint64_t i = 0; i < executions; i++) {
		input = seeds[i % seed_count];
		for (size_t n = i < seed_count ? 0 : 1 + draw_below(SPOILS);
		     n > 0; n--)
			spoil(&input);
		run(&input);
	}
}

static void load_seeds(void)
{
	while (seed_count < SEEDS) {
		struct input *seed = &seeds[seed_count];

		seed->size = fuzz_seed(seed_count, seed->data);
		if (seed->size == 0)
			break;
		seed_count++;
	}
}

static uint64_t parse(const char *text)
{
	char *end;
	uint64_t number;

	errno = 0;
	number = strtoull(text, &end, 0);
	if (errno || end == text || *end) {
		(void)fprintf(stderr, "not a number: %s\n", text);
		exit(2);
	}
	return number;
}

int main(int argc, char **argv)
{
	uint64_t executions = argc > 1 ? parse(argv[1]) : EXECUTIONS;
	unsigned long long seed;

	if (argc > 2)
		chance = parse(argv[2]);
	else if (getrandom(&chance, sizeof chance, 0) != sizeof chance)
		return 2;
	seed = chance;
	(void)printf("%s: seed 0x%llx\n", argv[0], seed);
	(void)fflush(stdout);
	load_seeds();
	run_all(executions);
	(void)printf("%s: %llu passed, 0 failed\n", argv[0],
		     (unsigned long long)executions);
	return 0;
}
