/* SPDX-License-Identifier: MIT */
/*
 * fetch.c - one URL, fetched in a task.
 *
 * All that meets a stranger's bytes happens here: the download, and the first
 * parsing of the body. What leaves the process is JSON of our own making.
 * Nobody here watches the time; the task's timeout does. Nothing is freed; the
 * process is about to end.
 */
#include <jansson.h>
#include <string.h>

#include "../common/download.h"
#include "fetch.h"

#define FETCH_FAILED 1

static int fetch_send(struct tine_self *self, const struct download *download)
{
	const char *body = download->size > 0 ? download->body : "";
	json_t *value = json_loadb(body, download->size,
				   JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	char *text;

	if (!value)
		value = json_stringn(body, download->size);
	if (!value)
		return tine_fail(self, FETCH_FAILED,
				 "the body is neither JSON nor UTF-8");
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	if (!text)
		return tine_fail(self, FETCH_FAILED, "out of memory");
	return tine_send(self, text, strlen(text)) < 0 ? FETCH_FAILED : 0;
}

int fetch_run(struct tine_self *self, const void *arg, size_t size)
{
	const char *url = arg;
	struct download download;

	(void)size;
	tine_note(self, "fetching %s", url);
	if (!download_get(&download, url, FETCH_MAX_BODY))
		return tine_fail(self, FETCH_FAILED, "%s", download.why);
	tine_note(self, "reading the %zu bytes of %s", download.size, url);
	return fetch_send(self, &download);
}
