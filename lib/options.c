/* SPDX-License-Identifier: MIT */
/*
 * options.c - what zero means in a tine_options, and what is refused.
 *
 * Nothing behind this file sees an option that is half filled in.
 */
#include "options.h"

#include <fcntl.h>

#define DEFAULT_GRACE_MS 5000
#define DEFAULT_RESULT ((size_t)64 << 20)
#define DEFAULT_BACKOFF_MS 100
#define DEFAULT_MAX_BACKOFF_MS 5000
#define RETRY_ALL                                                      \
	(TINE_RETRY_FAILED | TINE_RETRY_CRASHED | TINE_RETRY_TIMEOUT | \
	 TINE_RETRY_LIMIT)

static bool times_are_good(const struct tine_options *given)
{
	const struct tine_retry *retry = &given->retry;

	if (given->timeout_ms < TINE_FOREVER || given->grace_ms < TINE_FOREVER)
		return false;
	if (retry->backoff_ms < 0 || retry->max_backoff_ms < 0)
		return false;
	return retry->max_backoff_ms == 0 ||
	       retry->backoff_ms <= retry->max_backoff_ms;
}

static bool keeps_are_good(const struct tine_options *given)
{
	if (given->keep_count > 0 && !given->keep_fds)
		return false;
	for (size_t i = 0; i < given->keep_count; i++)
		if (fcntl(given->keep_fds[i], F_GETFD) < 0)
			return false;
	return true;
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
	if (!times_are_good(given) || !keeps_are_good(given) ||
	    (given->retry.on & ~(unsigned)RETRY_ALL) ||
	    given->limits.cpu_ms < 0)
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
