/* SPDX-License-Identifier: MIT */
/*
 * post.c - letters between a supervisor and those who ask it something.
 *
 * The head is of fixed size, and checked against what has come: a letter says
 * how long it is, and is believed only if it is.
 */
#include "post.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "clock.h"
#include "defer.h"
#include "err.h"
#include "fd.h"
#include "sealed.h"
#include "tine.h"

#define POST_VERSION 0x74696e01U /* "tin", 1 */
#define POST_SHORT 16384         /* bytes of a body in the message itself */
#define POST_LONGEST (1U << 30)

struct post_head {
	uint32_t version;
	uint32_t kind;
	uint64_t serial;
	int64_t value;
	uint64_t size; /* of the body; of a long one, in the last descriptor */
};

union post_control {
	char bytes[CMSG_SPACE(sizeof(int) * POST_FDS)];
	struct cmsghdr head;
};

void post_open(struct post *post, int socket)
{
	post->socket = socket;
	post->lifts = false;
	list_init(&post->unsent);
	post->unsent_count = 0;
}

void letter_free(struct letter *letter)
{
	if (!letter)
		return;
	for (size_t i = 0; i < letter->fd_count; i++)
		defer_close(&letter->fds[i]);
	sealed_unmap(letter->map, letter->size);
	free(letter);
}

void post_close(struct post *post)
{
	struct list_node *node;

	while ((node = list_shift(&post->unsent)))
		letter_free(LIST_ENTRY(node, struct letter, node));
	post->unsent_count = 0;
	defer_close(&post->socket);
	post->socket = -1;
}

/* ---- Sending ------------------------------------------------------------ */

static void post_attach(struct msghdr *message, union post_control *control,
			const int *fds, size_t count)
{
	if (count == 0)
		return;
	memset(control, 0, sizeof *control);
	control->head.cmsg_level = SOL_SOCKET;
	control->head.cmsg_type = SCM_RIGHTS;
	control->head.cmsg_len = CMSG_LEN(sizeof(int) * count);
	memcpy(CMSG_DATA(&control->head), fds, sizeof(int) * count);
	message->msg_control = control;
	message->msg_controllen = CMSG_SPACE(sizeof(int) * count);
}

