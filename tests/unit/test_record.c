/* SPDX-License-Identifier: MIT */
/* test_record.c - JSON of the tool says its schema, and takes any bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void assert_printed(json_t *record, enum record_layout layout,
			   const char *wanted)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	assert_true(record_print(record, stream, layout));
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(text, wanted);
	free(text);
}

static void the_schema_stands_first_and_the_rest_in_its_order(void **state)
{
	json_t *record = record_new(3);

	(void)state;
	assert_non_null(record);
	assert_int_equal(json_object_set_new(record, "b", json_integer(1)), 0);
	assert_int_equal(json_object_set_new(record, "a", json_null()), 0);
	assert_printed(json_incref(record), RECORD_LINE,
		       "{\"schema\":3,\"b\":1,\"a\":null}\n");
	assert_printed(record, RECORD_PRETTY,
		       "{\n  \"schema\": 3,\n  \"b\": 1,\n  \"a\": null\n}\n");
}

static void what_is_not_there_is_not_printed(void **state)
{
	(void)state;
	assert_false(record_print(NULL, stdout, RECORD_LINE));
	assert_null(record_text(NULL));
}

static void what_cannot_be_written_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	if (!full)
		skip();
	(void)setvbuf(full, NULL, _IONBF, 0);
	assert_false(record_print(record_new(1), full, RECORD_LINE));
	(void)fclose(full);
}

static void bytes_that_are_no_utf8_are_replaced(void **state)
{
	static const char *const texts[][2] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "\u20ac \U0001f600", "\u20ac \U0001f600" },
		{ "a\xff"
		  "b",
		  "a\ufffd"
		  "b" },
		{ "\xc3\u20ac\xe2\x82", "\ufffd\u20ac\ufffd\ufffd" },
		{ "\xc0\x80", "\ufffd\ufffd" },
		{ "\xed\xa0\x80", "\ufffd\ufffd\ufffd" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		json_t *string = record_text(texts[i][0]);

		assert_non_null(string);
		assert_string_equal(json_string_value(string), texts[i][1]);
		json_decref(string);
	}
}

static void any_bytes_become_a_string(void **state)
{
	char bytes[256];
	json_t *string;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)i;
	string = record_bytes(bytes, sizeof bytes);
	assert_non_null(string);
	assert_int_equal(json_string_length(string), 128 + 128 * 3);
	json_decref(string);
}

/* ---- Lists -------------------------------------------------------------- */

static json_t *row(int number)
{
	return json_pack("{si}", "n", number);
}

/* Prints two rows, of which the first has rows, and one of those has none. */
static void print_list(struct record_list *list, FILE *stream)
{
	record_list_begin(list, stream, 2, "tree");
	record_list_open(list, row(1));
	record_list_open(list, row(2));
	record_list_close(list);
	record_list_add(list, row(3));
	record_list_close(list);
	record_list_add(list, row(4));
}

static void a_list_is_printed_a_row_a_line(void **state)
{
	struct record_list list;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	json_t *read;

	(void)state;
	print_list(&list, stream);
	assert_true(record_list_end(&list));
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(text, "{\n"
				  "  \"schema\": 2,\n"
				  "  \"kind\": \"tree\",\n"
				  "  \"rows\": [\n"
				  "    {\"n\": 1, \"rows\": [\n"
				  "      {\"n\": 2, \"rows\": []},\n"
				  "      {\"n\": 3}\n"
				  "    ]},\n"
				  "    {\"n\": 4}\n"
				  "  ]\n"
				  "}\n");
	read = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(read);
	json_decref(read);
	free(text);
}

static void one_without_rows_is_empty(void **state)
{
	struct record_list list;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	record_list_begin(&list, stream, 1, "ps");
	assert_true(record_list_end(&list));
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(text, "{\n  \"schema\": 1,\n"
				  "  \"kind\": \"ps\",\n"
				  "  \"rows\": []\n}\n");
	free(text);
}

static void a_row_that_could_not_be_made_is_told(void **state)
{
	struct record_list list;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	(void)state;
	print_list(&list, stream);
	record_list_add(&list, NULL);
	assert_false(record_list_end(&list));
	assert_int_equal(errno, ENOMEM);
	assert_int_equal(fclose(stream), 0);
	free(text);
}

static void a_list_that_cannot_be_written_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct record_list list;

	(void)state;
	if (!full)
		skip();
	(void)setvbuf(full, NULL, _IONBF, 0);
	print_list(&list, full);
	assert_false(record_list_end(&list));
	(void)fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_schema_stands_first_and_the_rest_in_its_order),
		cmocka_unit_test(what_is_not_there_is_not_printed),
		cmocka_unit_test(what_cannot_be_written_is_told),
		cmocka_unit_test(bytes_that_are_no_utf8_are_replaced),
		cmocka_unit_test(any_bytes_become_a_string),
		cmocka_unit_test(a_list_is_printed_a_row_a_line),
		cmocka_unit_test(one_without_rows_is_empty),
		cmocka_unit_test(a_row_that_could_not_be_made_is_told),
		cmocka_unit_test(a_list_that_cannot_be_written_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
