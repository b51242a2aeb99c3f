/* SPDX-License-Identifier: MIT */
/*
 * routes.c - what the server answers: one good route, and some that are not.
 *
 * Each connection has a thread of its own, so an answer may take its time.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "routes.h"

#define SLOW_MS 3000
#define SLOW_MS_MAX 60000
#define LARGE_BYTES ((size_t)1 << 20)
#define LARGE_BYTES_MAX ((size_t)64 << 20)

struct request {
	struct MHD_Connection *connection;
	const struct route *route;
	int quit; /* readable when the server is about to end */
};

struct route {
	const char *path;
	enum MHD_Result (*answer)(const struct request *request);
	unsigned status;
	char *text;
};

/* A number from the query, or what it is without one. */
static size_t request_number(const struct request *request, const char *name,
			     size_t otherwise)
{
	const char *text = MHD_lookup_connection_value(
		request->connection, MHD_GET_ARGUMENT_KIND, name);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

/* Answers with the response, which it takes; NULL closes the connection. */
static enum MHD_Result request_answer(const struct request *request,
				      struct MHD_Response *response)
{
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				      "application/json");
	result = MHD_queue_response(request->connection, request->route->status,
				    response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_text(const struct request *request)
{
	char *text = request->route->text;

	return request_answer(
		request, MHD_create_response_from_buffer(
				 strlen(text), text, MHD_RESPMEM_PERSISTENT));
}

static enum MHD_Result answer_slowly(const struct request *request)
{
	struct pollfd quit = { .fd = request->quit, .events = POLLIN };
	size_t ms = MIN(request_number(request, "ms", SLOW_MS), SLOW_MS_MAX);

	if (poll(&quit, 1, (int)ms) != 0)
		return MHD_NO;
	return answer_text(request);
}

/* A JSON string of so many bytes, its quotes included. */
static enum MHD_Result answer_at_length(const struct request *request)
{
	size_t size = request_number(request, "bytes", LARGE_BYTES);
	char *text;

	size = MAX(2, MIN(size, LARGE_BYTES_MAX));
	text = malloc(size);
	if (!text)
		return MHD_NO;
	memset(text, 'x', size);
	text[0] = text[size - 1] = '"';
	return request_answer(request,
			      MHD_create_response_from_buffer(
				      size, text, MHD_RESPMEM_MUST_FREE));
}

static ssize_t half_a_body(void *user, uint64_t at, char *room, size_t size)
{
	const char *text = user;

	if (at > 0 || size < strlen(text))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	memcpy(room, text, strlen(text));
	return (ssize_t)strlen(text);
}

/* Promises twice as much as comes before the connection is closed. */
static enum MHD_Result answer_in_part(const struct request *request)
{
	char *text = request->route->text;

	return request_answer(request, MHD_create_response_from_callback(
					       2 * strlen(text), 4096,
					       half_a_body, text, NULL));
}

static const struct route routes[] = {
	{ "/fast", answer_text, MHD_HTTP_OK,
	  (char[]){ "{\"route\": \"fast\", \"primes\": [2, 3, 5]}\n" } },
	{ "/slow", answer_slowly, MHD_HTTP_OK,
	  (char[]){ "{\"route\": \"slow\"}\n" } },
	{ "/broken", answer_in_part, MHD_HTTP_OK,
	  (char[]){ "{\"route\": \"brok" } },
	{ "/failing", answer_text, MHD_HTTP_INTERNAL_SERVER_ERROR,
	  (char[]){ "{\"error\": \"the printer is on fire\"}\n" } },
	{ "/garbage", answer_text, MHD_HTTP_OK,
	  (char[]){ "{\"route\": garbage" } },
	{ "/large", answer_at_length, MHD_HTTP_OK, NULL },
};

static const struct route nowhere = {
	.path = "(none)",
	.answer = answer_text,
	.status = MHD_HTTP_NOT_FOUND,
	.text = (char[]){ "{\"error\": \"there is nothing here\"}\n" },
};

static const struct route *route_find(const char *path)
{
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
		if (strcmp(routes[i].path, path) == 0)
			return &routes[i];
	return &nowhere;
}

enum MHD_Result routes_answer(void *user, struct MHD_Connection *connection,
			      const char *url, const char *method,
			      const char *version, const char *upload,
			      size_t *upload_size, void **state)
{
	struct request request = {
		.connection = connection,
		.route = route_find(url),
		.quit = *(int *)user,
	};

	(void)version;
	(void)upload;
	(void)upload_size;
	(void)state;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0)
		return MHD_NO;
	(void)printf("%s\n", request.route->path);
	return request.route->answer(&request);
}
