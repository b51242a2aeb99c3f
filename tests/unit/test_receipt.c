/* SPDX-License-Identifier: MIT */
/* test_receipt.c - a record becomes how its item ended. */
#include "ring_rig.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fd.h"
#include "receipt.h"
#include "sealed.h"

#define LARGE (RING_RESULT_MOST + 1)

static unsigned char *bytes;
static struct item item;
static struct tine_options options;

static int renew(void **state)
{
	options = (struct tine_options){ .max_result = MAX_RESULT };
	assert_true(item_init(&item, NULL, "item", 4));
	return ring_rig_renew(state);
}

static int done(void **state)
{
	(void)state;
	item_done(&item);
	return 0;
}

static bool take(struct ring_rig *rig, bool whole)
{
	struct feeder_result result;
	bool taken = receipt_take(&rig->feeder, &rig->mail, &options, whole,
				  &item, &result);

	if (whole)
		feeder_next(&rig->feeder);
	return taken;
}

static void assert_item(enum tine_end end, int code, const void *data,
			size_t size)
{
	assert_int_equal(item.end, end);
	assert_int_equal(item.code, code);
	assert_int_equal(item.data_size, size);
	if (size > 0)
		assert_memory_equal(item.data, data, size);
}

static void assert_says(const char *message, const char *note)
{
	struct tine_result result;

	item_tell(&item, &result);
	assert_non_null(strstr(result.message, message));
	assert_string_equal(result.note, note);
}

/* A record whose file is that one; -1: none comes. */
static void run_with_file(struct ring_rig *rig, int file)
{
	const struct mail_letter letter = { MAIL_FILE, rig->outbox.number };

	ring_rig_begin(rig, "", 0);
	if (file >= 0) {
		assert_true(fd_pass(rig->outbox.side, &letter, sizeof letter,
				    file, MSG_DONTWAIT));
		assert_int_equal(close(file), 0);
	}
	outbox_close(&rig->outbox, 0, RING_FILE, 1);
}

static int file_of(size_t size, bool sealed)
{
	int file = memfd_create("receipt", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(file >= 0);
	assert_true(fd_write_all(file, bytes, size));
	if (sealed)
		assert_true(sealed_shut(file));
	return file;
}

/* ---- What was sent ------------------------------------------------------ */

static void what_was_sent_is_the_data(void **state)
{
	static const size_t sizes[] = {
		0, 1, ITEM_HERE, ITEM_HERE + 1, 100000, RING_RESULT_MOST, LARGE
	};
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, COUNT(sizes));
	for (size_t i = 0; i < COUNT(sizes); i++) {
		ring_rig_run(rig, bytes, sizes[i], 0);
		assert_true(take(rig, true));
		assert_item(TINE_OK, 0, bytes, sizes[i]);
		assert_null(item.words);
		item_clear(&item);
	}
}

static void what_took_so_long_says_so(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, "x", 1);
	outbox_close(&rig->outbox, 0, 0, 1234567);
	assert_true(take(rig, true));
	assert_int_equal(item.wall_us, 1234);
}

static void an_unfinished_record_brings_what_it_has(void **state)
{
	static const size_t sizes[] = { 1, 1000, LARGE };
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, COUNT(sizes));
	for (size_t i = 0; i < COUNT(sizes); i++) {
		ring_rig_begin(rig, bytes, sizes[i]);
		assert_true(take(rig, false));
		assert_item(TINE_OK, 0, bytes, sizes[i]);
		item_clear(&item);
		outbox_close(&rig->outbox, 0, 0, 1);
		feeder_next(&rig->feeder);
	}
}

static void one_that_was_not_begun_has_nothing(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	assert_true(ring_rig_take(rig));
	assert_true(take(rig, false));
	assert_item(TINE_OK, 0, NULL, 0);
}

/* ---- How it ended ------------------------------------------------------- */

static void a_code_is_a_failure(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	ring_rig_run(rig, "part", 4, 7);
	assert_true(take(rig, true));
	assert_item(TINE_FAILED, 7, "part", 4);
	assert_says("7", "");
}

static void words_are_the_childs(void **state)
{
	struct ring_rig *rig = *state;
	struct ring_words *words = outbox_words(&rig->outbox);

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, "", 0);
	strcpy(words->said, "no such\tfile");
	strcpy(words->note, "half way");
	outbox_close(&rig->outbox, 3, RING_WORDS, 1);
	assert_true(take(rig, true));
	assert_item(TINE_FAILED, 3, NULL, 0);
	assert_says("no such file", "half way");
}

static void a_note_does_no_harm(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, "x", 1);
	strcpy(outbox_words(&rig->outbox)->note, "all is well");
	outbox_close(&rig->outbox, 0, RING_NOTED, 1);
	assert_true(take(rig, true));
	assert_item(TINE_OK, 0, "x", 1);
	assert_says("returned 0", "all is well");
}

