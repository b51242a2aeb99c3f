/* SPDX-License-Identifier: MIT */
/*
 * results.c - results to keep: what a stream lends, copied.
 *
 * A result and all it points to are one piece of memory.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tine.h"

struct shelf {
	struct tine_results results; /* what the user sees */
	size_t room;
};

/* The members of a result that point to something, with how much. */
struct pieces {
	const void *bytes[6];
	size_t sizes[6];
};

enum { MESSAGE, NOTE, OUTPUT, CRASH, DATA, INPUT, PIECES };

static struct pieces pieces_of(const struct tine_result *result)
{
	struct pieces pieces = {
		.bytes = { result->message, result->note, result->output,
			   result->crash, result->data, result->input },
		.sizes = { [DATA] = result->size,
			   [INPUT] = result->input_size },
	};

	for (int i = MESSAGE; i <= CRASH; i++)
		pieces.sizes[i] = strlen(pieces.bytes[i]) + 1;
	return pieces;
}

/* Bytes that a user may read as any type stand where any type may. */
#define ALIGNED(size) (((size) + 15) & ~(size_t)15)

static size_t pieces_size(const struct pieces *pieces)
{
	size_t total = 0;

	for (int i = 0; i < PIECES; i++)
		total += ALIGNED(pieces->sizes[i]);
	return total;
}

/* message comes first, so that it is what is freed: it alone is never NULL. */
static bool result_copy(struct tine_result *copy,
			const struct tine_result *result)
{
	struct pieces pieces = pieces_of(result);
	char *memory = malloc(pieces_size(&pieces));
	char *at = memory;
	void *moved[PIECES];

	if (!memory)
		return false;
	for (int i = 0; i < PIECES; i++) {
		moved[i] = pieces.bytes[i] ? at : NULL;
		if (pieces.sizes[i] > 0)
			memcpy(at, pieces.bytes[i], pieces.sizes[i]);
		at += ALIGNED(pieces.sizes[i]);
	}
	*copy = *result;
	copy->data = moved[DATA];
	copy->input = moved[INPUT];
	copy->message = moved[MESSAGE];
	copy->note = moved[NOTE];
	copy->output = moved[OUTPUT];
	copy->crash = moved[CRASH];
	return true;
}

static bool shelf_grow(struct shelf *shelf)
{
	size_t room = shelf->room ? shelf->room * 2 : 16;
	struct tine_result *results = reallocarray(shelf->results.results, room,
						   sizeof(struct tine_result));

	if (!results)
		return false;
	shelf->results.results = results;
	shelf->room = room;
	return true;
}

static bool shelf_add(struct shelf *shelf, const struct tine_result *result)
{
	struct tine_results *results = &shelf->results;

	if (results->count == shelf->room && !shelf_grow(shelf))
		return false;
	if (!result_copy(&results->results[results->count], result))
		return false;
	results->count++;
	return true;
}

void tine_results_free(struct tine_results *results)
{
	if (!results)
		return;
	for (size_t i = 0; i < results->count; i++)
		free((void *)(uintptr_t)results->results[i].message);
	free(results->results);
	free(results); /* the shelf that it is the front of */
}

/* Up to `wanted` of them; only those that are OK, if only they are wanted. */
static int results_take(struct tine_stream *stream, size_t wanted, bool only_ok,
			struct shelf *shelf)
{
	const struct tine_result *result;

	while (shelf->results.count < wanted) {
		result = tine_stream_next(stream);
		if (!result)
			return tine_stream_error(stream);
		if (only_ok && result->end != TINE_OK)
			continue;
		if (!shelf_add(shelf, result))
			return TINE_ENOMEM;
	}
	return 0;
}

static int results_gather(struct tine_stream *stream, size_t wanted,
			  bool only_ok, struct tine_results **results)
{
	struct shelf *shelf;
	int error;

	if (!stream || !results)
		return TINE_EUSAGE;
	shelf = calloc(1, sizeof *shelf);
	if (!shelf)
		return TINE_ENOMEM;
	error = results_take(stream, wanted, only_ok, shelf);
	if (error < 0) {
		tine_results_free(&shelf->results);
		return error;
	}
	*results = &shelf->results;
	return (int)shelf->results.count;
}

int tine_collect(struct tine_stream *stream, struct tine_results **results)
{
	return results_gather(stream, INT32_MAX, false, results);
}

int tine_first(struct tine_stream *stream, size_t wanted,
	       struct tine_results **results)
{
	return results_gather(stream, wanted < INT32_MAX ? wanted : INT32_MAX,
			      true, results);
}

int tine_map(struct tine_ctx *ctx, tine_fn *fn, const void *base, size_t count,
	     size_t item_size, const struct tine_stream_options *options,
	     struct tine_results **results)
{
	struct tine_stream *stream;
	int error;

	if (!results || (options && options->task.on_end))
		return TINE_EUSAGE;
	error = tine_stream_open(ctx, fn, tine_array(base, count, item_size),
				 options, &stream);
	if (error < 0)
		return error;
	error = tine_collect(stream, results);
	tine_stream_close(stream);
	return error;
}
