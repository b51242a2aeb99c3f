/* SPDX-License-Identifier: MIT */
/*
 * fd.c - descriptors: where they stand, which are open, moving bytes.
 *
 * All but the table may run in a newborn child: system calls and the stack,
 * no more.
 */
#include "fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "defer.h"
#include "err.h"

int fd_above_stdio(int fd)
{
	int above, error;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	above = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	error = errno;
	(void)close(fd);
	errno = error;
	return above;
}

static int fd_pair_above_stdio(const int low[2], int pair[2])
{
	AUTO_CLOSE int first = fd_above_stdio(low[0]);
	AUTO_CLOSE int second = fd_above_stdio(low[1]);

	if (first < 0 || second < 0)
		return err_from_errno(errno);
	pair[0] = steal_fd(&first);
	pair[1] = steal_fd(&second);
	return 0;
}

int fd_socketpair(int type, int pair[2])
{
	int low[2];

	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, low) < 0)
		return err_from_errno(errno);
	return fd_pair_above_stdio(low, pair);
}

int fd_pipe(int pair[2])
{
	int low[2];

	if (pipe2(low, O_CLOEXEC) < 0)
		return err_from_errno(errno);
	return fd_pair_above_stdio(low, pair);
}

/* Takes `sent` bytes off the front of what is still to go. */
static void fd_advance(struct msghdr *message, size_t sent)
{
	while (message->msg_iovlen > 0 && sent >= message->msg_iov->iov_len) {
		sent -= message->msg_iov->iov_len;
		message->msg_iov++;
		message->msg_iovlen--;
	}
	if (message->msg_iovlen > 0) {
		message->msg_iov->iov_base =
			(char *)message->msg_iov->iov_base + sent;
		message->msg_iov->iov_len -= sent;
	}
}

bool fd_send_all(int socket, const void *head, size_t head_size,
		 const void *data, size_t size)
{
	struct iovec parts[] = {
		{ .iov_base = (void *)(uintptr_t)head, .iov_len = head_size },
		{ .iov_base = (void *)(uintptr_t)data, .iov_len = size },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	fd_advance(&message, 0);
	while (message.msg_iovlen > 0) {
		ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);

		if (sent < 0 && errno != EINTR)
			return false;
		if (sent > 0)
			fd_advance(&message, (size_t)sent);
	}
	return true;
}

bool fd_write_all(int fd, const void *data, size_t size)
{
	const char *bytes = data;

	while (size > 0) {
		ssize_t wrote = write(fd, bytes, size);

		if (wrote < 0 && errno != EINTR)
			return false;
		if (wrote > 0) {
			bytes += wrote;
			size -= (size_t)wrote;
		}
	}
	return true;
}

ssize_t fd_read(int fd, void *data, size_t size)
{
	ssize_t got;

	do
		got = read(fd, data, size);
	while (got < 0 && errno == EINTR);
	return got;
}

union fd_control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

ssize_t fd_receive(int socket, void *data, size_t size, int *passed)
{
	union fd_control control;
	struct iovec bytes = { .iov_base = data, .iov_len = size };
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	struct cmsghdr *head;
	ssize_t got;

	*passed = -1;
	do
		got = recvmsg(socket, &message,
			      MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	head = got < 0 ? NULL : CMSG_FIRSTHDR(&message);
	if (head && head->cmsg_level == SOL_SOCKET &&
	    head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(passed, CMSG_DATA(head), sizeof *passed);
	else if (got >= 0 && (message.msg_flags & MSG_CTRUNC))
		*passed = FD_NO_ROOM;
	return got;
}

bool fd_pass(int socket, const void *data, size_t size, int passed, int flags)
{
	union fd_control control = { .head = {
					     .cmsg_level = SOL_SOCKET,
					     .cmsg_type = SCM_RIGHTS,
					     .cmsg_len = CMSG_LEN(sizeof(int)),
				     } };
	struct iovec bytes = { .iov_base = (void *)(uintptr_t)data,
			       .iov_len = size };
	struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };
	ssize_t sent;

	if (passed >= 0) {
		memcpy(CMSG_DATA(&control.head), &passed, sizeof passed);
		message.msg_control = &control;
		message.msg_controllen = sizeof control;
	}
	do
		sent = sendmsg(socket, &message, flags | MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent >= 0 && (size_t)sent == size;
}

/* The name of a descriptor in the list of them; -1: "." or "..". */
static int fd_from_name(const char *name)
{
	int fd = 0;

	if (*name < '0' || *name > '9')
		return -1;
	for (; *name; name++)
		fd = fd * 10 + (*name - '0');
	return fd;
}

static bool fd_each_listed(int list, void (*each)(int fd, void *data),
			   void *data)
{
	_Alignas(struct dirent64) char entries[2048];
	long got;

	while ((got = syscall(SYS_getdents64, list, entries, sizeof entries)) >
	       0)
		for (long at = 0; at < got;) {
			struct dirent64 *entry = (void *)(entries + at);
			int fd = fd_from_name(entry->d_name);

			if (fd >= 0 && fd != list)
				each(fd, data);
			at += entry->d_reclen;
		}
	return got == 0;
}

/* Without /proc: ask for every number there can be. */
static void fd_each_tried(void (*each)(int fd, void *data), void *data)
{
	struct rlimit limit = { .rlim_cur = 1024 };
	int most;

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	most = limit.rlim_cur < 1048576 ? (int)limit.rlim_cur : 1048576;
	for (int fd = 0; fd < most; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			each(fd, data);
}

static int fd_open_list(void)
{
	return fd_above_stdio(
		open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

void fd_each_open(void (*each)(int fd, void *data), void *data)
{
	AUTO_CLOSE int list = fd_open_list();

	if (list < 0 || !fd_each_listed(list, each, data))
		fd_each_tried(each, data);
}

/* ---- A table of them --------------------------------------------------- */

void fd_table_init(struct fd_table *table)
{
	*table = (struct fd_table){ .list = fd_open_list() };
}

void fd_table_done(struct fd_table *table)
{
	defer_close(&table->list);
	free(table->fds);
	*table = (struct fd_table){ .list = -1 };
}

static void fd_table_add(int fd, void *data)
{
	struct fd_table *table = data;

	if (table->count < table->room)
		table->fds[table->count] = fd;
	table->count++;
}

static bool fd_table_grow(struct fd_table *table)
{
	size_t room = table->count * 2;
	int *fds = realloc(table->fds, room * sizeof *fds);

	if (!fds)
		return false;
	table->fds = fds;
	table->room = room;
	return true;
}

/* The list is open, too, but does not show itself. */
bool fd_table_read(struct fd_table *table)
{
	do {
		table->count = 0;
		if (table->list < 0 || lseek(table->list, 0, SEEK_SET) < 0 ||
		    !fd_each_listed(table->list, fd_table_add, table))
			return false;
		fd_table_add(table->list, table);
	} while (table->count > table->room && fd_table_grow(table));
	return table->count <= table->room;
}
