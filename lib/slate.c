/* SPDX-License-Identifier: MIT */
/*
 * slate.c - what a child leaves for its parent in memory.
 *
 * Pure. A text is written into the half that is not shown, then the turn is
 * counted up, which shows it: so there is a whole text at every instant, also
 * when SIGKILL falls between two bytes. Shared memory rather than a frame,
 * because a task that leaves crumbs must not block on a parent that is busy.
 *
 * Not here: where the memory comes from (slates.c).
 */
#include "slate.h"

#include <string.h>

#include "text.h"

#define SLATE_TRIES 3

void slate_write(struct slate_text *text, const char *line)
{
	uint32_t turn = atomic_load(&text->turn) + 1;

	atomic_thread_fence(memory_order_seq_cst);
	text_line(text->halves[turn & 1], SLATE_TEXT, line, SIZE_MAX);
	atomic_store(&text->turn, turn);
}

void slate_read(const struct slate_text *text, char *line, size_t room)
{
	char copy[SLATE_TEXT];

	for (int i = 0; i < SLATE_TRIES; i++) {
		uint32_t turn = atomic_load(&text->turn);

		memcpy(copy, text->halves[turn & 1], sizeof copy);
		atomic_thread_fence(memory_order_seq_cst);
		if (atomic_load(&text->turn) != turn)
			continue;
		text_line(line, room, copy, sizeof copy);
		return;
	}
	text_line(line, room, "", 0);
}

/* ---- A crash ------------------------------------------------------------ */

bool slate_read_crash(const struct slate *slate, struct slate_crash *copy)
{
	const struct slate_crash *crash = &slate->crash;

	if (atomic_load(&slate->crashed) != 1)
		return false;
	memcpy(copy, crash, offsetof(struct slate_crash, stack));
	if (copy->registers.count > REGISTERS_MOST)
		copy->registers.count = 0;
	if (copy->stack_size > SLATE_STACK)
		copy->stack_size = 0;
	memcpy(copy->stack, crash->stack, copy->stack_size);
	return true;
}

bool slate_stack_word(const struct slate_crash *crash, uint64_t address,
		      uint64_t *word)
{
	uint64_t at = address - crash->stack_from;

	if (crash->stack_size < sizeof *word ||
	    at > crash->stack_size - sizeof *word)
		return false;
	memcpy(word, crash->stack + at, sizeof *word);
	return true;
}

/* What a function pushes goes just below its sp; and one that has moved its sp
 * to make room may find it where no stack is any more. */
#define REACH 4096

bool slate_overflowed(const struct slate_crash *crash, uint64_t address)
{
	uint64_t sp = crash->registers.sp;

	if (crash->stack_size == 0)
		return false;
	return crash->stack_from != sp
		       ? address < crash->stack_from && address >= sp - REACH
		       : sp - address - 1 < REACH;
}
