/* SPDX-License-Identifier: MIT */
/*
 * receipt.c - from the record a pooled child wrote to how an item ended.
 *
 * A function that returned 0 and sent something is the common case, and needs
 * no words. All others go the way that tasks go: facts, verdict, sentence.
 */
#include "receipt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "defer.h"
#include "fd.h"
#include "sealed.h"
#include "verdict.h"

void receipt_fail(struct item *item, enum tine_end end, const char *text)
{
	free(item->words);
	item->words = calloc(1, sizeof *item->words);
	item->end = end;
	item->code = 0;
	if (item->words)
		(void)snprintf(item->words->message,
			       sizeof item->words->message, "%s", text);
}

/* False: its words are not what it said. */
static bool receipt_say(const struct feeder *feeder,
			const struct tine_options *options, struct item *item,
			const struct feeder_result *result)
{
	char said[SLATE_TEXT] = "", note[SLATE_TEXT] = "";
	struct facts facts = {
		.how = EXIT_CODE,
		.last = result->marks & RING_EXCESS ? LAST_EXCESS : LAST_DONE,
		.value = result->code,
		.amount = result->excess,
		.said = said,
		.note = note,
		.wall_us = result->took_ns / 1000,
		.options = options,
	};

	if (!feeder_words(feeder, result->marks, said, note))
		return false;
	item->end = verdict_end(&facts, &item->code);
	item->words = calloc(1, sizeof *item->words);
	if (!item->words)
		return true;
	memcpy(item->words->note, note, sizeof item->words->note);
	verdict_say(&facts, item->end, item->code, item->words->message);
	return true;
}

/* A child that died cannot change its file any more, but did not seal it. */
static void receipt_map(int file, bool whole, size_t max_result,
			struct item *item)
{
	struct stat found = { .st_size = 0 };
	uint64_t size;

	if (!whole)
		(void)sealed_shut(file);
	if (file < 0 || fstat(file, &found) < 0 || found.st_size < 0)
		found.st_size = -1;
	size = (uint64_t)found.st_size;
	if (file == FD_NO_ROOM)
		receipt_fail(item, TINE_LOST,
			     "lost: no memory or descriptor to receive it");
	else if (found.st_size < 0 || size > max_result ||
		 !sealed_is(file, size))
		receipt_fail(item, TINE_GARBLED, "sent what is not a result");
	else if (size > 0 && !(item->data = sealed_map(file, size)))
		receipt_fail(item, TINE_LOST, "lost: no memory to receive it");
	if (item->data)
		item->data_size = item->map_size = size;
}

#define RECEIPT_TURNS 16 /* all that a socket holds, and no more */

/* A file was sent before its record was whole; but wakings that nobody has
 * heard yet may stand before it. */
static void receipt_read(uint32_t number, struct mail *mail)
{
	for (int i = 0; i < RECEIPT_TURNS && mail->count == 0; i++) {
		mail_read(mail);
		mail_forget(mail, number);
	}
}

static void receipt_take_file(uint32_t number, struct mail *mail, bool whole,
			      size_t max_result, struct item *item)
{
	mail_forget(mail, number);
	receipt_read(number, mail);
	AUTO_CLOSE int file = mail_take_file(mail);

	receipt_map(file, whole, max_result, item);
}

bool receipt_take(const struct feeder *feeder, struct mail *mail,
		  const struct tine_options *options, bool whole,
		  struct item *item, struct feeder_result *result)
{
	enum feeder_verdict verdict =
		feeder_read(feeder, whole, item->data_here, ITEM_HERE,
			    options->max_result, result);

	if (verdict == FEEDER_FOUL)
		return false;
	item->wall_us = result->took_ns / 1000;
	item->end = TINE_OK;
	item->code = 0;
	if (verdict == FEEDER_NO_ROOM)
		receipt_fail(item, TINE_LOST, "lost: no memory to receive it");
	else if (result->size > 0) {
		item->data = result->bytes;
		item->data_size = result->size;
	} else if (result->marks & RING_FILE)
		receipt_take_file(feeder->got, mail, whole, options->max_result,
				  item);
	if (whole && item->end == TINE_OK &&
	    (result->code != 0 || (result->marks & ~(uint32_t)RING_FILE)) &&
	    !receipt_say(feeder, options, item, result)) {
		item_clear(item);
		return false;
	}
	return true;
}
