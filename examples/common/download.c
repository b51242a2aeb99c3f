/* SPDX-License-Identifier: MIT */
/*
 * download.c - what a URL has to give, by HTTP.
 *
 * All that touches the network happens here: curl, its resolver and its TLS.
 * It is for children: nobody here watches the time, or guards against what a
 * server may do to curl.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "download.h"

/* A download, while curl is at it. */
struct transfer {
	struct download *download;
	size_t keep;
	bool too_long;
	char why[CURL_ERROR_SIZE];
};

static bool transfer_keep(struct transfer *transfer, const char *bytes,
			  size_t size)
{
	struct download *download = transfer->download;
	char *longer;

	transfer->too_long = size > transfer->keep - download->size;
	if (transfer->too_long)
		return false;
	longer = realloc(download->body, download->size + size + 1);
	if (!longer)
		return false;
	memcpy(longer + download->size, bytes, size);
	download->body = longer;
	return true;
}

/* Called by curl; to take less than it has means to give up. */
static size_t transfer_take(char *bytes, size_t one, size_t size, void *user)
{
	struct transfer *transfer = user;

	(void)one;
	if (transfer->keep > 0 && !transfer_keep(transfer, bytes, size))
		return 0;
	transfer->download->size += size;
	return size;
}

/* The handle of this process; its connections outlive a reset. */
static CURL *transfer_handle(void)
{
	static CURL *curl;

	if (curl)
		curl_easy_reset(curl);
	else
		curl = curl_easy_init();
	return curl;
}

static void transfer_prepare(struct transfer *transfer, CURL *curl,
			     const char *url)
{
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->why);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, transfer_take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
}

/* ---- How it ended ------------------------------------------------------- */

static bool download_fail(struct download *download, bool for_good,
			  const char *why)
{
	download->for_good = for_good;
	(void)snprintf(download->why, sizeof download->why, "%s", why);
	return false;
}

static bool code_is_for_good(CURLcode code)
{
	return code == CURLE_URL_MALFORMAT ||
	       code == CURLE_UNSUPPORTED_PROTOCOL ||
	       code == CURLE_TOO_MANY_REDIRECTS;
}

/* But for these, a status below 500 says that the fault is ours. */
static bool status_is_for_good(long status)
{
	return status < 500 && status != 408 && status != 425 && status != 429;
}

static bool download_judge(struct download *download,
			   const struct transfer *transfer, CURLcode code)
{
	char why[64];

	if (transfer->too_long) {
		(void)snprintf(why, sizeof why,
			       "the body is longer than %zu bytes",
			       transfer->keep);
		return download_fail(download, true, why);
	}
	if (code != CURLE_OK)
		return download_fail(download, code_is_for_good(code),
				     *transfer->why != '\0'
					     ? transfer->why
					     : curl_easy_strerror(code));
	if (download->status < 400)
		return true;
	(void)snprintf(why, sizeof why, "the server answers %ld",
		       download->status);
	return download_fail(download, status_is_for_good(download->status),
			     why);
}

bool download_get(struct download *download, const char *url, size_t keep)
{
	struct transfer transfer = { .download = download, .keep = keep };
	CURL *curl = transfer_handle();
	CURLcode code;

	*download = (struct download){ 0 };
	if (!curl)
		return download_fail(download, false, "curl does not start");
	transfer_prepare(&transfer, curl, url);
	code = curl_easy_perform(curl);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE,
				&download->status);
	return download_judge(download, &transfer, code);
}

void download_done(struct download *download)
{
	free(download->body);
	download->body = NULL;
}
