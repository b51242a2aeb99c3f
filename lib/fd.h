/* SPDX-License-Identifier: MIT */
/* fd.h - descriptors: where they stand, which are open, moving bytes. */
#ifndef TINE_FD_H
#define TINE_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Descriptors of ours stand from here on, out of the program's way: a child
 * can close all of them at once, and need not look for them.
 */
#define FD_FLOOR 256

/*
 * Moves a descriptor of ours there, if there is room; in any case above stdio,
 * which the program may have closed. Takes -1 for an open that failed, and
 * hands it through with errno as it was. On failure the descriptor is closed.
 */
int fd_lift(int fd);

/* Both are close-on-exec and lifted. Return 0 or an enum tine_error. */
int fd_socketpair(int type, int pair[2]);
int fd_pipe(int pair[2]);

/* Both write all of it; false: it cannot be done, and errno says why. To a
 * socket, a head and what stands behind it, without SIGPIPE. */
bool fd_send_all(int socket, const void *head, size_t head_size,
		 const void *data, size_t size);
bool fd_write_all(int fd, const void *data, size_t size);

/* Whether a file may become `by` bytes larger than `from`. The kernel holds
 * memory files to the limit on the size of files, too, and who goes beyond it
 * is killed. */
bool fd_may_grow(off_t from, size_t by);

/* ftruncate(2) of a memory file to more than it has; false, with EFBIG, where
 * it may not grow so far. */
bool fd_grow(int fd, size_t size);

/* As read(2), but not interrupted. */
ssize_t fd_read(int fd, void *data, size_t size);

/* As recv(2) of a stream socket without waiting, which may bring one
 * descriptor along: *passed is that, yours to close, or -1, or one of these. */
#define FD_NO_ROOM (-2)  /* it was lost: we may not open any more */
#define FD_TOO_MANY (-3) /* there were several; none is open */
ssize_t fd_receive(int socket, void *data, size_t size, int *passed);

/* Sends data, and `passed` along if it is not -1, as one message. */
bool fd_pass(int socket, const void *data, size_t size, int passed, int flags);

/* Calls each(fd, data) for every open descriptor below the floor. */
void fd_each_open(void (*each)(int fd, void *data), void *data);

/* Closes all from first to last; none if that is less. */
void fd_close_range(unsigned first, unsigned last);

/* The descriptors below the floor, looked up many times at little cost. */
struct fd_table {
	int list; /* where the system lists them; -1: it does not */
	int fds[FD_FLOOR];
	size_t count;
};

void fd_table_init(struct fd_table *table);
void fd_table_done(struct fd_table *table);

/* Looks again. False: it cannot be done; then fd_each_open() still can. */
bool fd_table_read(struct fd_table *table);

#endif
