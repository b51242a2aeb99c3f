/* SPDX-License-Identifier: MIT */
/* test_story.c - the report of a crash, and what is known of an address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image.h"
#include "story.h"

static int some_data;

/* In libc, whoever else has a puts(). */
static uint64_t place_in_libc(void)
{
	return (uintptr_t)getppid;
}

/* ---- Addresses ---------------------------------------------------------- */

static void code_is_told_from_data_and_from_nothing(void **state)
{
	struct image image;

	(void)state;
	assert_true(image_find(&image, place_in_libc()));
	assert_true(image.code);
	assert_true(image_has_code(place_in_libc()));
	assert_true(image_find(&image, (uintptr_t)&some_data));
	assert_false(image.code);
	assert_false(image_has_code((uintptr_t)&some_data));
	assert_false(image_find(&image, 16));
	assert_false(image_has_code(16));
	assert_false(image_has_code(0));
	assert_false(image_has_code(UINT64_MAX));
	assert_false(image_find(&image, (uintptr_t)&image));
}

/* The program, which has no name for the loader, and a library. */
static void modules_have_names_and_build_ids(void **state)
{
	struct image program, library;

	(void)state;
	assert_true(image_find(&program, (uintptr_t)&some_data));
	assert_non_null(strstr(program.name, "test_story"));
	assert_null(strchr(program.name, '/'));
	assert_true(image_find(&library, place_in_libc()));
	assert_null(strchr(library.name, '/'));
	assert_true(library.build_id_size <= IMAGE_BUILD_ID);
	assert_true(program.build_id_size <= IMAGE_BUILD_ID);
	assert_false(image_is_static());
}

/* ---- Frames ------------------------------------------------------------- */

static void assert_name(uint64_t pc, const char *function, const char *file,
			const char *expected)
{
	char *name = story_name(pc, function, file, 41);

	assert_non_null(name);
	assert_string_equal(name, expected);
	free(name);
}

static void a_frame_has_its_line_or_its_place_or_its_address(void **state)
{
	struct image image;
	char text[300];

	(void)state;
	assert_name(16, "parse", "page.c", "parse at page.c:41");
	assert_name(16, "parse", "/home/me/page.c", "parse at page.c:41");
	assert_name(16, NULL, "page.c", "? at page.c:41");
	assert_name(16, NULL, NULL, "? (0x10)");
	assert_name(16, "parse", NULL, "parse (0x10)");
	assert_true(image_find(&image, (uintptr_t)&some_data));
	(void)snprintf(text, sizeof text, "%s+0x%llx", image.name,
		       (unsigned long long)image.offset);
	assert_name((uintptr_t)&some_data, NULL, NULL, text);
	(void)snprintf(text, sizeof text, "parse (%s+0x%llx)", image.name,
		       (unsigned long long)image.offset);
	assert_name((uintptr_t)&some_data, "parse", NULL, text);
}

/* ---- The text ----------------------------------------------------------- */

static const struct slate_crash record = {
	.registers = { .count = 17,
		       .value = { [6] = UINT64_MAX, [7] = 0x7ffe },
		       .pc = 0x5581,
		       .sp = 0x7ffe },
};

static char *told(const char *const *names, const uint64_t *pcs, size_t count,
		  bool overflowed)
{
	struct story story;

	assert_true(story_begin(&story));
	for (size_t i = 0; i < count; i++)
		assert_true(story_frame(&story, pcs[i], names[i]));
	return story_end(&story, &record, overflowed);
}

static size_t count_of(const char *text, const char *word)
{
	size_t count = 0;

	for (; (text = strstr(text, word)); text++)
		count++;
	return count;
}

static void frames_are_numbered_and_come_first(void **state)
{
	static const char *const names[] = { "parse at page.c:41",
					     "main at page.c:99" };
	static const uint64_t pcs[2];
	static const char begin[] = "#0 parse at page.c:41\n"
				    "#1 main at page.c:99\n"
				    "registers pc 0x5581 sp 0x7ffe";
	char *text = told(names, pcs, 2, false);

	(void)state;
	assert_memory_equal(text, begin, sizeof begin - 1);
	assert_null(strstr(text, "module"));
	assert_null(strstr(text, STORY_OVERFLOWED));
	free(text);
}

static void an_overflow_has_a_line_behind_the_frames(void **state)
{
	static const char *const names[] = { "parse at page.c:41" };
	static const uint64_t pcs[1];
	static const char begin[] =
		"#0 parse at page.c:41\n" STORY_OVERFLOWED "\nregisters ";
	char *text = told(names, pcs, 1, true);

	(void)state;
	assert_memory_equal(text, begin, sizeof begin - 1);
	free(text);
}

/* Once, and only where a line is not known. */
static void modules_are_told_once_each(void **state)
{
	const char *const names[] = { "a at a.c:1", "b (x+0x1)", "x+0x2",
				      "getppid (libc.so.6+0x3)", "? (0x10)" };
	const uint64_t here = (uintptr_t)&some_data;
	const uint64_t pcs[] = { here, here, here + 1, place_in_libc(), 16 };
	char *text = told(names, pcs, 5, false);
	char *none = told(names, pcs, 1, false);

	(void)state;
	assert_int_equal(count_of(text, "\nmodule "), 2);
	assert_int_equal(count_of(text, " build-id "), 2);
	assert_int_equal(count_of(text, "\nmodule libc"), 1);
	assert_int_equal(count_of(none, "module"), 0);
	free(text);
	free(none);
}

static void lines_are_not_too_long(void **state)
{
	static const char *const names[] = { "a at a.c:1" };
	static const uint64_t pcs[1];
	char *text = told(names, pcs, 1, false), *rest = text, *line;

	(void)state;
	assert_int_equal(text[strlen(text) - 1], '\n');
	while ((line = strsep(&rest, "\n")))
		assert_true(strlen(line) < 80);
	free(text);
}

static void there_are_only_so_many_frames(void **state)
{
	struct story story;
	char *text;

	(void)state;
	assert_true(story_begin(&story));
	for (int i = 0; i < STORY_FRAMES; i++)
		assert_true(story_frame(&story, 16, "f (page+0x1)"));
	assert_false(story_frame(&story, 16, "f (page+0x1)"));
	text = story_end(&story, &record, false);
	assert_int_equal(count_of(text, "#"), STORY_FRAMES);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_is_told_from_data_and_from_nothing),
		cmocka_unit_test(modules_have_names_and_build_ids),
		cmocka_unit_test(
			a_frame_has_its_line_or_its_place_or_its_address),
		cmocka_unit_test(frames_are_numbered_and_come_first),
		cmocka_unit_test(an_overflow_has_a_line_behind_the_frames),
		cmocka_unit_test(modules_are_told_once_each),
		cmocka_unit_test(lines_are_not_too_long),
		cmocka_unit_test(there_are_only_so_many_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
