/* SPDX-License-Identifier: MIT */
/*
 * inputs.c - the inputs of a run, as the source of its stream.
 *
 * A line that has not come yet is waited for by the loop, so that what has
 * ended meanwhile is told.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/inputs.h"
#include "run/tally.h"

void inputs_init(struct inputs *inputs, char *const *words, uint64_t count,
		 char end, const struct joblog *log)
{
	*inputs = (struct inputs){ .words = words, .count = count, .log = log };
	lines_init(&inputs->lines, STDIN_FILENO, end);
	if (!words)
		inputs->count = lines_count(&inputs->lines);
}

void inputs_done(struct inputs *inputs)
{
	lines_done(&inputs->lines);
	free(inputs->item);
	inputs->item = NULL;
}

/* ---- One ---------------------------------------------------------------- */

static void inputs_end(struct inputs *inputs, int error)
{
	inputs->ended = true;
	inputs->error = error;
	inputs->count = inputs->seq;
	tally_know(inputs->count);
}

static const char *next_word(struct inputs *inputs)
{
	if (inputs->seq < inputs->count)
		return inputs->words[inputs->seq];
	inputs_end(inputs, 0);
	return NULL;
}

/* No command can be given what stands behind a NUL. */
static bool is_text(const char *line, size_t length)
{
	return strlen(line) == length;
}

/* NULL, and not ended: it is to come. */
static const char *next_line(struct inputs *inputs)
{
	struct lines *lines = &inputs->lines;
	const char *line;
	int error;

	while (!(line = lines_take(lines)) && !lines->ended) {
		if (!lines_are_ready(lines)) {
			ev_io_start(inputs->loop, &inputs->readable);
			return NULL;
		}
		error = lines_fill(lines);
		if (error != 0 && error != EINTR && error != EAGAIN) {
			inputs_end(inputs, error);
			return NULL;
		}
		if (brake_level() > BRAKE_OFF)
			return NULL;
	}
	if (line && !is_text(line, lines->length)) {
		inputs_end(inputs, EILSEQ);
		return NULL;
	}
	if (!line)
		inputs_end(inputs, 0);
	return line;
}

static const char *next_input(struct inputs *inputs)
{
	const char *input;

	for (;;) {
		input = inputs->words ? next_word(inputs) : next_line(inputs);
		if (!input)
			return NULL;
		inputs->seq++;
		if (!joblog_has(inputs->log, inputs->seq))
			return input;
		inputs->skipped++;
	}
}

/* ---- The source --------------------------------------------------------- */

static bool item_fill(struct inputs *inputs, const char *input, size_t size)
{
	struct errand_item *item = inputs->item;

	if (size > inputs->room) {
		item = realloc(item, size);
		if (!item)
			return false;
		inputs->item = item;
		inputs->room = size;
	}
	item->seq = inputs->seq;
	strcpy(item->input, input);
	return true;
}

static int inputs_next(void *state, const void **item, size_t *size)
{
	struct inputs *inputs = state;
	const char *input = NULL;

	if (!inputs->ended && brake_level() == BRAKE_OFF)
		input = next_input(inputs);
	if (!input)
		return inputs->ended || brake_level() > BRAKE_OFF ? 0
								  : TINE_LATER;
	*size = sizeof *inputs->item + strlen(input) + 1;
	if (!item_fill(inputs, input, *size))
		return TINE_ENOMEM;
	*item = inputs->item;
	return 1;
}

static void inputs_close(void *state)
{
	struct inputs *inputs = state;

	ev_io_stop(inputs->loop, &inputs->readable);
}

static void on_readable(struct ev_loop *loop, ev_io *readable, int events)
{
	struct inputs *inputs = readable->data;

	(void)events;
	ev_io_stop(loop, readable);
	tine_stream_wake(*inputs->stream);
}

struct tine_source inputs_source(struct inputs *inputs, struct ev_loop *loop,
				 struct tine_stream **stream)
{
	inputs->loop = loop;
	inputs->stream = stream;
	ev_io_init(&inputs->readable, on_readable, STDIN_FILENO, EV_READ);
	inputs->readable.data = inputs;
	return (struct tine_source){ inputs_next, inputs_close, inputs };
}
