/* SPDX-License-Identifier: MIT */
/* test_order.c - what a supervisor is told of a task is what it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "order.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct wire_out out;

static int setup(void **state)
{
	(void)state;
	wire_begin(&out, SPEC_MOST);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	wire_done(&out);
	return 0;
}

static int work(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	return 0;
}

static const struct order full = {
	.fn = work,
	.arg = "with\0zeroes\0",
	.size = 12,
	.name = "a name",
	.limits = { .memory_bytes = 1,
		    .file_bytes = UINT64_MAX,
		    .cpu_ms = 3,
		    .files = 4,
		    .processes = UINT_MAX,
		    .core = true },
	.max_result = SIZE_MAX,
	.grace_ms = 5,
	.nolink = true,
	.slot = 6,
	.callers = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
	.caller_count = ORDER_CALLERS,
};

/* Puts it, after what was put before is gone. */
static void put(const struct order *order)
{
	wire_done(&out);
	order_put(&out, order);
	assert_int_equal(out.error, 0);
}

/* From memory of its own size, so that ASan sees who reads on. */
static bool take(size_t size, struct order *order)
{
	unsigned char *exact = malloc(size ? size : 1);
	struct wire_in in;
	bool taken;

	assert_non_null(exact);
	memcpy(exact, out.buf.data, size);
	in = wire_in(exact, size);
	taken = order_take(&in, order);
	free(exact);
	return taken;
}

static void take_all(struct order *order)
{
	struct wire_in in = wire_in(out.buf.data, out.buf.size);

	assert_true(order_take(&in, order));
}

static void assert_limits(const struct tine_limits *limits,
			  const struct tine_limits *wanted)
{
	assert_true(limits->memory_bytes == wanted->memory_bytes);
	assert_true(limits->file_bytes == wanted->file_bytes);
	assert_true(limits->cpu_ms == wanted->cpu_ms);
	assert_int_equal(limits->files, wanted->files);
	assert_int_equal(limits->processes, wanted->processes);
	assert_int_equal(limits->core, wanted->core);
}

static void each_field_comes_through(void **state)
{
	struct order order;

	(void)state;
	put(&full);
	take_all(&order);
	assert_ptr_equal(order.fn, work);
	assert_int_equal(order.size, full.size);
	assert_memory_equal(order.arg, full.arg, full.size);
	assert_string_equal(order.name, full.name);
	assert_limits(&order.limits, &full.limits);
	assert_true(order.max_result == SIZE_MAX);
	assert_int_equal(order.grace_ms, 5);
	assert_true(order.nolink);
	assert_int_equal(order.slot, 6);
	assert_int_equal(order.caller_count, ORDER_CALLERS);
	assert_memory_equal(order.callers, full.callers, sizeof full.callers);
}

static void its_argument_stays_where_it_is(void **state)
{
	struct order order;
	const unsigned char *arg;

	(void)state;
	put(&full);
	take_all(&order);
	arg = order.arg;
	assert_true(arg > out.buf.data);
	assert_true(arg + order.size < out.buf.data + out.buf.size);
}

static void one_with_nothing_in_it_comes_through(void **state)
{
	struct order order;

	(void)state;
	put(&(struct order){ .fn = work });
	take_all(&order);
	assert_int_equal(order.size, 0);
	assert_string_equal(order.name, "");
	assert_false(order.nolink);
	assert_int_equal(order.caller_count, 0);
}

static void each_grace_comes_through(void **state)
{
	static const int64_t times[] = { 0, 1, INT64_MAX, TINE_FOREVER,
					 TINE_BRUTAL };
	struct order order = { .fn = work };

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		struct order taken;

		order.grace_ms = times[i];
		put(&order);
		take_all(&taken);
		assert_true(taken.grace_ms == times[i]);
	}
}

static void refuse(const struct order *order)
{
	struct order taken;

	put(order);
	assert_false(take(out.buf.size, &taken));
}

static void times_that_are_none_are_refused(void **state)
{
	(void)state;
	refuse(&(struct order){ .fn = work, .grace_ms = -3 });
	refuse(&(struct order){ .fn = work, .grace_ms = INT64_MIN });
	refuse(&(struct order){ .fn = work, .limits = { .cpu_ms = -1 } });
}

/* The callers are the last that is put. */
static void callers_of_another_size_are_refused(void **state)
{
	static const size_t sizes[] = { 1, sizeof(pid_t) - 1, sizeof(pid_t) + 1,
					sizeof(pid_t) * (ORDER_CALLERS + 1) };
	static const pid_t callers[ORDER_CALLERS + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct order taken;

		put(&(struct order){ .fn = work });
		out.buf.size -= sizeof(uint64_t);
		wire_put_bytes(&out, callers, sizes[i]);
		assert_false(take(out.buf.size, &taken));
	}
}

static void each_part_is_refused_and_so_is_more(void **state)
{
	struct order order;

	(void)state;
	put(&full);
	for (size_t cut = 0; cut < out.buf.size; cut++)
		assert_false(take(cut, &order));
	assert_true(take(out.buf.size, &order));
	wire_put(&out, 0);
	assert_false(take(out.buf.size, &order));
}

static void a_byte_that_is_another_does_no_harm(void **state)
{
	static const unsigned char flips[] = { 1, 2, 0x80, 0xff };

	(void)state;
	put(&full);
	for (size_t i = 0; i < out.buf.size; i++)
		for (size_t n = 0; n < sizeof flips; n++) {
			struct order order;

			out.buf.data[i] ^= flips[n];
			if (take(out.buf.size, &order))
				assert_true(order.size <= out.buf.size &&
					    order.caller_count <=
						    ORDER_CALLERS);
			out.buf.data[i] ^= flips[n];
		}
}

#define ORDER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ORDER_TEST(each_field_comes_through),
		ORDER_TEST(its_argument_stays_where_it_is),
		ORDER_TEST(one_with_nothing_in_it_comes_through),
		ORDER_TEST(each_grace_comes_through),
		ORDER_TEST(times_that_are_none_are_refused),
		ORDER_TEST(callers_of_another_size_are_refused),
		ORDER_TEST(each_part_is_refused_and_so_is_more),
		ORDER_TEST(a_byte_that_is_another_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