/* 0, or the errno. */
static int post_send_message(const struct post *post,
			     const struct letter *letter, bool is_long)
{
	struct post_head head = { POST_VERSION, letter->kind, letter->serial,
				  letter->value, letter->size };
	struct iovec bytes[2] = {
		{ .iov_base = &head, .iov_len = sizeof head },
		{ .iov_base = (void *)(uintptr_t)letter->body,
		  .iov_len = is_long ? 0 : letter->size },
	};
	struct msghdr message = { .msg_iov = bytes, .msg_iovlen = 2 };
	union post_control control;
	ssize_t sent;

	post_attach(&message, &control, letter->fds, letter->fd_count);
	do
		sent = sendmsg(post->socket, &message,
			       MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? errno : 0;
}

static int post_send_long(const struct post *post, const struct letter *letter)
{
	AUTO_CLOSE int file = fd_lift(sealed_new(letter->size));
	struct letter with = *letter;

	assert(with.fd_count < POST_FDS);
	if (file < 0 || !sealed_add(file, letter->body, letter->size) ||
	    !sealed_shut(file))
		return ENOMEM;
	with.fds[with.fd_count++] = file;
	return post_send_message(post, &with, true);
}

static int post_try(const struct post *post, const struct letter *letter)
{
	if (letter->size > POST_SHORT)
		return post_send_long(post, letter);
	return post_send_message(post, letter, false);
}

/* It takes some kernel memory, which may be short for a moment. */
static bool post_is_full(int error)
{
	return error == EAGAIN || error == ENOBUFS || error == ETOOMANYREFS;
}

static int post_error(int error)
{
	if (error == 0)
		return 0;
	if (error == EPIPE || error == ECONNRESET || error == ENOTCONN ||
	    error == EBADF)
		return TINE_EGONE;
	return post_is_full(error) ? TINE_ELIMIT : err_from_errno(error);
}

static struct letter *letter_new(size_t size)
{
	struct letter *letter = malloc(sizeof *letter + size);

	if (!letter)
		return NULL;
	memset(letter, 0, sizeof *letter);
	list_init(&letter->node);
	letter->body = letter + 1;
	letter->size = size;
	return letter;
}

/* The caller's descriptors are the caller's. */
static struct letter *letter_copy(const struct letter *letter)
{
	struct letter *copy = letter_new(letter->size);

	if (!copy)
		return NULL;
	if (letter->size > 0)
		memcpy(copy + 1, letter->body, letter->size);
	copy->kind = letter->kind;
	copy->serial = letter->serial;
	copy->value = letter->value;
	while (copy->fd_count < letter->fd_count) {
		int fd = fd_lift(dup(letter->fds[copy->fd_count]));

		if (fd < 0) {
			letter_free(copy);
			return NULL;
		}
		copy->fds[copy->fd_count++] = fd;
	}
	return copy;
}

static int post_keep(struct post *post, const struct letter *letter)
{
	struct letter *copy = letter_copy(letter);

	if (!copy)
		return TINE_ENOMEM;
	list_append(&post->unsent, &copy->node);
	post->unsent_count++;
	return 0;
}

int post_flush(struct post *post)
{
	while (!list_empty(&post->unsent)) {
		struct letter *letter =
			LIST_ENTRY(post->unsent.next, struct letter, node);
		int error = post_try(post, letter);

		if (error != 0)
			return post_is_full(error) ? 0 : post_error(error);
		list_remove(&letter->node);
		post->unsent_count--;
		letter_free(letter);
	}
	return 0;
}

int post_send(struct post *post, const struct letter *letter)
{
	int error = post_flush(post);

	if (error < 0)
		return error;
	if (!list_empty(&post->unsent))
		return post_keep(post, letter);
	error = post_try(post, letter);
	return post_is_full(error) ? post_keep(post, letter)
				   : post_error(error);
}

/* Returns whether it came to that, as far as is known. */
static bool post_wait_for(const struct post *post, short events,
			  int64_t deadline)
{
	struct pollfd end = { .fd = post->socket, .events = events };
	int64_t left = clock_left_ms(deadline);

	return poll(&end, 1, left > INT32_MAX ? INT32_MAX : (int)left) > 0;
}

int post_send_all(struct post *post, const struct letter *letter,
		  int64_t deadline)
{
	int error;

	while (post_is_full(error = post_try(post, letter)) &&
	       clock_left_ms(deadline) != 0)
		(void)post_wait_for(post, POLLOUT, deadline);
	return post_error(error);
}

/* ---- Receiving ---------------------------------------------------------- */

/* Returns how many came; one that cannot be lifted is closed. */
static size_t post_detach(struct msghdr *message, bool lifts, int *fds)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	size_t count = 0, came;

	if (!control || control->cmsg_level != SOL_SOCKET ||
	    control->cmsg_type != SCM_RIGHTS)
		return 0;
	came = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	for (size_t i = 0; i < came && i < POST_FDS; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(control) + i * sizeof fd, sizeof fd);
		fds[count] = lifts ? fd_lift(fd) : fd;
		count += fds[count] >= 0;
	}
	return count;
}

/* The file of a long body; what cannot be mapped now is a failure. False: it is
 * none. */
