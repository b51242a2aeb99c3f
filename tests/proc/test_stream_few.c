/* SPDX-License-Identifier: MIT */
/*
 * test_stream_few.c - streams where fewer children can be had than may run,
 * or none.
 */
#include "act.h"
#include "children.h"

#include <string.h>

static unsigned reuse;

enum { COUNT = 200 };

/* Sends how many items ended well, and the error of the stream. */
static int run_a_stream(struct tine_self *self, const void *arg, size_t size)
{
	struct tine_stream_options options = {
		.max_concurrency = 100,
		.reuse = reuse,
		.task.timeout_ms = TINE_FOREVER,
	};
	struct tine_stream *stream;
	const struct tine_result *result;
	int said[2] = { 0, 0 };

	(void)arg;
	(void)size;
	if (!tine_self_ctx(self))
		return 2;
	if (tine_stream_open(tine_self_ctx(self), child_echo,
			     tine_array(NULL, COUNT, 0), &options, &stream) < 0)
		return 1;
	while ((result = tine_stream_next(stream)))
		said[0] += result->end == TINE_OK;
	said[1] = tine_stream_error(stream);
	tine_stream_close(stream);
	return tine_send(self, said, sizeof said);
}

static void check_few(void **state, unsigned files, int good, int error)
{
	struct tine_options options = { .limits.files = files };
	struct tine_task *task = fixture_start(state, run_a_stream, &options);
	const struct tine_result *result = tine_await(task, TINE_FOREVER);
	int expected[2] = { good, error };

	assert_string_equal(tine_end_name(result->end), "ok");
	assert_int_equal(result->size, sizeof expected);
	assert_memory_equal(result->data, expected, sizeof expected);
	tine_free(task);
}

static void where_descriptors_are_few_fewer_items_run_at_once(void **state)
{
	for (unsigned files = 20; files < 60; files += 7)
		check_few(state, files, COUNT, 0);
}

static void where_there_is_none_for_a_child_the_stream_fails(void **state)
{
	check_few(state, 7, 0, TINE_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ACT_TEST(where_descriptors_are_few_fewer_items_run_at_once),
		ACT_TEST(where_there_is_none_for_a_child_the_stream_fails),
	};
	int failed;

	fixture_user();
	failed = cmocka_run_group_tests_name("fresh", tests, NULL, NULL);
	reuse = 1000;
	failed += cmocka_run_group_tests_name("pooled", tests, NULL, NULL);
	return failed;
}
