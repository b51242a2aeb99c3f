/* SPDX-License-Identifier: MIT */
/*
 * fd.c - descriptors: where they stand, which are open, moving bytes.
 *
 * All of it may run in a newborn child: system calls and the stack, no more.
 */
#include "fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "defer.h"
#include "err.h"

#define FD_TRIED 65536 /* numbers, where there is no close_range(2) */

int fd_lift(int fd)
{
	int lifted, error;

	if (fd < 0)
		return fd;
	lifted = fcntl(fd, F_DUPFD_CLOEXEC, FD_FLOOR);
	if (lifted < 0 && fd > STDERR_FILENO)
		return fd;
	if (lifted < 0)
		lifted = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	error = errno;
	(void)close(fd);
	errno = error;
	return lifted;
}

static int fd_lift_pair(const int low[2], int pair[2])
{
	AUTO_CLOSE int first = fd_lift(low[0]);
	AUTO_CLOSE int second = fd_lift(low[1]);

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
	return fd_lift_pair(low, pair);
}

int fd_pipe(int pair[2])
{
	int low[2];

	if (pipe2(low, O_CLOEXEC) < 0)
		return err_from_errno(errno);
	return fd_lift_pair(low, pair);
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

bool fd_may_grow(off_t from, size_t by)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_FSIZE, &limit) == 0 && from >= 0 &&
	       by <= limit.rlim_cur && (rlim_t)from <= limit.rlim_cur - by;
}

bool fd_grow(int fd, size_t size)
{
	if (fd_may_grow(0, size))
		return ftruncate(fd, (off_t)size) == 0;
	errno = EFBIG;
	return false;
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

/* The one descriptor that there was room for. */
static int fd_passed(struct msghdr *message)
{
	struct cmsghdr *head = CMSG_FIRSTHDR(message);
	bool cut = message->msg_flags & MSG_CTRUNC;
	AUTO_CLOSE int passed = -1;

	if (head && head->cmsg_level == SOL_SOCKET &&
	    head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&passed, CMSG_DATA(head), sizeof passed);
	if (cut)
		return passed < 0 ? FD_NO_ROOM : FD_TOO_MANY;
	return steal_fd(&passed);
}

/* Alignment would leave room for a second descriptor, and the kernel use it. */
ssize_t fd_receive(int socket, void *data, size_t size, int *passed)
{
	union fd_control control;
	struct iovec bytes = { .iov_base = data, .iov_len = size };
	struct msghdr message = {
		.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_LEN(sizeof(int)),
	};
	ssize_t got;

	do
		got = recvmsg(socket, &message,
			      MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	*passed = got < 0 ? -1 : fd_passed(&message);
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

/* They come in ascending order; and those above are not wanted, of which there
 * may be many: so not many at a time. */
static bool fd_each_listed(int list, void (*each)(int fd, void *data),
			   void *data)
{
	_Alignas(struct dirent64) char entries[512];
	long got;

	while ((got = syscall(SYS_getdents64, list, entries, sizeof entries)) >
	       0)
		for (long at = 0; at < got;) {
			struct dirent64 *entry = (void *)(entries + at);
			int fd = fd_from_name(entry->d_name);

			if (fd >= FD_FLOOR)
				return true;
			if (fd >= 0 && fd != list)
				each(fd, data);
			at += entry->d_reclen;
		}
	return got == 0;
}

/* Without /proc: ask for every number. */
static void fd_each_tried(void (*each)(int fd, void *data), void *data)
{
	for (int fd = 0; fd < FD_FLOOR; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			each(fd, data);
}

static int fd_open_list(void)
{
	return fd_lift(
		open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

void fd_each_open(void (*each)(int fd, void *data), void *data)
{
	AUTO_CLOSE int list = fd_open_list();

	if (list < 0 || !fd_each_listed(list, each, data))
		fd_each_tried(each, data);
}

void fd_close_range(unsigned first, unsigned last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	for (unsigned fd = first; fd <= last && fd < FD_TRIED; fd++)
		(void)close((int)fd);
}

/* ---- A table of them --------------------------------------------------- */

void fd_table_init(struct fd_table *table)
{
	table->list = fd_open_list();
	table->count = 0;
}

void fd_table_done(struct fd_table *table)
{
	defer_close(&table->list);
	table->list = -1;
}

static void fd_table_add(int fd, void *data)
{
	struct fd_table *table = data;

	table->fds[table->count++] = fd;
}

/* The list does not show itself, but is open, too, if it could not be lifted.
 */
bool fd_table_read(struct fd_table *table)
{
	table->count = 0;
	if (table->list < 0 || lseek(table->list, 0, SEEK_SET) < 0 ||
	    !fd_each_listed(table->list, fd_table_add, table))
		return false;
	if (table->list < FD_FLOOR)
		fd_table_add(table->list, table);
	return true;
}
