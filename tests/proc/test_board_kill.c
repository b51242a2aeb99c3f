/* SPDX-License-Identifier: MIT */
/*
 * test_board_kill.c - who writes is killed at any moment, or writes anything:
 * what is whole is right, and what is read can be used.
 */
#include "act.h"
#include "children.h"
#include "fixture.h"
#include "scratch.h"
#include "neighbour.h"
#include "sight.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"

#define KILLS 200
#define ALIVE 50

/* In the everyday run, or if TINE_KILLS asks for more of all. */
static int times(int few, int many)
{
	return getenv("TINE_KILLS") ? many : few;
}

/* ---- A writer ----------------------------------------------------------- */

/* All that a record says follows from its id. */
static void say(char *to, size_t room, const char *what, uint64_t id)
{
	(void)snprintf(to, room, "%s %llu", what, (unsigned long long)id);
}

static void fill(char *to, size_t room, uint64_t id)
{
	size_t length = (size_t)id % (room - 1);

	memset(to, 'a' + (char)(id % 26), length);
	to[length] = '\0';
}

static long put(struct board *board, uint64_t id)
{
	struct board_slot slot = {
		.id = id,
		.pid = (int32_t)(id % 1000),
		.kind = SLOT_TASK,
		.started_us = (int64_t)(7 * id),
		.slate = (int64_t)id,
	};
	long place = board_take(board);

	say(slot.name, sizeof slot.name, "task", id);
	board_put(board, place, &slot);
	slot.state = NOW_STOPPING;
	slot.deadline_us = slot.started_us;
	board_put(board, place, &slot);
	return place;
}

static void end(struct board *board, long place, uint64_t id)
{
	static char stack[BOARD_STACK];
	struct board_end end = {
		.id = id,
		.kind = SLOT_TASK,
		.code = (int32_t)(id % 256),
		.fingerprint = id % 40,
		.ended_us = (int64_t)id,
	};

	say(end.name, sizeof end.name, "end", id);
	fill(end.message, sizeof end.message, id);
	fill(end.note, sizeof end.note, id);
	fill(end.output, sizeof end.output, id);
	fill(stack, sizeof stack, id);
	board->tally.started = board->tally.ended[id % 9] = id;
	board_add_end(board, place, &end, stack);
}

static void write_for_ever(int ready)
{
	struct board board;
	long places[ALIVE];

	board_init(&board, "writer");
	for (uint64_t id = 1;; id++) {
		long *place = &places[id % ALIVE];

		if (id > ALIVE)
			end(&board, *place, id);
		*place = put(&board, id);
		if (id == 2 * ALIVE)
			(void)!write(ready, "r", 1);
	}
}

/* ---- What it leaves ----------------------------------------------------- */

static void check_text(const char *text, const char *what, uint64_t id)
{
	char wanted[BOARD_NAME];

	say(wanted, sizeof wanted, what, id);
	assert_string_equal(text, wanted);
}

static void check_fill(const char *text, size_t room, uint64_t id)
{
	char wanted[BOARD_STACK];

	fill(wanted, room, id);
	assert_string_equal(text, wanted);
}

static void check_slots(void)
{
	assert_in_range(sight->slot_count, ALIVE - 2, ALIVE);
	for (size_t i = 0; i < sight->slot_count; i++) {
		const struct board_slot *slot = &sight->slots[i];

		assert_int_equal(slot->pid, slot->id % 1000);
		assert_int_equal(slot->slate, slot->id);
		assert_int_equal(slot->started_us, 7 * slot->id);
		assert_int_equal(slot->deadline_us,
				 slot->state ? slot->started_us : 0);
		check_text(slot->name, "task", slot->id);
	}
}

/* Their numbers follow each other: but for one, if it is torn. */
static void check_ends(void)
{
	uint64_t first = UINT64_MAX, last = 0;

	for (size_t i = 0; i < sight->end_count; i++) {
		const struct board_end *end = &sight->ends[i];

		assert_int_equal(end->id, end->number + ALIVE);
		assert_int_equal(end->code, end->id % 256);
		check_text(end->name, "end", end->id);
		check_fill(end->message, sizeof end->message, end->id);
		check_fill(end->note, sizeof end->note, end->id);
		check_fill(end->output, sizeof end->output, end->id);
		first = end->number < first ? end->number : first;
		last = end->number > last ? end->number : last;
	}
	assert_in_range(last - first, sight->end_count - 1, sight->end_count);
	assert_true(sight->tally.ends == last || sight->tally.ends == last - 1);
	assert_true(sight->tally.started == sight->tally.ends + ALIVE);
}

