/* SPDX-License-Identifier: MIT */
/* item.h - one item of a stream, from its source to its result. */
#ifndef TINE_ITEM_H
#define TINE_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hoard.h"
#include "list.h"
#include "slate.h"
#include "tine.h"
#include "verdict.h"

enum item_state {
	ITEM_READY,   /* waits for a child */
	ITEM_GIVEN,   /* a child has it */
	ITEM_RESTING, /* waits for another attempt */
	ITEM_ENDED,   /* waits to be taken */
	ITEM_TAKEN,
};

/* What there is to say of an end that is not a plain OK. */
struct item_words {
	char message[VERDICT_TEXT];
	char note[SLATE_TEXT];
};

#define ITEM_HERE 64 /* bytes that need no memory of their own */

struct item {
	struct list_node node; /* with others of its state */
	void *keeper;          /* who waits for its next attempt */
	struct loop_watch *rest;
	struct hoard *hoard; /* where its memory is from */
	uint64_t index;
	enum item_state state;
	unsigned attempts;
	bool suspect; /* it is to be alone with its child */

	unsigned char *input;
	size_t size;

	enum tine_end end;
	int code;
	unsigned char *data;
	size_t data_size;
	size_t map_size; /* data is a file of that size, mapped; 0: it is not */
	pid_t pid;
	int64_t wall_us;
	struct item_words *words; /* NULL: there is nothing to say, */
	struct tine_task *task;   /* or this has it in its result */

	_Alignas(16) unsigned char input_here[ITEM_HERE];
	unsigned char data_here[ITEM_HERE];
};

/* Copies the input into a new one, or one that was used before. False: no
 * memory. */
bool item_init(struct item *item, struct hoard *hoard, const void *input,
	       size_t size);

/* Forgets how it ended, for another attempt. */
void item_clear(struct item *item);

/* Releases what it holds, but not itself. */
void item_done(struct item *item);

/* How it ended, as users get it; lives as long as the item. */
void item_tell(const struct item *item, struct tine_result *result);

#endif