static bool letter_map(struct letter *letter, const struct post_head *head)
{
	int file;

	if (letter->failure)
		return true;
	if (letter->fd_count == 0 || head->size > POST_LONGEST)
		return false;
	file = letter->fds[letter->fd_count - 1];
	errno = 0;
	if (!sealed_is(file, head->size)) {
		letter->failure = TINE_ENOMEM; /* it may be, for all we know */
		return errno == ENOMEM;
	}
	letter->map = sealed_map(file, (size_t)head->size);
	letter->body = letter->map;
	letter->size = letter->map ? (size_t)head->size : 0;
	letter->failure = letter->map ? 0 : TINE_ENOMEM;
	defer_close(&letter->fds[--letter->fd_count]);
	return true;
}

/* Its body is in its place, `size` bytes of it, unless it is long. False: it
 * is none. */
static bool letter_read(struct letter *letter, const struct post_head *head,
			size_t size)
{
	letter->kind = head->kind;
	letter->serial = head->serial;
	letter->value = head->value;
	letter->size = size;
	if (head->version != POST_VERSION)
		return false;
	if (head->size <= POST_SHORT)
		return size == head->size;
	return size == 0 && letter_map(letter, head);
}

/* That the other end left letters unread the kernel says once, and before what
 * that end had sent. */
static bool post_comes_again(int error)
{
	return error == EINTR || error == ECONNRESET;
}

static int post_receive_error(int error)
{
	if (error == EAGAIN)
		return 0;
	return error == ENOMEM || error == ENOBUFS ? TINE_ENOMEM : TINE_EGONE;
}

/* There is no telling what a letter with too many of them was to be. */
static int post_lost(const struct msghdr *message, const struct letter *letter)
{
	if (!(message->msg_flags & MSG_CTRUNC))
		return 0;
	return letter->fd_count < POST_FDS ? TINE_ELIMIT : TINE_EUSAGE;
}

/* The next message, into a letter that has room for any. As post_receive();
 * *good: it was a letter. */
static int post_take(const struct post *post, struct letter *room, bool *good)
{
	struct post_head head;
	struct iovec bytes[] = {
		{ .iov_base = &head, .iov_len = sizeof head },
		{ .iov_base = room + 1, .iov_len = POST_SHORT },
	};
	union post_control control;
	struct msghdr message = { .msg_iov = bytes,
				  .msg_iovlen = 2,
				  .msg_control = &control,
				  .msg_controllen = sizeof control };
	ssize_t got;

	do
		got = recvmsg(post->socket, &message,
			      MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (got < 0 && post_comes_again(errno));
	if (got < 0)
		return post_receive_error(errno);
	room->fd_count = post_detach(&message, post->lifts, room->fds);
	room->failure = post_lost(&message, room);
	*good = (size_t)got >= sizeof head &&
		!(message.msg_flags & MSG_TRUNC) &&
		room->failure != TINE_EUSAGE &&
		letter_read(room, &head, (size_t)got - sizeof head);
	return got > 0 ? 1 : TINE_EGONE;
}

/* What it does not need goes back; it may have moved. */
static struct letter *letter_fit(struct letter *room)
{
	size_t body = room->map ? 0 : room->size;
	struct letter *fit = realloc(room, sizeof *room + body);

	if (!fit)
		return room;
	list_init(&fit->node);
	if (!fit->map)
		fit->body = fit + 1;
	return fit;
}

/* Memory is had before anything is taken, so that no letter is lost. */
int post_receive(struct post *post, struct letter **letter)
{
	struct letter *room;
	bool good = false;
	int taken;

	do {
		room = letter_new(POST_SHORT);
		if (!room)
			return TINE_ENOMEM;
		taken = post_take(post, room, &good);
		if (taken == 1 && good)
			*letter = letter_fit(room);
		else
			letter_free(room);
	} while (taken == 1 && !good);
	return taken;
}

bool post_wait(const struct post *post, int64_t deadline)
{
	return post_wait_for(post, POLLIN, deadline) ||
	       post_wait_for(post, POLLIN, 0);
}

bool post_is_open(const struct post *post)
{
	struct pollfd end = { .fd = post->socket };

	return post->socket >= 0 && poll(&end, 1, 0) == 0;
}
