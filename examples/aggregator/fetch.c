/* SPDX-License-Identifier: MIT */
/*
 * fetch.c - one URL, fetched in a task.
 *
 * All that touches the network or a stranger's bytes happens here: curl, its
 * resolver and its TLS, and the first parsing of the body. What leaves the
 * process is JSON of our own making. Nobody here watches the time; the task's
 * timeout does. Nothing is freed; the process is about to end.
 */
#include <curl/curl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"

#define FETCH_FAILED 1

struct body {
	char *bytes;
	size_t size;
	bool too_long;
};

/* Called by curl; to take less than it has means to give up. */
static size_t body_append(char *bytes, size_t one, size_t size, void *user)
{
	struct body *body = user;
	char *longer;

	(void)one;
	body->too_long = size > FETCH_MAX_BODY - body->size;
	if (body->too_long)
		return 0;
	longer = realloc(body->bytes, body->size + size + 1);
	if (!longer)
		return 0;
	memcpy(longer + body->size, bytes, size);
	body->bytes = longer;
	body->size += size;
	return size;
}

static CURL *fetch_handle(const char *url, struct body *body, char *why)
{
	CURL *curl = curl_easy_init();

	if (!curl)
		return NULL;
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, body_append);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	return curl;
}

static int fetch_body(struct tine_self *self, const char *url,
		      struct body *body)
{
	char why[CURL_ERROR_SIZE] = "";
	CURL *curl = fetch_handle(url, body, why);
	CURLcode code;
	long status = 0;

	if (!curl)
		return tine_fail(self, FETCH_FAILED, "curl does not start");
	code = curl_easy_perform(curl);
	if (body->too_long)
		return tine_fail(self, FETCH_FAILED,
				 "the body is longer than %zu bytes",
				 FETCH_MAX_BODY);
	if (code != CURLE_OK)
		return tine_fail(self, FETCH_FAILED, "%s",
				 *why != '\0' ? why : curl_easy_strerror(code));
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 400)
		return tine_fail(self, FETCH_FAILED, "the server answers %ld",
				 status);
	return 0;
}

static int fetch_send(struct tine_self *self, const struct body *body)
{
	json_t *value = json_loadb(body->bytes, body->size,
				   JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	char *text;

	if (!value)
		value = json_stringn(body->size > 0 ? body->bytes : "",
				     body->size);
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
	struct body body = { 0 };
	int code;

	(void)size;
	tine_note(self, "fetching %s", url);
	code = fetch_body(self, url, &body);
	if (code != 0)
		return code;
	tine_note(self, "reading the %zu bytes of %s", body.size, url);
	return fetch_send(self, &body);
}
