/* SPDX-License-Identifier: MIT */
/*
 * sender_smtp.c - a message, sent to an SMTP server.
 *
 * Nothing is freed; the process is about to end.
 */
#include <curl/curl.h>

#include "sender.h"

#define SENDER_TIMEOUT_MS 10000L

static void sender_prepare(CURL *curl, const struct message *message,
			   FILE *text)
{
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, SENDER_TIMEOUT_MS);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, message->from);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT,
			 curl_slist_append(NULL, message->to));
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READDATA, text);
}

/* Only what the server itself says, and means for ever, is for ever. */
static enum sending sender_judge(CURL *curl, CURLcode code,
				 char why[SENDING_WHY])
{
	long reply = 0;

	if (code == CURLE_OK)
		return SENDING_DONE;
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
	return reply >= 500 && *why != '\0' ? SENDING_REFUSED : SENDING_LATER;
}

enum sending sender_smtp(const char *where, const char *name,
			 const struct message *message, char why[SENDING_WHY])
{
	FILE *text = fmemopen(message->text, message->size, "r");
	CURL *curl = curl_easy_init();
	char url[512], error[CURL_ERROR_SIZE] = "";
	CURLcode code = CURLE_OUT_OF_MEMORY;
	enum sending sending;

	(void)name;
	(void)snprintf(url, sizeof url, "smtp://%s/mailer", where);
	if (curl && text) {
		sender_prepare(curl, message, text);
		curl_easy_setopt(curl, CURLOPT_URL, url);
		curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
		code = curl_easy_perform(curl);
	}
	(void)snprintf(why, SENDING_WHY, "%s",
		       *error != '\0' ? error : curl_easy_strerror(code));
	sending = sender_judge(curl, code, why);
	return sending;
}
