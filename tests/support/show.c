/* SPDX-License-Identifier: MIT */
/* show.c - the results of a stream of acts, as a line that can be read. */
#include "show.h"

#include <stdio.h>
#include <string.h>

static void show_word(struct show *show, const char *word)
{
	size_t room = sizeof show->text - show->length;
	int length = snprintf(show->text + show->length, room, "%s%s",
			      show->length > 0 ? ", " : "", word);

	assert_true(length >= 0 && (size_t)length < room);
	show->length += (size_t)length;
}

/* What an int of it would be; -1: it is not one. */
static int value_of(const struct tine_result *result)
{
	int value = -1;

	if (result->size == sizeof value)
		memcpy(&value, result->data, sizeof value);
	return value;
}

static void assert_is_of_its_item(const struct show *show,
				  const struct tine_result *result)
{
	const struct acts *acts = show->acts;
	struct act act;

	assert_non_null(result->message);
	assert_non_null(result->note);
	assert_non_null(result->output);
	assert_non_null(result->crash);
	assert_true(result->attempts > 0);
	assert_true(result->index < acts->pulled);
	assert_int_equal(result->input_size, sizeof act);
	memcpy(&act, result->input, sizeof act);
	assert_int_equal(act.number, result->index);
	assert_int_equal(act.value,
			 acts->list[result->index % acts->listed].value);
}

void show_add(struct show *show, const struct tine_result *result)
{
	char word[64];
	const char *name = tine_end_name(result->end);
	int number = result->end == TINE_OK ? value_of(result) : result->code;

	assert_is_of_its_item(show, result);
	if (result->end == TINE_OK || result->end == TINE_FAILED ||
	    result->end == TINE_CRASHED)
		(void)snprintf(word, sizeof word, "%s %d", name, number);
	else
		(void)snprintf(word, sizeof word, "%s", name);
	show_word(show, word);
	show->acts->taken++;
}

void show_error(struct show *show, int error)
{
	char word[64];

	(void)snprintf(word, sizeof word, "error %d", error);
	show_word(show, error == 0 ? "end" : word);
}

struct tine_stream *show_open(void **state, struct acts *acts,
			      const struct tine_stream_options *options)
{
	struct tine_stream_options own = { 0 };
	struct tine_stream *stream = NULL;

	if (options)
		own = *options;
	if (own.task.timeout_ms == 0)
		own.task.timeout_ms = TINE_FOREVER;
	assert_int_equal(tine_stream_open(fixture_ctx(state), act_run,
					  acts_source(acts), &own, &stream),
			 0);
	return stream;
}

const char *show_some(struct tine_stream *stream, struct acts *acts,
		      size_t count)
{
	static struct show show;
	const struct tine_result *result;

	show = (struct show){ .acts = acts };
	while (count-- > 0) {
		result = tine_stream_next(stream);
		if (!result) {
			show_error(&show, tine_stream_error(stream));
			break;
		}
		show_add(&show, result);
	}
	return show.text;
}

const char *show_all(struct tine_stream *stream, struct acts *acts)
{
	const char *text = show_some(stream, acts, SIZE_MAX);

	act_assert_all_dead();
	assert_int_equal(acts->closed, 1);
	assert_null(tine_stream_next(stream));
	return text;
}

const char *show_run(void **state, struct acts *acts,
		     const struct tine_stream_options *options)
{
	struct tine_stream *stream = show_open(state, acts, options);
	const char *text = show_all(stream, acts);

	tine_stream_close(stream);
	assert_int_equal(acts->closed, 1);
	return text;
}
