/* SPDX-License-Identifier: MIT */
/*
 * source.c - one URL, and what becomes of it.
 *
 * Not here: how it is fetched (fetch.c).
 */
#include <string.h>

#include "../common/jstring.h"
#include "fetch.h"
#include "source.h"

#define SOURCE_GRACE_MS 100

void source_start(struct source *source, const char *url, struct tine_ctx *ctx,
		  int64_t timeout_ms)
{
	const struct tine_options options = {
		.name = url,
		.timeout_ms = timeout_ms,
		.grace_ms = SOURCE_GRACE_MS,
		.max_result = FETCH_MAX_RESULT,
	};

	*source = (struct source){ .url = url };
	source->error = tine_async(ctx, fetch_run, url, strlen(url) + 1,
				   &options, &source->task);
}

/* The end of a task, in the user's words; NULL: "failed". */
static const char *const kinds[TINE_PENDING + 1] = {
	[TINE_TIMEOUT] = "timeout",
	[TINE_CRASHED] = "crashed",
	[TINE_GARBLED] = "crashed", /* if only in its own memory */
};

static json_t *source_failure(const struct source *source, const char *kind,
			      const char *message, json_t *fallback)
{
	return json_pack("{s:o, s:{s:s, s:o}, s:O*}", "url",
			 jstring(source->url), "error", "kind", kind, "message",
			 jstring(message), "fallback", fallback);
}

/* The task made JSON of it; but it has met a stranger's bytes, so look. */
static json_t *source_success(const struct source *source,
			      const struct tine_result *result)
{
	json_t *body = json_loadb(result->data, result->size,
				  JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

	if (!body)
		return source_failure(source, kinds[TINE_GARBLED],
				      "it sent no JSON", NULL);
	return json_pack("{s:o, s:o}", "url", jstring(source->url), "ok", body);
}

/* Who is late may have a stand-in; what is wrong for good has none. */
static json_t *source_answer(const struct source *source,
			     const struct tine_result *result,
			     const json_t *fallback)
{
	const char *kind = kinds[result->end];
	json_t *stand_in = NULL;

	if (result->end == TINE_OK)
		return source_success(source, result);
	if (result->end == TINE_TIMEOUT)
		stand_in = json_object_get(fallback, source->url);
	return source_failure(source, kind ? kind : "failed", result->message,
			      stand_in);
}

json_t *source_finish(struct source *source, const json_t *fallback)
{
	json_t *answer;

	if (!source->task)
		return source_failure(source, "failed",
				      tine_strerror(source->error), NULL);
	answer = source_answer(source, tine_await(source->task, TINE_FOREVER),
			       fallback);
	tine_free(source->task);
	source->task = NULL;
	return answer;
}
