/* SPDX-License-Identifier: MIT */
/* test_post.c - letters arrive as a whole, in order, with their descriptors. */
#include "post_rig.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "fd.h"
#include "fds.h"
#include "tine.h"

#define MANY 3000 /* letters, more than a socket holds */

static const size_t sizes[] = { 0,     1,         100,       SHORT - 1,
				SHORT, SHORT + 1, 3 * SHORT, 1 << 20 };

/* ---- There and back ----------------------------------------------------- */

static void where_nothing_came_nothing_is(void **state)
{
	assert_nothing(*state);
}

static void a_letter_comes_as_it_was_sent(void **state)
{
	for (size_t i = 0; i < COUNT(sizes); i++) {
		put_letter(*state, i, pattern(sizes[i]), sizes[i]);
		assert_letter(*state, i, pattern(sizes[i]), sizes[i]);
		assert_nothing(*state);
	}
}

static void several_come_in_order_and_one_by_one(void **state)
{
	for (size_t i = 0; i < COUNT(sizes); i++)
		put_letter(*state, i, pattern(sizes[i]), sizes[i]);
	for (size_t i = 0; i < COUNT(sizes); i++)
		assert_letter(*state, i, pattern(sizes[i]), sizes[i]);
	assert_nothing(*state);
}

static void both_ways_go_at_the_same_time(void **state)
{
	const struct letter letter = { .kind = 3, .value = INT64_MIN };
	struct rig *rig = *state;
	struct letter *got;

	put_letter(rig, 1, "there", 5);
	assert_int_equal(post_send(&rig->ours, &letter), 0);
	assert_letter(rig, 1, "there", 5);
	assert_int_equal(post_receive(&rig->theirs, &got), 1);
	assert_int_equal(got->kind, 3);
	assert_true(got->value == INT64_MIN);
	letter_free(got);
}

static void a_long_body_needs_no_descriptor_when_it_is_there(void **state)
{
	struct rig *rig = *state;
	size_t before = fds_open(NULL);
	struct letter *letter;

	put_letter(rig, 1, pattern(SHORT + 1), SHORT + 1);
	assert_int_equal(post_receive(&rig->ours, &letter), 1);
	assert_int_equal(fds_open(NULL), before);
	letter_free(letter);
}

/* ---- Descriptors -------------------------------------------------------- */

/* Files, whose sizes are 0, 1, 2, ... */
static void make_files(struct letter *letter, size_t count)
{
	while (letter->fd_count < count) {
		letter->fds[letter->fd_count] =
			memory_file(letter->fd_count, SEALS);
		letter->fd_count++;
	}
}

static void close_files(const struct letter *letter)
{
	for (size_t i = 0; i < letter->fd_count; i++)
		assert_int_equal(close(letter->fds[i]), 0);
}

static void assert_files(const struct letter *letter, size_t count)
{
	struct stat file;

	assert_int_equal(letter->fd_count, count);
	for (size_t i = 0; i < count; i++) {
		assert_true(letter->fds[i] > STDERR_FILENO);
		assert_int_equal(fcntl(letter->fds[i], F_GETFD), FD_CLOEXEC);
		assert_int_equal(fstat(letter->fds[i], &file), 0);
		assert_int_equal(file.st_size, i);
	}
}

static void pass(struct rig *rig, size_t count, size_t size)
{
	struct letter letter = { .body = pattern(size), .size = size };
	struct letter *got;

	make_files(&letter, count);
	assert_int_equal(post_send(&rig->theirs, &letter), 0);
	close_files(&letter);
	assert_int_equal(post_receive(&rig->ours, &got), 1);
	assert_int_equal(got->size, size);
	if (size > 0)
		assert_memory_equal(got->body, pattern(size), size);
	assert_files(got, count);
	letter_free(got);
}

static void descriptors_come_along_with_any_body(void **state)
{
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (size_t count = 0; count < POST_FDS; count++)
			pass(*state, count, sizes[i]);
	pass(*state, POST_FDS, 0);
	pass(*state, POST_FDS, SHORT);
}

static void descriptors_that_were_taken_are_the_takers(void **state)
{
	struct letter letter = { .kind = 0 };
	struct rig *rig = *state;
	struct letter *got;
	int taken;

	make_files(&letter, 2);
	assert_int_equal(post_send(&rig->theirs, &letter), 0);
	close_files(&letter);
	assert_int_equal(post_receive(&rig->ours, &got), 1);
	taken = got->fds[1];
	got->fds[1] = -1;
	letter_free(got);
	assert_int_equal(close(taken), 0);
}

