/* SPDX-License-Identifier: MIT */
/* test_fingerprint.c - crashes of one bug have one number, others another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "fingerprint.h"
#include "story.h"

static void assert_same(const char *one, const char *other)
{
	assert_int_not_equal(fingerprint_of(SIGSEGV, one), 0);
	assert_true(fingerprint_of(SIGSEGV, one) ==
		    fingerprint_of(SIGSEGV, other));
}

static void assert_others(const char *one, const char *other)
{
	assert_false(fingerprint_of(SIGSEGV, one) ==
		     fingerprint_of(SIGSEGV, other));
}

static void without_a_stack_there_is_none(void **state)
{
	(void)state;
	assert_true(fingerprint_of(SIGSEGV, "") == 0);
	assert_true(fingerprint_of(SIGSEGV, "registers pc 0x1 sp 0x2\n") == 0);
	assert_true(fingerprint_of(SIGSEGV, "#\n") == 0);
	assert_true(fingerprint_of(SIGSEGV, "#0") == 0);
}

/* It is what users keep: it must not change from one version to the next. */
static void it_stays_what_it_is(void **state)
{
	(void)state;
	assert_true(fingerprint_of(11, "#0 parse at page.c:41\n") ==
		    UINT64_C(0x73055b59fd49bfa1));
	assert_true(fingerprint_of(6, "#0 raise (libc.so.6+0x3bfb1)\n"
				      "#1 abort (libc.so.6+0x26471)\n"
				      "#2 parse at page.c:41\n"
				      "#3 page+0x1234\n") ==
		    UINT64_C(0x772ad8d5861cf05f));
}

static void the_signal_counts(void **state)
{
	static const char report[] = "#0 parse at page.c:41\n";

	(void)state;
	assert_false(fingerprint_of(SIGSEGV, report) ==
		     fingerprint_of(SIGBUS, report));
}

static void names_count_and_their_order(void **state)
{
	(void)state;
	assert_others("#0 a at a.c:1\n#1 b at a.c:2\n",
		      "#0 b at a.c:1\n#1 a at a.c:2\n");
	assert_others("#0 a at a.c:1\n", "#0 b at a.c:1\n");
	assert_others("#0 a at a.c:1\n", "#0 a at a.c:1\n#1 b at a.c:2\n");
	assert_others("#0 ab at a.c:1\n#1 c at a.c:2\n",
		      "#0 a at a.c:1\n#1 bc at a.c:2\n");
}

/* Each of these changes when a program is built anew, or runs again. */
static void lines_files_offsets_and_registers_do_not_count(void **state)
{
	(void)state;
	assert_same("#0 a at a.c:1\n#1 b at a.c:2\n",
		    "#0 a at a.c:2\n#1 b at b.c:3\n");
	assert_same("#0 a at a.c:1\n", "#0 a (page+0x1234)\n");
	assert_same("#0 a (page+0x1)\n", "#0 a (other+0x2)\n");
	assert_same("#0 a at a.c:1\n",
		    "#0 a at a.c:1\nregisters pc 0x1\nmodule x build-id 2\n");
	assert_same("#0 a at a.c:1\n", "#0 a at a.c:1");
	assert_same("#0 ? (0x10)\n#1 a at a.c:1\n",
		    "#0 ? (0x5581c0)\n#1 a at a.c:1\n");
}

static void a_place_counts_where_there_is_no_name(void **state)
{
	(void)state;
	assert_others("#0 page+0x1\n", "#0 page+0x2\n");
	assert_others("#0 page+0x1\n", "#0 other+0x1\n");
	assert_others("#0 page+0x1\n", "#0 ? (0x1)\n");
	assert_same("#0 page+0x1\nmodule page build-id 1\n",
		    "#0 page+0x1\nmodule page build-id 2\n");
}

