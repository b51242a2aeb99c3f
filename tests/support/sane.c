/* SPDX-License-Identifier: MIT */
/* sane.c - whether what was read of a board can be used, told by other code
 * than that which makes it so. */
#include "sane.h"

#include <stddef.h>
#include <string.h>

#include "tine.h"

/* The length of a character that no terminal obeys; 0: it is none. */
static size_t character(const unsigned char *text)
{
	if (text[0] < 0x80)
		return text[0] >= ' ' && text[0] != 0x7f;
	if (text[0] < 0xc2 || text[0] > 0xf4 || (text[1] & 0xc0) != 0x80 ||
	    (text[0] == 0xc2 && text[1] < 0xa0))
		return 0;
	if (text[0] < 0xe0)
		return 2;
	if ((text[2] & 0xc0) != 0x80 || (text[0] == 0xe0 && text[1] < 0xa0) ||
	    (text[0] == 0xed && text[1] > 0x9f))
		return 0;
	if (text[0] < 0xf0)
		return 3;
	return (text[3] & 0xc0) == 0x80 &&
			       (text[0] != 0xf0 || text[1] >= 0x90) &&
			       (text[0] != 0xf4 || text[1] < 0x90)
		       ? 4
		       : 0;
}

static bool is_text(const char *text, size_t room, bool lines)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t size;

	if (!memchr(text, '\0', room))
		return false;
	for (; *at; at += size) {
		size = *at == '\n' && lines ? 1 : character(at);
		if (size == 0)
			return false;
	}
	return true;
}

#define IS_LINE(field) is_text(field, sizeof(field), false)
#define IS_LINES(field) is_text(field, sizeof(field), true)

static bool is_amount(int64_t amount)
{
	return amount >= 0 && amount <= INT64_MAX / 4;
}

bool sane_tally(const struct board_tally *tally)
{
	return is_amount(tally->changed_us) && tally->slates >= -1;
}

bool sane_slot(const struct board_slot *slot)
{
	return slot->id != 0 && slot->pid >= 0 && slot->kind > SLOT_FREE &&
	       slot->kind < SLOT_KIND_COUNT && slot->state < NOW_COUNT &&
	       slot->restart <= TINE_PERMANENT &&
	       slot->last_end <= TINE_PENDING && is_amount(slot->started_us) &&
	       is_amount(slot->deadline_us) && slot->grace_ms >= TINE_BRUTAL &&
	       slot->grace_ms <= INT64_MAX / 4 && slot->slate >= -1 &&
	       slot->owner >= 0 && IS_LINE(slot->name);
}

bool sane_end(const struct board_end *end)
{
	return end->number != 0 && end->pid >= 0 && end->kind > SLOT_FREE &&
	       end->kind < SLOT_KIND_COUNT && end->end < TINE_PENDING &&
	       end->core <= 1 && end->restart <= TINE_PERMANENT &&
	       is_amount(end->ended_us) && is_amount(end->wall_us) &&
	       is_amount(end->user_us) && is_amount(end->system_us) &&
	       is_amount(end->rss_kib) && is_amount(end->major_faults) &&
	       IS_LINE(end->name) && IS_LINE(end->message) &&
	       IS_LINE(end->note) && IS_LINES(end->output);
}

bool sane_crash(const struct board_crash *crash)
{
	return crash->fingerprint != 0 && crash->last_pid >= 0 &&
	       crash->signal >= 0 && crash->signal <= 64 &&
	       is_amount(crash->first_us) && is_amount(crash->last_us) &&
	       IS_LINE(crash->name) && IS_LINES(crash->stack);
}

bool sane_head(const struct board_head *head)
{
	return head->pid > 0 && head->parent >= 0 &&
	       head->kind < BOARD_KIND_COUNT && is_amount(head->mono_us) &&
	       is_amount(head->real_us) && IS_LINE(head->app) &&
	       IS_LINE(head->path);
}
