/* SPDX-License-Identifier: MIT */
/*
 * test_results.c - what a stream lends is copied, with all it points to.
 *
 * There is no stream: the test hands out results of its own, and spoils each
 * one when the next is asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tine.h"

struct tine_stream {
	size_t count;  /* results it has, */
	size_t handed; /* and so many were handed out */
	size_t bad;    /* each so-manieth fails; 0: none */
	size_t size;   /* bytes of data and input */
	int error;     /* behind the last one */
	struct tine_result result;
	char text[64];
	char *bytes; /* of data and input; NULL: there are none */
};

const struct tine_result *__wrap_tine_stream_next(struct tine_stream *stream);
int __wrap_tine_stream_error(const struct tine_stream *stream);

/* Who kept a pointer into the last one finds nothing good there. */
static void spoil(struct tine_stream *stream)
{
	memset(&stream->result, 0x5a, sizeof stream->result);
	memset(stream->text, 0x5a, sizeof stream->text);
	free(stream->bytes);
	stream->bytes = NULL;
}

static void fill(struct tine_stream *stream)
{
	size_t number = stream->handed;
	bool bad = stream->bad && number % stream->bad == 0;

	(void)snprintf(stream->text, sizeof stream->text, "text %zu", number);
	if (stream->size > 0) {
		stream->bytes = malloc(stream->size);
		assert_non_null(stream->bytes);
		memset(stream->bytes, (int)number, stream->size);
	}
	stream->result = (struct tine_result){
		.end = bad ? TINE_FAILED : TINE_OK,
		.code = bad,
		.data = stream->bytes,
		.size = stream->size,
		.message = stream->text,
		.note = stream->text + 1,
		.output = stream->text + 2,
		.crash = "",
		.fingerprint = (uint64_t)number << 40,
		.input = stream->bytes,
		.input_size = stream->size,
		.index = number,
		.attempts = 3,
		.pid = 4711,
	};
}

const struct tine_result *__wrap_tine_stream_next(struct tine_stream *stream)
{
	spoil(stream);
	if (stream->handed == stream->count)
		return NULL;
	fill(stream);
	stream->handed++;
	return &stream->result;
}

int __wrap_tine_stream_error(const struct tine_stream *stream)
{
	return stream->error;
}

static void expect(const struct tine_result *result, size_t number, size_t size)
{
	char text[64];

	(void)snprintf(text, sizeof text, "text %zu", number);
	assert_string_equal(result->message, text);
	assert_string_equal(result->note, text + 1);
	assert_string_equal(result->output, text + 2);
	assert_string_equal(result->crash, "");
	assert_true(result->fingerprint == (uint64_t)number << 40);
	assert_int_equal(result->index, number);
	assert_int_equal(result->attempts, 3);
	assert_int_equal(result->size, size);
	assert_int_equal(result->input_size, size);
	for (size_t i = 0; i < size; i++) {
		assert_int_equal(((const char *)result->data)[i], (char)number);
		assert_int_equal(((const char *)result->input)[i],
				 (char)number);
	}
}

static void all_are_copied_with_all_they_point_to(void **state)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 1000 };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct tine_stream stream = { .count = 100, .size = sizes[i] };
		struct tine_results *results;

		assert_int_equal(tine_collect(&stream, &results), 100);
		spoil(&stream);
		assert_int_equal(results->count, 100);
		for (size_t n = 0; n < 100; n++)
			expect(&results->results[n], n, sizes[i]);
		tine_results_free(results);
	}
}

static void data_and_input_are_aligned_for_any_type(void **state)
{
	(void)state;
	for (size_t size = 1; size < 40; size++) {
		struct tine_stream stream = { .count = 3, .size = size };
		struct tine_results *results;

		assert_int_equal(tine_collect(&stream, &results), 3);
		for (size_t n = 0; n < 3; n++) {
			const struct tine_result *result = &results->results[n];

			assert_int_equal((uintptr_t)result->data % 16, 0);
			assert_int_equal((uintptr_t)result->input % 16, 0);
		}
		tine_results_free(results);
		spoil(&stream);
	}
}

