/* SPDX-License-Identifier: MIT */
/* trait_number.c - what a row has: numbers, times and sizes. */
#include "clock.h"
#include "tine.h"
#include "trait.h"

static int64_t amount(uint64_t value)
{
	return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

int64_t trait_pid(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->pid > 0 ? row->pid : FIELD_NONE;
}

int64_t trait_left(const struct row *row, int64_t now_us)
{
	int64_t left = row_left_us(row, now_us);

	return left == CLOCK_NEVER ? FIELD_NONE : left;
}

int64_t trait_started(const struct row *row, int64_t now_us)
{
	int64_t at = row->end    ? row->end->ended_us - row->end->wall_us
		     : row->slot ? row->slot->started_us
				 : row->board->head.mono_us;

	(void)now_us;
	return at > 0 ? scan_day_us(row->board, at) : FIELD_NONE;
}

int64_t trait_cpu(const struct row *row, int64_t now_us)
{
	(void)now_us;
	if (row->end)
		return row->end->user_us + row->end->system_us;
	return row->proc.there ? row->proc.cpu_us : FIELD_NONE;
}

/* Of late, where somebody looks again and again; else since it began. */
int64_t trait_load(const struct row *row, int64_t now_us)
{
	int64_t age_us = row_age_us(row, now_us);

	if (row->load >= 0 || !row->proc.there || age_us == 0)
		return row->load >= 0 ? row->load : FIELD_NONE;
	return row->proc.cpu_us * 100 / age_us;
}

int64_t trait_rss(const struct row *row, int64_t now_us)
{
	(void)now_us;
	if (row->end)
		return row->end->rss_kib > INT64_MAX / 1024
			       ? INT64_MAX
			       : row->end->rss_kib * 1024;
	return row->proc.there ? (int64_t)row->proc.rss_bytes : FIELD_NONE;
}

int64_t trait_restarts(const struct row *row, int64_t now_us)
{
	(void)now_us;
	if (!row_is_child(row))
		return FIELD_NONE;
	return row->end ? row->end->restarts : row->slot->restarts;
}

static bool is_tried(const struct row *row)
{
	return row->kind == ROW_TASK || row->kind == ROW_ITEM;
}

int64_t trait_attempts(const struct row *row, int64_t now_us)
{
	(void)now_us;
	if (!is_tried(row))
		return FIELD_NONE;
	return row->end ? row->end->attempts : row->slot->attempts;
}

int64_t trait_index(const struct row *row, int64_t now_us)
{
	(void)now_us;
	if (row->kind != ROW_ITEM)
		return FIELD_NONE;
	return amount(row->end ? row->end->index : row->slot->index);
}

static uint64_t ended(const struct row *row)
{
	const struct board_tally *tally = row->tally;
	uint64_t count = 0;

	for (int end = 0; end < BOARD_END_KINDS; end++)
		count += tally->ended[end];
	return count;
}

int64_t trait_done(const struct row *row, int64_t now_us)
{
	(void)now_us;
	if (row_has_tally(row))
		return amount(ended(row));
	if (!row->slot)
		return FIELD_NONE;
	return row->kind == ROW_STREAM   ? amount(row->slot->ended)
	       : row->kind == ROW_WORKER ? amount(row->slot->started)
					 : FIELD_NONE;
}

int64_t trait_bad(const struct row *row, int64_t now_us)
{
	(void)now_us;
	if (row_has_tally(row))
		return amount(ended(row) - row->tally->ended[TINE_OK]);
	return row->kind == ROW_STREAM && row->slot ? amount(row->slot->bad)
						    : FIELD_NONE;
}

int64_t trait_busy(const struct row *row, int64_t now_us)
{
	(void)now_us;
	if (!row->slot)
		return FIELD_NONE;
	return row->kind == ROW_STREAM || row->kind == ROW_WORKER
		       ? row->slot->busy
		       : FIELD_NONE;
}

/* ---- Of what has ended -------------------------------------------------- */

int64_t trait_code(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->end ? row->end->code : FIELD_NONE;
}

int64_t trait_core(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->end ? row->end->core : FIELD_NONE;
}

int64_t trait_ended(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->end ? scan_day_us(row->board, row->end->ended_us)
			: FIELD_NONE;
}

int64_t trait_ago(const struct row *row, int64_t now_us)
{
	return row->end ? now_us - row->end->ended_us : FIELD_NONE;
}

int64_t trait_wall(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->end ? row->end->wall_us : FIELD_NONE;
}

int64_t trait_faults(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->end ? row->end->major_faults : FIELD_NONE;
}

int64_t trait_adopted(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->end ? row->end->adopted : FIELD_NONE;
}

int64_t trait_result(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->end ? amount(row->end->result_size) : FIELD_NONE;
}

int64_t trait_printed(const struct row *row, int64_t now_us)
{
	(void)now_us;
	return row->end ? amount(row->end->output_size) : FIELD_NONE;
}