static void more_than_it_may_send_is_an_end(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	ring_rig_begin(rig, "x", 1);
	outbox_exceed(&rig->outbox, (uint64_t)1 << 40);
	outbox_close(&rig->outbox, 0, 0, 1);
	assert_true(take(rig, true));
	assert_int_not_equal(item.end, TINE_OK);
	assert_says("1 TiB", "");
}

/* ---- What is none ------------------------------------------------------- */

static void words_that_were_changed_are_foul(void **state)
{
	struct ring_rig *rig = *state;

	for (int i = 0; i < 2; i++) {
		ring_rig_feed(rig, 1);
		ring_rig_begin(rig, bytes, 1000);
		strcpy(outbox_words(&rig->outbox)->said, "said");
		outbox_close(&rig->outbox, 1, RING_SAID, 1);
		rig->ring->words[i].said[1] ^= (char)(1 - i);
		assert_int_equal(take(rig, true), i == 1);
		item_clear(&item);
	}
}

static void a_record_that_was_changed_is_foul(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	ring_rig_run(rig, bytes, 1000, 0);
	rig->ring->records[0].code = 1;
	assert_false(take(rig, true));
	assert_null(item.data);
}

/* ---- Files -------------------------------------------------------------- */

static void a_file_is_one_that_nobody_can_change(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 2);
	run_with_file(rig, file_of(500, true));
	assert_true(take(rig, true));
	assert_item(TINE_OK, 0, bytes, 500);
	item_clear(&item);
	run_with_file(rig, file_of(500, false));
	assert_true(take(rig, true));
	assert_item(TINE_GARBLED, 0, NULL, 0);
}

static void an_empty_file_is_no_data(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	run_with_file(rig, file_of(0, true));
	assert_true(take(rig, true));
	assert_item(TINE_OK, 0, NULL, 0);
	assert_null(item.data);
}

static void a_file_that_did_not_come_is_no_result(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	run_with_file(rig, -1);
	assert_true(take(rig, true));
	assert_item(TINE_GARBLED, 0, NULL, 0);
	assert_says("not a result", "");
}

static void a_file_above_max_result_is_no_result(void **state)
{
	struct ring_rig *rig = *state;

	options.max_result = 1000;
	ring_rig_feed(rig, 2);
	run_with_file(rig, file_of(1000, true));
	assert_true(take(rig, true));
	assert_item(TINE_OK, 0, bytes, 1000);
	item_clear(&item);
	run_with_file(rig, file_of(1001, true));
	assert_true(take(rig, true));
	assert_item(TINE_GARBLED, 0, NULL, 0);
}

static void a_pipe_is_no_result(void **state)
{
	struct ring_rig *rig = *state;
	int pair[2];

	assert_int_equal(fd_pipe(pair), 0);
	ring_rig_feed(rig, 1);
	run_with_file(rig, pair[0]);
	assert_int_equal(close(pair[1]), 0);
	assert_true(take(rig, true));
	assert_item(TINE_GARBLED, 0, NULL, 0);
}

/* Nobody heard them: the loop did not run. */
static void a_file_is_found_behind_wakings(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	for (int i = 0; i < 200; i++)
		assert_int_equal(send(rig->outbox.side, "w", 1, MSG_DONTWAIT),
				 1);
	run_with_file(rig, file_of(500, true));
	assert_true(take(rig, true));
	assert_item(TINE_OK, 0, bytes, 500);
}

static void what_never_ends_is_not_read_for_ever(void **state)
{
	struct ring_rig *rig = *state;

	ring_rig_feed(rig, 1);
	run_with_file(rig, -1);
	while (send(rig->outbox.side, "w", 1, MSG_DONTWAIT) == 1)
		;
	assert_true(take(rig, true));
	assert_item(TINE_GARBLED, 0, NULL, 0);
}

static void a_failure_has_one_text(void **state)
{
	(void)state;
	receipt_fail(&item, TINE_LOST, "one");
	receipt_fail(&item, TINE_GARBLED, "two");
	assert_item(TINE_GARBLED, 0, NULL, 0);
	assert_says("two", "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, renew, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_sent_is_the_data),
		TEST(what_took_so_long_says_so),
		TEST(an_unfinished_record_brings_what_it_has),
		TEST(one_that_was_not_begun_has_nothing),
		TEST(a_code_is_a_failure),
		TEST(words_are_the_childs),
		TEST(a_note_does_no_harm),
		TEST(more_than_it_may_send_is_an_end),
		TEST(words_that_were_changed_are_foul),
		TEST(a_record_that_was_changed_is_foul),
		TEST(a_file_is_one_that_nobody_can_change),
		TEST(an_empty_file_is_no_data),
		TEST(a_file_that_did_not_come_is_no_result),
		TEST(a_file_above_max_result_is_no_result),
		TEST(a_pipe_is_no_result),
		TEST(a_file_is_found_behind_wakings),
		TEST(what_never_ends_is_not_read_for_ever),
		TEST(a_failure_has_one_text),
	};
	int failed;

	bytes = bytes_of(5, LARGE);
	failed = cmocka_run_group_tests(tests, ring_rig_new, ring_rig_free);
	free(bytes);
	return failed;
}
