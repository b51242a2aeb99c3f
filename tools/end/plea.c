/* SPDX-License-Identifier: MIT */
/*
 * plea.c - a supervisor is asked to end a child.
 *
 * As any process of its program may ask it. That it is the one whose board says
 * that it has the child is seen by the process that listens.
 */
#include "end/plea.h"

#include <string.h>
#include <sys/socket.h>

#include "address.h"
#include "ask.h"
#include "clock.h"
#include "tine.h"
#include "wire.h"

#define PLEA_MS 2000 /* for one that is not stopped, and not busy */
#define PLEA_MOST 4096

static bool is_by(int socket, pid_t pid)
{
	struct ucred who;
	socklen_t size = sizeof who;

	return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
	       who.pid == pid;
}

/* Its first letter says that it is there. */
static int plea_greet(struct plea *plea)
{
	int64_t deadline = clock_deadline(PLEA_MS);
	struct letter *letter;
	int got;

	while ((got = post_receive(&plea->post, &letter)) == 0)
		if (!post_wait(&plea->post, deadline) &&
		    clock_left_ms(deadline) == 0)
			return TINE_EGONE;
	if (got < 0)
		return got;
	letter_free(letter);
	return 0;
}

static int plea_send(struct plea *plea, const char *child)
{
	struct letter letter = { .kind = ASK_TERMINATE, .serial = 1 };
	struct wire_out out;
	int error;

	wire_begin(&out, PLEA_MOST);
	wire_put_text(&out, child);
	letter.body = out.buf.data;
	letter.size = out.buf.size;
	error = out.error;
	if (error == 0)
		error = post_send_all(&plea->post, &letter,
				      clock_deadline(PLEA_MS));
	wire_done(&out);
	return error;
}

int plea_make(struct plea *plea, const struct target *target)
{
	const struct program program = { .pid = target->program.pid,
					 .began = target->program.started };
	int error, socket;

	*plea = (struct plea){ .post.socket = -1 };
	list_init(&plea->post.unsent);
	if (!target->super[0] || program.pid == 0)
		return TINE_ENOENT;
	socket = address_connect(&program, target->super);
	if (socket < 0)
		return socket;
	post_open(&plea->post, socket);
	if (!is_by(socket, target->owner.pid))
		return TINE_ENOENT;
	error = plea_greet(plea);
	if (error == 0)
		error = plea_send(plea, target->slot.name);
	plea->made = error == 0;
	return error;
}

bool plea_hear(struct plea *plea, int64_t *answer)
{
	struct letter *letter;
	int got;

	while (plea->made && (got = post_receive(&plea->post, &letter)) != 0) {
		*answer = got < 0 ? got : letter->value;
		if (got < 0 || letter->kind == SAY_ANSWER)
			plea->made = false;
		if (got > 0)
			letter_free(letter);
	}
	return !plea->made;
}

void plea_done(struct plea *plea)
{
	post_close(&plea->post);
}
