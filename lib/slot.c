/* SPDX-License-Identifier: MIT */
/*
 * slot.c - the records of a board: sealed by who writes, checked by who reads.
 *
 * Pure. The writer cannot be asked, and may be hostile: the tool reads what
 * any program of the same user has left. So a sum tells a torn record from a
 * whole one, and no more than that; every number that chooses something is
 * looked at, and every text ends, and holds nothing that a terminal obeys.
 */
#include "slot.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "text.h"
#include "tine.h"

_Static_assert(sizeof(struct board_head) == 1024, "a head has its place");
_Static_assert(BOARD_TALLY + sizeof(struct board_tally) <= BOARD_ENDS,
	       "so has a tally");
_Static_assert(sizeof(struct board_end) == 2048, "and an end");
_Static_assert(sizeof(struct board_crash) == 8192, "and a crash");
_Static_assert(sizeof(struct board_slot) == 256, "and a slot");
_Static_assert(BOARD_END_KINDS == TINE_PENDING + 1, "each end is counted");

static uint64_t slot_sum(const void *record, size_t size)
{
	const char *bytes = record;
	size_t skip = offsetof(struct board_seal, turn);

	return XXH3_64bits(bytes + skip, size - skip);
}

void slot_seal(void *record, size_t size)
{
	struct board_seal *seal = record;

	seal->turn++;
	seal->sum = slot_sum(record, size);
}

bool slot_is_whole(const void *record, size_t size)
{
	const struct board_seal *seal = record;

	return seal->turn != 0 && seal->sum == slot_sum(record, size);
}

/* ---- Reading ------------------------------------------------------------ */

/* Each character takes as many bytes as it had, so this can be done in place.
 */
static void clean_line(char *text, size_t room)
{
	text_line(text, room, text, room);
}

static void clean_lines(char *text, size_t room)
{
	char was[BOARD_STACK];

	memcpy(was, text, room);
	clean_line(text, room);
	for (size_t i = 0; text[i]; i++)
		if (was[i] == '\n')
			text[i] = '\n';
}

/* A time, or a count of bytes, from somebody who may say anything: three of
 * them can be added up, or taken from each other, without an overflow. */
static void clean_amount(int64_t *amount)
{
	const int64_t most = INT64_MAX / 4;

	if (*amount < 0)
		*amount = 0;
	if (*amount > most)
		*amount = most;
}

/* So many milliseconds, or a name for something else. */
static void clean_grace(int64_t *grace)
{
	if (*grace == TINE_FOREVER || *grace == TINE_BRUTAL)
		return;
	clean_amount(grace);
}

static void clean_choice(uint8_t *choice, unsigned count, uint8_t otherwise)
{
	if (*choice >= count)
		*choice = otherwise;
}

bool slot_read_head(struct board_head *head)
{
	if (!slot_is_whole(head, sizeof *head) ||
	    memcmp(head->magic, BOARD_MAGIC, sizeof head->magic) != 0 ||
	    head->version != BOARD_VERSION || head->kind >= BOARD_KIND_COUNT ||
	    head->pid <= 0)
		return false;
	if (head->parent < 0)
		head->parent = 0;
	clean_amount(&head->mono_us);
	clean_amount(&head->real_us);
	clean_line(head->app, sizeof head->app);
	clean_line(head->path, sizeof head->path);
	return true;
}

bool slot_read_tally(struct board_tally *tally)
{
	if (!slot_is_whole(tally, sizeof *tally))
		return false;
	clean_amount(&tally->changed_us);
	if (tally->slates < 0)
		tally->slates = -1;
	return true;
}

bool slot_read_slot(struct board_slot *slot)
{
	if (!slot_is_whole(slot, sizeof *slot) || slot->id == 0 ||
	    slot->kind == SLOT_FREE || slot->kind >= SLOT_KIND_COUNT ||
	    slot->state >= NOW_COUNT || slot->pid < 0)
		return false;
	clean_choice(&slot->restart, TINE_PERMANENT + 1, TINE_TEMPORARY);
	clean_choice(&slot->last_end, BOARD_END_KINDS, TINE_PENDING);
	clean_amount(&slot->started_us);
	clean_amount(&slot->deadline_us);
	clean_grace(&slot->grace_ms);
	if (slot->slate < 0)
		slot->slate = -1;
	if (slot->owner < 0)
		slot->owner = 0;
	clean_line(slot->name, sizeof slot->name);
	return true;
}

bool slot_read_end(struct board_end *end)
{
	if (!slot_is_whole(end, sizeof *end) || end->number == 0 ||
	    end->kind == SLOT_FREE || end->kind >= SLOT_KIND_COUNT ||
	    end->end >= TINE_PENDING || end->pid < 0)
		return false;
	clean_choice(&end->core, 2, 0);
	clean_choice(&end->restart, TINE_PERMANENT + 1, TINE_TEMPORARY);
	clean_amount(&end->ended_us);
	clean_amount(&end->wall_us);
	clean_amount(&end->user_us);
	clean_amount(&end->system_us);
	clean_amount(&end->rss_kib);
	clean_amount(&end->major_faults);
	clean_line(end->name, sizeof end->name);
	clean_line(end->message, sizeof end->message);
	clean_line(end->note, sizeof end->note);
	clean_lines(end->output, sizeof end->output);
	return true;
}

bool slot_read_crash(struct board_crash *crash)
{
	if (!slot_is_whole(crash, sizeof *crash) || crash->fingerprint == 0 ||
	    crash->last_pid < 0)
		return false;
	if (crash->signal < 0 || crash->signal > 64)
		crash->signal = 0;
	clean_amount(&crash->first_us);
	clean_amount(&crash->last_us);
	clean_line(crash->name, sizeof crash->name);
	clean_lines(crash->stack, sizeof crash->stack);
	return true;
}

/* ---- Names -------------------------------------------------------------- */

#define NAME(name, text) text,

const char *board_kind_name(unsigned kind)
{
	static const char *const names[] = { BOARD_KINDS(NAME) };

	return kind < BOARD_KIND_COUNT ? names[kind] : "unknown";
}

const char *slot_kind_name(unsigned kind)
{
	static const char *const names[] = { SLOT_KINDS(NAME) };

	return kind < SLOT_KIND_COUNT ? names[kind] : "unknown";
}

const char *slot_state_name(unsigned state)
{
	static const char *const names[] = { SLOT_STATES(NAME) };

	return state < NOW_COUNT ? names[state] : "unknown";
}