/* As it was told: nothing has no address. */
static void what_was_null_stays_null(void **state)
{
	struct tine_stream stream = { .count = 2 };
	struct tine_results *results;

	(void)state;
	assert_int_equal(tine_collect(&stream, &results), 2);
	for (size_t n = 0; n < 2; n++) {
		assert_null(results->results[n].data);
		assert_null(results->results[n].input);
	}
	tine_results_free(results);
}

static void there_may_be_none(void **state)
{
	struct tine_stream stream = { .count = 0 };
	struct tine_results *results;

	(void)state;
	assert_int_equal(tine_collect(&stream, &results), 0);
	assert_int_equal(results->count, 0);
	tine_results_free(results);
	tine_results_free(NULL);
}

static void bad_ends_are_results_too(void **state)
{
	struct tine_stream stream = { .count = 10, .bad = 3 };
	struct tine_results *results;

	(void)state;
	assert_int_equal(tine_collect(&stream, &results), 10);
	for (size_t n = 0; n < 10; n++)
		assert_int_equal(results->results[n].end,
				 n % 3 ? TINE_OK : TINE_FAILED);
	tine_results_free(results);
}

/* ASan sees what is left of them. */
static void of_a_stream_that_failed_there_are_none(void **state)
{
	struct tine_stream stream = { .count = 20,
				      .error = TINE_ETIMEDOUT,
				      .size = 5 };
	struct tine_results *results = NULL;

	(void)state;
	assert_int_equal(tine_collect(&stream, &results), TINE_ETIMEDOUT);
	assert_null(results);
}

static void the_first_are_the_first_that_are_ok(void **state)
{
	struct tine_stream stream = { .count = 20, .bad = 2, .size = 5 };
	struct tine_results *results;

	(void)state;
	assert_int_equal(tine_first(&stream, 3, &results), 3);
	assert_int_equal(stream.handed, 6);
	for (size_t n = 0; n < 3; n++)
		expect(&results->results[n], 2 * n + 1, 5);
	tine_results_free(results);
	spoil(&stream);
}

static void the_first_none_ask_for_nothing(void **state)
{
	struct tine_stream stream = { .count = 20 };
	struct tine_results *results;

	(void)state;
	assert_int_equal(tine_first(&stream, 0, &results), 0);
	assert_int_equal(stream.handed, 0);
	tine_results_free(results);
}

static void there_may_be_fewer_than_were_wanted(void **state)
{
	static const size_t wanted[] = { 11, INT32_MAX, SIZE_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		struct tine_stream stream = { .count = 20, .bad = 2 };
		struct tine_results *results;

		assert_int_equal(tine_first(&stream, wanted[i], &results), 10);
		tine_results_free(results);
	}
}

static void the_first_of_a_stream_that_fails_later_are_there(void **state)
{
	struct tine_stream stream = { .count = 3, .error = TINE_ESYS };
	struct tine_results *results = NULL;

	(void)state;
	assert_int_equal(tine_first(&stream, 3, &results), 3);
	tine_results_free(results);
	results = NULL;
	assert_int_equal(tine_first(&stream, 1, &results), TINE_ESYS);
	assert_null(results);
}

static void without_a_stream_or_a_place_it_is_misuse(void **state)
{
	struct tine_stream stream = { .count = 3 };
	struct tine_results *results;

	(void)state;
	assert_int_equal(tine_collect(NULL, &results), TINE_EUSAGE);
	assert_int_equal(tine_collect(&stream, NULL), TINE_EUSAGE);
	assert_int_equal(tine_first(NULL, 1, &results), TINE_EUSAGE);
	assert_int_equal(tine_first(&stream, 1, NULL), TINE_EUSAGE);
	assert_int_equal(stream.handed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_copied_with_all_they_point_to),
		cmocka_unit_test(data_and_input_are_aligned_for_any_type),
		cmocka_unit_test(what_was_null_stays_null),
		cmocka_unit_test(there_may_be_none),
		cmocka_unit_test(bad_ends_are_results_too),
		cmocka_unit_test(of_a_stream_that_failed_there_are_none),
		cmocka_unit_test(the_first_are_the_first_that_are_ok),
		cmocka_unit_test(the_first_none_ask_for_nothing),
		cmocka_unit_test(there_may_be_fewer_than_were_wanted),
		cmocka_unit_test(
			the_first_of_a_stream_that_fails_later_are_there),
		cmocka_unit_test(without_a_stream_or_a_place_it_is_misuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