static void they_are_lifted_where_that_is_wanted(void **state)
{
	struct rig *rig = *state;

	for (int lifts = 0; lifts < 2; lifts++) {
		struct letter letter = { .kind = 0 };
		struct letter *got;

		rig->ours.lifts = lifts;
		make_files(&letter, 2);
		assert_int_equal(post_send(&rig->theirs, &letter), 0);
		close_files(&letter);
		assert_int_equal(post_receive(&rig->ours, &got), 1);
		assert_files(got, 2);
		assert_int_equal(got->fds[0] >= FD_FLOOR, lifts);
		assert_int_equal(got->fds[1] >= FD_FLOOR, lifts);
		letter_free(got);
	}
}

static void letters_that_nobody_fetches_leave_no_descriptor(void **state)
{
	struct letter letter = { .body = pattern(SHORT + 1),
				 .size = SHORT + 1 };
	struct rig *rig = *state;

	make_files(&letter, 3);
	for (int i = 0; i < 5; i++)
		assert_int_equal(post_send(&rig->theirs, &letter), 0);
	close_files(&letter);
	rig_renew(rig);
}

/* ---- A full socket ------------------------------------------------------ */

static size_t size_of(uint64_t number)
{
	return number % 50 == 0 ? SHORT + number : number % 997;
}

static void put_many(struct rig *rig)
{
	for (uint64_t i = 0; i < MANY; i++)
		put_letter(rig, i, pattern(size_of(i)), size_of(i));
	assert_true(rig->theirs.unsent_count > 0);
}

static void a_full_socket_keeps_letters_in_order(void **state)
{
	struct rig *rig = *state;

	put_many(rig);
	for (uint64_t i = 0; i < MANY; i++) {
		assert_letter(rig, i, pattern(size_of(i)), size_of(i));
		assert_int_equal(post_flush(&rig->theirs), 0);
	}
	assert_int_equal(rig->theirs.unsent_count, 0);
	assert_nothing(rig);
}

static void kept_letters_go_out_before_a_new_one(void **state)
{
	struct rig *rig = *state;
	struct letter *letter;
	uint64_t number = 0;
	int got;

	put_many(rig);
	while ((got = post_receive(&rig->ours, &letter)) == 1)
		letter_free(letter);
	assert_int_equal(got, 0);
	number = MANY - rig->theirs.unsent_count;
	put_letter(rig, MANY, NULL, 0);
	for (; number < MANY; number++) {
		assert_letter(rig, number, pattern(size_of(number)),
			      size_of(number));
		assert_int_equal(post_flush(&rig->theirs), 0);
	}
	assert_letter(rig, MANY, NULL, 0);
}

static void flushing_twice_sends_nothing_twice(void **state)
{
	struct rig *rig = *state;
	size_t unsent;

	put_many(rig);
	unsent = rig->theirs.unsent_count;
	for (int i = 0; i < 3; i++)
		assert_int_equal(post_flush(&rig->theirs), 0);
	assert_int_equal(rig->theirs.unsent_count, unsent);
}

static void what_is_kept_is_a_copy(void **state)
{
	char body[] = "before";
	struct letter letter = { .body = body, .size = sizeof body };
	struct rig *rig = *state;
	struct letter *got;

	put_many(rig);
	make_files(&letter, 2);
	assert_int_equal(post_send(&rig->theirs, &letter), 0);
	close_files(&letter);
	memcpy(body, "behind", sizeof body);
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(post_receive(&rig->ours, &got), 1);
		letter_free(got);
		assert_int_equal(post_flush(&rig->theirs), 0);
	}
	assert_int_equal(post_receive(&rig->ours, &got), 1);
	assert_string_equal(got->body, "before");
	assert_files(got, 2);
	letter_free(got);
}

static void closing_drops_what_was_kept(void **state)
{
	struct letter letter = { .size = 0 };
	struct rig *rig = *state;

	put_many(rig);
	make_files(&letter, 3);
	assert_int_equal(post_send(&rig->theirs, &letter), 0);
	close_files(&letter);
	rig_renew(rig);
}

static void sending_all_waits_for_room_until_its_time_is_over(void **state)
{
	const struct letter letter = { .kind = 7 };
	struct rig *rig = *state;
	int64_t before = clock_us();
	struct letter *got;

	while (post_send_all(&rig->theirs, &letter, 0) == 0)
		;
	assert_int_equal(
		post_send_all(&rig->theirs, &letter, clock_deadline(30)),
		TINE_ELIMIT);
	assert_true(clock_us() - before >= 30000);
	assert_int_equal(rig->theirs.unsent_count, 0);
	while (post_receive(&rig->ours, &got) == 1)
		letter_free(got);
	assert_int_equal(post_send_all(&rig->theirs, &letter, CLOCK_NEVER), 0);
}