static void what_a_compiler_made_of_a_function_is_the_function(void **state)
{
	static const char *const clones[] = {
		"#0 parse.cold at a.c:1\n",
		"#0 parse.isra.0 at a.c:1\n",
		"#0 parse.constprop.12 at a.c:1\n",
		"#0 parse.part.0.constprop.0 (page+0x1)\n",
		"#0 parse.lto_priv.3.isra.0.cold (page+0x1)\n",
		"#0 parse.llvm.1234 (page+0x1)\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof clones / sizeof *clones; i++)
		assert_same(clones[i], "#0 parse at a.c:1\n");
	assert_others("#0 main.parse at a.go:1\n", "#0 main.print at a.go:1\n");
	assert_others("#0 .cold at a.c:1\n", "#0 .part. at a.c:1\n");
}

/* "at" and "(" may be parts of names. */
static void names_may_be_strange(void **state)
{
	(void)state;
	assert_others("#0 look at me at a.c:1\n", "#0 look at you at a.c:1\n");
	assert_others("#0 f(int) (page+0x1)\n", "#0 f(long) (page+0x1)\n");
	assert_same("#0 f (a) (page+0x1)\n", "#0 f (a) at a.c:1\n");
	assert_same("#0 a (my page+0x1)\n", "#0 a at a.c:1\n");
}

static void how_a_signal_came_about_does_not_count(void **state)
{
	static const char *const same[] = {
		"#0 check at a.c:1\n#1 run at a.c:9\n",
		"#0 abort at abort.c:79\n#1 check at a.c:1\n#2 run at a.c:9\n",
		"#0 libc.so.6+0x8aeec\n#1 raise (libc.so.6+0x3bfb1)\n"
		"#2 abort (libc.so.6+0x26471)\n#3 check at a.c:1\n"
		"#4 run at a.c:9\n",
		"#0 __pthread_kill_implementation.constprop.0 (page+0x4c3a4b)\n"
		"#1 __GI_raise (page+0x1)\n#2 __GI_abort (page+0x2)\n"
		"#3 __assert_fail_base.cold (page+0x3)\n"
		"#4 __assert_fail (page+0x4)\n#5 check at a.c:1\n"
		"#6 run at a.c:9\n",
		"#0 libc.so.6+0x8aeec\n#1 raise (libc.so.6+0x3bfb1)\n"
		"#2 abort (libc.so.6+0x26471)\n#3 libstdc++.so.6+0x9d918\n"
		"#4 libstdc++.so.6+0xa8e19\n"
		"#5 _ZSt9terminatev (libstdc++.so.6+0xa8e84)\n"
		"#6 __cxa_throw (libstdc++.so.6+0xa90d7)\n"
		"#7 check at a.cc:1\n#8 run at a.cc:9\n",
		"#0 libc.so.6+0x16e058\n#1 check at a.c:1\n#2 run at a.c:9\n",
		"#0 __memset_avx512_unaligned_erms (page+0x4)\n"
		"#1 check at a.c:1\n#2 run at a.c:9\n",
		"#0 __memset_evex_unaligned (page+0x9)\n"
		"#1 check at a.c:1\n#2 run at a.c:9\n",
	};

	(void)state;
	for (size_t i = 1; i < sizeof same / sizeof *same; i++)
		assert_same(same[0], same[i]);
	assert_others("#0 abort at a.c:1\n#1 check at a.c:1\n",
		      "#0 abort at a.c:1\n#1 run at a.c:1\n");
	/* Only at the top: here it is a handler of a signal that was raised. */
	assert_others("#0 on_signal at a.c:1\n#1 raise (libc.so.6+0x1)\n",
		      "#0 on_signal at a.c:1\n#1 check at a.c:9\n");
	assert_others("#0 libcurl.so.4+0x1\n#1 check at a.c:1\n",
		      "#0 check at a.c:1\n");
}

static void if_there_is_nothing_else_that_counts(void **state)
{
	(void)state;
	assert_others("#0 raise (libc.so.6+0x1)\n",
		      "#0 abort (libc.so.6+0x1)\n");
	assert_others("#0 libc.so.6+0x1\n", "#0 libc.so.6+0x2\n");
}

static void five_functions_count(void **state)
{
	(void)state;
	assert_same("#0 a at 1:1\n#1 b at 1:1\n#2 c at 1:1\n#3 d at 1:1\n"
		    "#4 e at 1:1\n#5 f at 1:1\n",
		    "#0 a at 1:1\n#1 b at 1:1\n#2 c at 1:1\n#3 d at 1:1\n"
		    "#4 e at 1:1\n#5 g at 1:1\n#6 h at 1:1\n");
	assert_others("#0 a at 1:1\n#1 b at 1:1\n#2 c at 1:1\n#3 d at 1:1\n"
		      "#4 e at 1:1\n",
		      "#0 a at 1:1\n#1 b at 1:1\n#2 c at 1:1\n#3 d at 1:1\n"
		      "#4 f at 1:1\n");
}

static void of_places_eight_count(void **state)
{
	char one[400] = "", other[400] = "";

	(void)state;
	for (int i = 0; i < 8; i++) {
		char line[40];

		(void)snprintf(line, sizeof line, "#%d page+0x%d\n", i, i + 1);
		(void)strcat(one, line);
		(void)strcat(other, line);
	}
	(void)strcat(one, "#8 page+0x100\n");
	(void)strcat(other, "#8 page+0x200\n");
	assert_same(one, other);
	one[strlen("#0 page+0x1\n") * 8 - 2] = '9';
	assert_others(one, other);
}

static void how_deep_a_function_calls_itself_does_not_count(void **state)
{
	(void)state;
	assert_same("#0 walk at a.c:1\n#1 main at a.c:9\n",
		    "#0 walk at a.c:1\n#1 walk at a.c:2\n#2 walk at a.c:2\n"
		    "#3 walk at a.c:2\n#4 walk at a.c:2\n#5 main at a.c:9\n");
	assert_others("#0 walk at a.c:1\n#1 main at a.c:9\n#2 walk at a.c:1\n",
		      "#0 walk at a.c:1\n#1 main at a.c:9\n");
}

/* A report of a circle of functions, from any of them on. */
static const char *circle(const char *top, const char *const *names,
			  size_t count, size_t first, size_t length)
{
	static char texts[2][4096];
	static unsigned turn;
	char *text = texts[turn++ % 2];
	size_t used = (size_t)sprintf(text, "%s", top);

	for (size_t i = 0; i < length; i++)
		used += (size_t)sprintf(text + used, "#%zu %s at a.c:%zu\n", i,
					names[(first + i) % count], i);
	(void)sprintf(text + used, "%s\n", STORY_OVERFLOWED);
	return text;
}

static void where_in_a_circle_the_stack_overflowed_does_not_count(void **state)
{
	static const char *const names[] = { "value", "array", "object" };
	static const char *const others[] = { "value", "array", "member" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_same(circle("", names, 3, 0, 48),
			    circle("", names, 3, i, 47 - i));
		assert_same(circle("", names, 3, 0, 48),
			    circle("#0 print at b.c:1\n", names, 3, i, 20));
		assert_others(circle("", names, 3, 0, 48),
			      circle("", others, 3, i, 48));
		assert_others(circle("", names, 3, 0, 48),
			      circle("", names, 2, i, 48));
	}
	/* Of frames so large that there is one. */
	assert_same(circle("", names, 1, 0, 1), circle("", names, 1, 0, 20));
}

static void where_in_a_function_it_overflowed_does_not_count(void **state)
{
	static const char line[] = STORY_OVERFLOWED "\n";
	char one[100], other[100];

	(void)state;
	(void)sprintf(one, "#0 page+0x1\n%s", line);
	(void)sprintf(other, "#0 page+0x2\n%s", line);
	assert_same(one, other);
	(void)sprintf(other, "#0 other+0x1\n%s", line);
	assert_others(one, other);
	assert_others(one, "#0 page+0x1\n");
	(void)sprintf(one, "#0 page+0x1\n#1 page+0x9\n#2 page+0x9\n%s", line);
	(void)sprintf(other, "#0 page+0x2\n#1 page+0x9\n#2 page+0x9\n%s", line);
	assert_same(one, other);
}

/* Also of a report that nobody of us made. */
static void any_text_has_a_number(void **state)
{
	static const char *const texts[] = {
		"#0 ",    "#0 \n",    "#0 )",          "#0 (\n#1 at \n",
		"# ",     "#0  at ",  "#0  at  at \n", "#99999999999 a at b:1",
		"#0 )\n", "#0 (a)\n", "#0  (a)\n",     "#\n#\n#0 a\n",
	};
	char large[60 * (STORY_FRAMES + 20)];
	size_t used = 0;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		(void)fingerprint_of(SIGSEGV, texts[i]);
	for (int i = 0; i < STORY_FRAMES + 20; i++)
		used += (size_t)sprintf(large + used, "#%d f%d at a.c:1\n", i,
					i);
	assert_int_not_equal(fingerprint_of(SIGSEGV, large), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_stack_there_is_none),
		cmocka_unit_test(it_stays_what_it_is),
		cmocka_unit_test(the_signal_counts),
		cmocka_unit_test(names_count_and_their_order),
		cmocka_unit_test(
			lines_files_offsets_and_registers_do_not_count),
		cmocka_unit_test(a_place_counts_where_there_is_no_name),
		cmocka_unit_test(
			what_a_compiler_made_of_a_function_is_the_function),
		cmocka_unit_test(names_may_be_strange),
		cmocka_unit_test(how_a_signal_came_about_does_not_count),
		cmocka_unit_test(if_there_is_nothing_else_that_counts),
		cmocka_unit_test(five_functions_count),
		cmocka_unit_test(of_places_eight_count),
		cmocka_unit_test(
			how_deep_a_function_calls_itself_does_not_count),
		cmocka_unit_test(
			where_in_a_circle_the_stack_overflowed_does_not_count),
		cmocka_unit_test(
			where_in_a_function_it_overflowed_does_not_count),
		cmocka_unit_test(any_text_has_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
