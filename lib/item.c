/* SPDX-License-Identifier: MIT */
/*
 * item.c - one item of a stream, from its source to its result.
 *
 * The input is copied, since a source may use its memory again, and the result
 * shall name what it is of. Where a task of its own, or the death of a pooled
 * child, was the item's end, that task is kept: its result has all the words.
 */
#include "item.h"

#include <stdlib.h>
#include <string.h>

#include "sealed.h"
#include "task.h"

bool item_init(struct item *item, struct hoard *hoard, const void *input,
	       size_t size)
{
	item->hoard = hoard;
	item->input =
		size <= ITEM_HERE ? item->input_here : hoard_take(hoard, size);
	if (!item->input)
		return false;
	if (size > 0)
		memcpy(item->input, input, size);
	item->size = size;
	item->keeper = NULL;
	item->rest = NULL;
	item->attempts = 0;
	item->suspect = false;
	item->data = NULL;
	item->data_size = item->map_size = 0;
	item->words = NULL;
	item->task = NULL;
	return true;
}

void item_clear(struct item *item)
{
	if (item->map_size > 0)
		sealed_unmap(item->data, item->map_size);
	else if (item->data != item->data_here)
		hoard_give(item->hoard, item->data);
	free(item->words);
	tine_free(item->task);
	item->data = NULL;
	item->data_size = item->map_size = 0;
	item->words = NULL;
	item->task = NULL;
}

void item_done(struct item *item)
{
	item_clear(item);
	if (item->input != item->input_here)
		hoard_give(item->hoard, item->input);
}

/* Nobody had the memory for its words. */
static const char *item_sentence(enum tine_end end)
{
	return end == TINE_OK ? "returned 0" : tine_end_name(end);
}

static void item_tell_plain(const struct item *item, struct tine_result *result)
{
	const struct item_words *words = item->words;

	*result = (struct tine_result){
		.message = words ? words->message : item_sentence(item->end),
		.note = words ? words->note : "",
		.output = "",
		.crash = "",
	};
}

/* Of a task, everything is as it was told there, except what follows. */
void item_tell(const struct item *item, struct tine_result *result)
{
	if (item->task)
		*result = item->task->result;
	else
		item_tell_plain(item, result);
	if (item->task && item->words)
		result->message = item->words->message;
	if (item->data) {
		result->data = item->data;
		result->size = item->data_size;
	}
	result->end = item->end;
	result->code = item->code;
	result->input = item->size > 0 ? item->input : NULL;
	result->input_size = item->size;
	result->index = item->index;
	result->attempts = item->attempts;
	result->pid = item->pid;
	result->wall_us = item->wall_us;
}