/* ---- The end ------------------------------------------------------------ */

static void where_nobody_is_nothing_is_sent(void **state)
{
	const struct letter letter = { .kind = 7 };
	struct rig *rig = *state;

	put_many(rig);
	post_close(&rig->ours);
	assert_int_equal(post_flush(&rig->theirs), TINE_EGONE);
	assert_int_equal(post_send(&rig->theirs, &letter), TINE_EGONE);
	assert_int_equal(post_send_all(&rig->theirs, &letter, CLOCK_NEVER),
			 TINE_EGONE);
}

static void a_closed_post_says_that_nobody_is_there(void **state)
{
	const struct letter letter = { .kind = 7 };
	struct rig *rig = *state;
	struct letter *got;

	post_close(&rig->ours);
	post_close(&rig->ours);
	assert_int_equal(post_send(&rig->ours, &letter), TINE_EGONE);
	assert_int_equal(post_receive(&rig->ours, &got), TINE_EGONE);
}

static void assert_gone(struct rig *rig)
{
	struct letter *got;

	for (int i = 0; i < 2; i++)
		assert_int_equal(post_receive(&rig->ours, &got), TINE_EGONE);
}

static void what_was_sent_comes_before_the_end(void **state)
{
	struct rig *rig = *state;

	put_letter(rig, 1, "one", 3);
	put_letter(rig, 2, "two", 3);
	post_close(&rig->theirs);
	assert_letter(rig, 1, "one", 3);
	assert_letter(rig, 2, "two", 3);
	assert_gone(rig);
}

/* The kernel tells that first, and before what was sent. */
static void it_does_so_from_who_had_not_read_all(void **state)
{
	const struct letter letter = { .kind = 3 };
	struct rig *rig = *state;

	assert_int_equal(post_send(&rig->ours, &letter), 0);
	what_was_sent_comes_before_the_end(state);
}

static void waiting_ends_with_a_letter_the_end_or_the_time(void **state)
{
	struct rig *rig = *state;

	assert_false(post_wait(&rig->ours, clock_deadline(0)));
	assert_false(post_wait(&rig->ours, clock_deadline(10)));
	put_letter(rig, 1, NULL, 0);
	assert_true(post_wait(&rig->ours, CLOCK_NEVER));
	assert_letter(rig, 1, NULL, 0);
	post_close(&rig->theirs);
	assert_true(post_wait(&rig->ours, CLOCK_NEVER));
}

static void it_is_seen_whether_the_other_end_is_there(void **state)
{
	struct rig *rig = *state;

	assert_true(post_is_open(&rig->ours));
	put_letter(rig, 1, NULL, 0);
	assert_true(post_is_open(&rig->ours));
	post_close(&rig->theirs);
	assert_false(post_is_open(&rig->ours));
	assert_false(post_is_open(&rig->theirs));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(where_nothing_came_nothing_is),
		RIG_TEST(a_letter_comes_as_it_was_sent),
		RIG_TEST(several_come_in_order_and_one_by_one),
		RIG_TEST(both_ways_go_at_the_same_time),
		RIG_TEST(a_long_body_needs_no_descriptor_when_it_is_there),
		RIG_TEST(descriptors_come_along_with_any_body),
		RIG_TEST(descriptors_that_were_taken_are_the_takers),
		RIG_TEST(they_are_lifted_where_that_is_wanted),
		RIG_TEST(letters_that_nobody_fetches_leave_no_descriptor),
		RIG_TEST(a_full_socket_keeps_letters_in_order),
		RIG_TEST(kept_letters_go_out_before_a_new_one),
		RIG_TEST(flushing_twice_sends_nothing_twice),
		RIG_TEST(what_is_kept_is_a_copy),
		RIG_TEST(closing_drops_what_was_kept),
		RIG_TEST(sending_all_waits_for_room_until_its_time_is_over),
		RIG_TEST(where_nobody_is_nothing_is_sent),
		RIG_TEST(a_closed_post_says_that_nobody_is_there),
		RIG_TEST(what_was_sent_comes_before_the_end),
		RIG_TEST(it_does_so_from_who_had_not_read_all),
		RIG_TEST(waiting_ends_with_a_letter_the_end_or_the_time),
		RIG_TEST(it_is_seen_whether_the_other_end_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