static void check_crashes(void)
{
	for (size_t i = 0; i < sight->crash_count; i++) {
		const struct board_crash *crash = &sight->crashes[i];
		uint64_t id = crash->last_id;

		assert_int_equal(crash->fingerprint, id % 40);
		assert_int_equal(crash->last_us, id);
		check_text(crash->name, "end", id);
		check_fill(crash->stack, sizeof crash->stack, id);
	}
}

static unsigned draw(unsigned below)
{
	static unsigned random = 1;

	random = random * 1103515245 + 12345;
	return random / 65536 % below;
}

static void a_writer_that_is_killed_leaves_what_is_right(void **state)
{
	size_t torn = 0;

	(void)state;
	for (int i = 0; i < KILLS; i++) {
		pid_t writer = neighbour_start(write_for_ever);

		(void)usleep(draw(3000));
		neighbour_kill(writer);
		assert_non_null(sight_see(writer));
		assert_false(sight->alive);
		assert_string_equal(sight->head.app, "writer");
		assert_true(sight->torn <= 1);
		torn += sight->torn;
		check_slots();
		check_ends();
		check_crashes();
		scratch_wipe();
	}
	print_message("%d writers killed, %zu records torn\n", KILLS, torn);
}

/* Who reads while it writes sees the same. */
static void a_writer_that_lives_can_be_read(void **state)
{
	pid_t writer = neighbour_start(write_for_ever);

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_non_null(sight_see(writer));
		assert_true(sight->alive);
		assert_true(sight_is_sane(sight));
		for (size_t n = 0; n < sight->slot_count; n++)
			check_text(sight->slots[n].name, "task",
				   sight->slots[n].id);
		for (size_t n = 0; n < sight->end_count; n++)
			check_fill(sight->ends[n].output, BOARD_OUTPUT,
				   sight->ends[n].id);
		check_crashes();
	}
	neighbour_kill(writer);
}

/* ---- A program ---------------------------------------------------------- */

static void run_for_ever(int ready)
{
	static const struct act mixed[] = { SEND(1), { ACT_FAIL, 3, 0 } };
	const struct tine_stream_options pool = { .reuse = 50,
						  .max_concurrency = 2,
						  .task.name = "pool" };
	struct tine_ctx *ctx;

	if (tine_ctx_new(NULL, &ctx) < 0)
		_exit(1);
	for (int i = 0;; i++) {
		struct acts acts = ACTS(mixed);
		const struct tine_options options = { .name = "task" };
		struct tine_stream *stream;
		struct tine_task *task;

		acts.count = 100;
		if (tine_async(ctx, child_return, &i, sizeof i, &options,
			       &task) < 0 ||
		    tine_stream_open(ctx, act_run, acts_source(&acts), &pool,
				     &stream) < 0)
			_exit(1);
		while (tine_stream_next(stream))
			;
		tine_free(task);
		tine_stream_close(stream);
		if (i == 1)
			(void)!write(ready, "r", 1);
	}
}

static void a_program_that_is_killed_leaves_what_is_right(void **state)
{
	(void)state;
	for (int i = times(10, KILLS); i > 0; i--) {
		pid_t program = neighbour_start(run_for_ever);

		(void)usleep(draw(20000));
		neighbour_kill(program);
		assert_non_null(sight_see(program));
		assert_false(sight->alive);
		assert_true(sight->torn <= 1);
		assert_true(sight_is_sane(sight));
		assert_true(sight->slot_count <= 8);
		for (size_t n = 0; n < sight->end_count; n++) {
			const struct board_end *end = &sight->ends[n];
			bool pooled = strcmp(end->name, "pool") == 0;

			assert_int_equal(end->kind,
					 pooled ? SLOT_ITEM : SLOT_TASK);
			assert_true(!pooled || end->end == TINE_FAILED);
			assert_true(pooled || strcmp(end->name, "task") == 0);
		}
	}
}

