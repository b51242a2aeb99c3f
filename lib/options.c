/* SPDX-License-Identifier: MIT */
/*
 * options.c - what zero means in a tine_options, and what is refused.
 *
 * Nothing behind this file sees an option that is half filled in.
 */
#include "options.h"

#include <fcntl.h>
#include <unistd.h>

#define DEFAULT_GRACE_MS 5000
#define DEFAULT_RESULT ((size_t)64 << 20)
#define DEFAULT_BACKOFF_MS 100
#define DEFAULT_MAX_BACKOFF_MS 5000
#define RETRY_ALL                                                      \
	(TINE_RETRY_FAILED | TINE_RETRY_CRASHED | TINE_RETRY_TIMEOUT | \
	 TINE_RETRY_LIMIT)

#define DEFAULT_ITEM_MS 5000
#define DEFAULT_ITEM ((size_t)1 << 30)
#define MOST_CONCURRENCY 65536

static const char *times_fault(const struct tine_options *given)
{
	if (given->timeout_ms < TINE_FOREVER)
		return "timeout_ms is below TINE_FOREVER";
	if (given->grace_ms < TINE_FOREVER)
		return "grace_ms is below TINE_FOREVER";
	if (given->limits.cpu_ms < 0)
		return "limits.cpu_ms is negative";
	return NULL;
}

static const char *retry_fault(const struct tine_retry *retry)
{
	if (retry->on & ~(unsigned)RETRY_ALL)
		return "retry.on has bits that are no enum tine_retry_on";
	if (retry->backoff_ms < 0)
		return "retry.backoff_ms is negative";
	if (retry->max_backoff_ms < 0)
		return "retry.max_backoff_ms is negative";
	if (retry->max_backoff_ms && retry->backoff_ms > retry->max_backoff_ms)
		return "retry.backoff_ms is more than retry.max_backoff_ms";
	return NULL;
}

static const char *keeps_fault(const struct tine_options *given)
{
	if (given->keep_count > 0 && given->under)
		return "keep_fds cannot be kept under a supervisor, which does "
		       "not have them";
	if (given->keep_count > 0 && !given->keep_fds)
		return "keep_fds is NULL, and keep_count is not 0";
	for (size_t i = 0; i < given->keep_count; i++)
		if (fcntl(given->keep_fds[i], F_GETFD) < 0)
			return "keep_fds has a descriptor that is not open";
	return NULL;
}

const char *tine_options_fault(const struct tine_options *options)
{
	const char *fault = options ? times_fault(options) : NULL;

	if (!fault && options)
		fault = retry_fault(&options->retry);
	if (!fault && options)
		fault = keeps_fault(options);
	return fault;
}

const char *tine_stream_options_fault(const struct tine_stream_options *options)
{
	if (!options)
		return NULL;
	if (options->max_concurrency > MOST_CONCURRENCY)
		return "max_concurrency is more than 65536";
	if ((unsigned)options->on_timeout > TINE_KILL)
		return "on_timeout is neither TINE_ABORT nor TINE_KILL";
	if (options->reuse > 1 && options->task.under)
		return "reuse cannot be used with task.under: children of a "
		       "supervisor have no memory in common with you";
	if (options->on_done && !options->task.on_end)
		return "on_done is set, and task.on_end is not";
	return tine_options_fault(&options->task);
}

static void retry_fill(struct tine_retry *retry)
{
	if (retry->attempts == 0)
		retry->attempts = 1;
	if (retry->on == 0)
		retry->on = RETRY_ALL;
	if (retry->backoff_ms == 0)
		retry->backoff_ms = DEFAULT_BACKOFF_MS;
	if (retry->max_backoff_ms && retry->backoff_ms > retry->max_backoff_ms)
		retry->backoff_ms = retry->max_backoff_ms;
	if (retry->max_backoff_ms == 0)
		retry->max_backoff_ms =
			retry->backoff_ms > DEFAULT_MAX_BACKOFF_MS
				? retry->backoff_ms
				: DEFAULT_MAX_BACKOFF_MS;
}

int options_fill(const struct tine_options *given, struct tine_options *full)
{
	static const struct tine_options none;

	if (!given)
		given = &none;
	if (tine_options_fault(given))
		return TINE_EUSAGE;
	*full = *given;
	if (full->timeout_ms == 0)
		full->timeout_ms = TINE_FOREVER;
	if (full->grace_ms == 0)
		full->grace_ms = DEFAULT_GRACE_MS;
	if (full->max_result == 0)
		full->max_result = DEFAULT_RESULT;
	retry_fill(&full->retry);
	return 0;
}

static unsigned processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count > 0 ? (unsigned)count : 1;
}

int options_fill_stream(const struct tine_stream_options *given,
			struct tine_stream_options *full)
{
	static const struct tine_stream_options none;

	if (!given)
		given = &none;
	if (tine_stream_options_fault(given))
		return TINE_EUSAGE;
	*full = *given;
	(void)options_fill(&given->task, &full->task);
	if (given->task.timeout_ms == 0)
		full->task.timeout_ms = DEFAULT_ITEM_MS;
	if (full->max_concurrency == 0)
		full->max_concurrency = processors();
	if (full->reuse == 0)
		full->reuse = 1;
	if (full->max_item == 0)
		full->max_item = DEFAULT_ITEM;
	return 0;
}
