/* SPDX-License-Identifier: MIT */
/* test_spec_foul.c - bytes that are no child and no supervisor are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "spec.h"

static struct wire_out out;

static int work(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	return 0;
}

/* A tree with an example of all that there is. */
static int setup(void **state)
{
	static const struct tine_child low[] = {
		{ .id = "low", .fn = work, .arg = "arg", .size = 3 },
		{ .fn = work, .restart = TINE_TRANSIENT },
	};
	static const struct tine_super_options lower = {
		.name = "lower",
		.max_children = 5,
		.strategy = TINE_ONE_FOR_ALL,
		.children = low,
		.child_count = 2,
	};
	static const struct tine_child top[] = {
		{ .id = "first", .fn = work, .limits = { .cpu_ms = 1 } },
		{ .id = "second", .super = &lower },
		{ .fn = work, .arg = "argument", .size = 8 },
	};
	static const struct tine_super_options upper = { .children = top,
							 .child_count = 3 };

	(void)state;
	wire_begin(&out, SPEC_MOST);
	spec_put(&out, &(struct tine_child){ .id = "all", .super = &upper });
	return out.error;
}

static int teardown(void **state)
{
	(void)state;
	wire_done(&out);
	return 0;
}

/* From memory of its own size, so that ASan sees who reads on. True: it is
 * a child, and all of it was there. */
static bool take(const unsigned char *data, size_t size)
{
	unsigned char *exact = malloc(size ? size : 1);
	struct spec *spec = NULL;
	struct wire_in in;
	int error;

	assert_non_null(exact);
	memcpy(exact, data, size);
	in = wire_in(exact, size);
	error = spec_take(&in, &spec);
	assert_true(error == 0 || error == TINE_EUSAGE);
	assert_int_equal(error == 0, spec != NULL);
	free(exact);
	if (spec)
		assert_true(spec->plan || spec->fn);
	spec_free(spec);
	return error == 0 && wire_is_whole(&in);
}

static void the_tree_is_good(void **state)
{
	(void)state;
	assert_true(take(out.buf.data, out.buf.size));
}

static void each_part_of_it_is_refused(void **state)
{
	(void)state;
	for (size_t cut = 0; cut < out.buf.size; cut++)
		assert_false(take(out.buf.data, cut));
}

static void what_stands_behind_it_is_seen(void **state)
{
	(void)state;
	wire_put(&out, 0);
	assert_false(take(out.buf.data, out.buf.size));
}

static void a_byte_of_it_that_is_another_does_no_harm(void **state)
{
	static const unsigned char flips[] = { 1, 2, 0x80, 0xff };

	(void)state;
	for (size_t i = 0; i < out.buf.size; i++)
		for (size_t n = 0; n < sizeof flips; n++) {
			out.buf.data[i] ^= flips[n];
			(void)take(out.buf.data, out.buf.size);
			out.buf.data[i] ^= flips[n];
		}
}

static void a_number_of_it_that_is_another_does_no_harm(void **state)
{
	static const uint64_t numbers[] = { 0,         1,          1000000,
					    1u << 30,  UINT32_MAX, 1ULL << 32,
					    INT64_MAX, UINT64_MAX };
	unsigned char before[sizeof *numbers];

	(void)state;
	for (size_t i = 0; i + sizeof before <= out.buf.size; i++)
		for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
			memcpy(before, out.buf.data + i, sizeof before);
			memcpy(out.buf.data + i, &numbers[n], sizeof before);
			(void)take(out.buf.data, out.buf.size);
			memcpy(out.buf.data + i, before, sizeof before);
		}
}

static void children_that_do_not_come_take_no_memory(void **state)
{
	struct plan *plan = NULL;
	struct wire_in in;

	(void)state;
	wire_done(&out);
	plan_put(&out, &(struct tine_super_options){ 0 });
	out.buf.size -= sizeof(uint64_t);
	wire_put(&out, 1000000);
	in = wire_in(out.buf.data, out.buf.size);
	assert_int_equal(plan_take(&in, &plan), TINE_EUSAGE);
	assert_null(plan);
}

/* Deep enough to go through any stack, if nobody counted. */
static void what_has_no_ground_is_refused(void **state)
{
	static const struct tine_super_options none;
	static const struct tine_child one = { .super = &none };
	struct wire_out level;
	struct wire_in in;
	struct spec *spec = NULL;

	(void)state;
	wire_begin(&level, SPEC_MOST);
	spec_put(&level, &one);
	level.buf.size -= sizeof(uint64_t);
	wire_put(&level, 1);
	wire_done(&out);
	for (int i = 0; i < 20000; i++)
		assert_int_equal(
			buf_add(&out.buf, level.buf.data, level.buf.size), 0);
	in = wire_in(out.buf.data, out.buf.size);
	assert_int_equal(spec_take(&in, &spec), TINE_EUSAGE);
	assert_null(spec);
	wire_done(&level);
}

static void nothing_and_noise_are_refused(void **state)
{
	unsigned char noise[1000] = { 0 };

	(void)state;
	assert_false(take(noise, 0));
	for (int byte = 0; byte < 256; byte++) {
		memset(noise, byte, sizeof noise);
		assert_false(take(noise, sizeof noise));
	}
}

#define FOUL_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOUL_TEST(the_tree_is_good),
		FOUL_TEST(each_part_of_it_is_refused),
		FOUL_TEST(what_stands_behind_it_is_seen),
		FOUL_TEST(a_byte_of_it_that_is_another_does_no_harm),
		FOUL_TEST(a_number_of_it_that_is_another_does_no_harm),
		FOUL_TEST(children_that_do_not_come_take_no_memory),
		FOUL_TEST(what_has_no_ground_is_refused),
		FOUL_TEST(nothing_and_noise_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