/* ---- Who writes anything ------------------------------------------------ */

static char all[BOARD_SLOTS + 64 * sizeof(struct board_slot)];

static void scribble(char *bytes, size_t size)
{
	static uint64_t random = 88172645463325252u;

	for (size_t i = 0; i + sizeof random <= size; i += sizeof random) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		memcpy(bytes + i, &random, sizeof random);
	}
}

/* Its sum is right, and it claims to be one; the rest is anything. */
static void forge(char *bytes, size_t size)
{
	if (size == sizeof(struct board_head)) {
		struct board_head *head = (struct board_head *)bytes;

		memcpy(head->magic, BOARD_MAGIC, sizeof head->magic);
		head->version = BOARD_VERSION;
		head->kind %= BOARD_KIND_COUNT;
		head->pid &= INT32_MAX;
	}
	if (size == sizeof(struct board_slot)) {
		struct board_slot *slot = (struct board_slot *)bytes;

		slot->kind = (uint8_t)(1 + slot->kind % (SLOT_KIND_COUNT - 1));
		slot->state %= NOW_COUNT;
		slot->pid &= INT32_MAX;
	}
	if (size == sizeof(struct board_end)) {
		struct board_end *end = (struct board_end *)bytes;

		end->kind = (uint8_t)(1 + end->kind % (SLOT_KIND_COUNT - 1));
		end->end %= TINE_PENDING;
		end->pid &= INT32_MAX;
	}
	if (size == sizeof(struct board_crash))
		((struct board_crash *)bytes)->last_pid &= INT32_MAX;
	slot_seal(bytes, size);
}

static void forge_all(void)
{
	forge(all, sizeof(struct board_head));
	forge(all + BOARD_TALLY, sizeof(struct board_tally));
	for (off_t at = BOARD_ENDS; at < BOARD_CRASHES;
	     at += (off_t)sizeof(struct board_end))
		forge(all + at, sizeof(struct board_end));
	for (off_t at = BOARD_CRASHES; at < BOARD_SLOTS;
	     at += (off_t)sizeof(struct board_crash))
		forge(all + at, sizeof(struct board_crash));
	for (size_t at = BOARD_SLOTS; at < sizeof all;
	     at += sizeof(struct board_slot))
		forge(all + at, sizeof(struct board_slot));
}

static void write_anything(int ready)
{
	int fd = open(scratch_path("1-1-1"), O_RDWR | O_CREAT, 0600);

	for (unsigned i = 0;; i++) {
		scribble(all, sizeof all);
		if (i % 4 < 3)
			forge_all();
		if (i % 16 == 7)
			(void)!ftruncate(fd, draw(sizeof all));
		(void)!pwrite(fd, all, sizeof all, 0);
		if (i == 0)
			(void)!write(ready, "r", 1);
	}
}

static void whatever_is_written_can_be_read(void **state)
{
	static struct sight seen;
	pid_t writer = neighbour_start(write_anything);
	int fd = open(scratch_path("1-1-1"), O_RDONLY | O_CLOEXEC);
	size_t heads = 0, slots = 0, ends = 0, crashes = 0, torn = 0;
	int looks = times(500, 10000);

	(void)state;
	(void)alarm(600);
	assert_true(fd >= 0);
	for (int i = 0; i < looks; i++) {
		sight_read(&seen, fd);
		assert_true(sight_is_sane(&seen));
		heads += seen.there;
		slots += seen.slot_count;
		ends += seen.end_count;
		crashes += seen.crash_count;
		torn += seen.torn;
	}
	(void)close(fd);
	neighbour_kill(writer);
	print_message("%d looks: %zu heads, %zu slots, %zu ends, %zu crashes "
		      "taken for whole, %zu torn\n",
		      looks, heads, slots, ends, crashes, torn);
	assert_true(heads > 0 && slots > 0 && ends > 0 && crashes > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_writer_that_is_killed_leaves_what_is_right),
		FIXTURE_TEST(a_writer_that_lives_can_be_read),
		ACT_TEST(a_program_that_is_killed_leaves_what_is_right),
		FIXTURE_TEST(whatever_is_written_can_be_read),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
