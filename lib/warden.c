/* SPDX-License-Identifier: MIT */
/*
 * warden.c - a process that outlives the program by a moment, to end its
 * children.
 *
 * The death signal of a child comes only from the thread that forked it, and
 * misses what the child has forked in turn. So each context that has children
 * has a warden. It sleeps until the program is gone, which it sees by a pidfd,
 * and by the hangup of its sockets if the program executes another; then it
 * kills every process group it was told of, and leaves.
 *
 * It costs next to nothing: orders pile up in its socket, unread, until there
 * are enough of them to ring the bell.
 *
 * It is made by clone(2) rather than fork(): without an exit signal it is
 * invisible to a program that waits for "any child", and no atfork handler
 * has business with it. In return it may use system calls and its stack, and
 * nothing else: no memory of libc's, no locks.
 */
#include "warden.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "defer.h"
#include "err.h"
#include "fd.h"

#define WARDEN_PILE 32     /* orders that may lie unread */
#define WARDEN_LATE_MS 100 /* it gets to read them */

#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2) /* Linux 6.9 */
#endif

struct order {
	pid_t pid;
	bool drop;
};

/* ---- In the warden ----------------------------------------------------- */

struct ward {
	pid_t pid; /* 0: free */
	int pidfd;
};

struct watchman {
	struct pollfd program; /* its end, by pidfd */
	struct pollfd orders;
	struct pollfd bell;
	struct ward *wards; /* mapped, not allocated */
	size_t count, room;
};

static void watchman_grow(struct watchman *self)
{
	size_t room = self->room ? self->room * 2 : 4096 / sizeof(struct ward);
	void *wards =
		self->wards
			? mremap(self->wards, self->room * sizeof(struct ward),
				 room * sizeof(struct ward), MREMAP_MAYMOVE)
			: mmap(NULL, room * sizeof(struct ward),
			       PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (wards == MAP_FAILED)
		return;
	self->wards = wards;
	self->room = room;
}

static void watchman_forget(struct watchman *self, size_t i)
{
	defer_close(&self->wards[i].pidfd);
	self->wards[i] = self->wards[--self->count];
}

static void watchman_drop(struct watchman *self, pid_t pid)
{
	for (size_t i = self->count; i > 0; i--)
		if (self->wards[i - 1].pid == pid) {
			watchman_forget(self, i - 1);
			return;
		}
}

static void watchman_add(struct watchman *self, pid_t pid, int pidfd)
{
	if (self->count == self->room)
		watchman_grow(self);
	if (self->count < self->room)
		self->wards[self->count++] =
			(struct ward){ .pid = pid, .pidfd = pidfd };
}

static void watchman_read(struct watchman *self)
{
	struct order order;
	int pidfd;

	while (fd_receive(self->orders.fd, &order, sizeof order, &pidfd) ==
	       sizeof order)
		if (order.drop)
			watchman_drop(self, order.pid);
		else
			watchman_add(self, order.pid, pidfd);
}

/* The leader may be dead already, of the death signal, and others of its group
 * not. By pidfd the group is found all the same; by number too, on kernels
 * that know no better, since the program had not reaped the leader. */
static void ward_kill(const struct ward *ward)
{
	if (ward->pid <= 1)
		return;
	if (ward->pidfd < 0 ||
	    (pidfd_send_signal(ward->pidfd, SIGKILL, NULL,
			       PIDFD_SIGNAL_PROCESS_GROUP) < 0 &&
	     errno == EINVAL))
		(void)kill(-ward->pid, SIGKILL);
	if (ward->pidfd >= 0)
		(void)pidfd_send_signal(ward->pidfd, SIGKILL, NULL, 0);
	else
		(void)kill(ward->pid, SIGKILL);
}

static void watchman_wait(struct watchman *self)
{
	char bells[WARDEN_PILE];

	for (;;) {
		struct pollfd all[] = { self->program, self->orders,
					self->bell };

		if (poll(all, 3, -1) < 0 && errno != EINTR)
			return;
		if (all[0].revents || all[1].revents ||
		    (all[2].revents & ~POLLIN))
			return;
		(void)fd_read(self->bell.fd, bells, sizeof bells);
		watchman_read(self);
	}
}

/* Not one of the program's: its peers wait for the end of their files. */
static void watchman_close(const int keep[3])
{
	unsigned from = 0;

	for (int i = 0; i < 3; i++) {
		if (keep[i] < 0)
			continue;
		if ((unsigned)keep[i] > from)
			fd_close_range(from, (unsigned)keep[i] - 1);
		from = (unsigned)keep[i] + 1;
	}
	fd_close_range(from, ~0U);
}

static void watchman_sort(int fds[3])
{
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2 - i; j++)
			if (fds[j] > fds[j + 1]) {
				int swap = fds[j];

				fds[j] = fds[j + 1];
				fds[j + 1] = swap;
			}
}

/* No signal is for it: not the terminal's, nor a handler of the program's. */
static _Noreturn void watchman_main(pid_t program, int orders, int bell)
{
	int keep[3] = { orders, bell, pidfd_open(program, 0) };
	struct watchman self = {
		.program = { .fd = keep[2], .events = POLLIN },
		.orders = { .fd = orders }, /* its hangup, not its contents */
		.bell = { .fd = bell, .events = POLLIN },
	};

	(void)prctl(PR_SET_NAME, "tine-warden");
	watchman_sort(keep);
	watchman_close(keep);
	if (getppid() == program)
		watchman_wait(&self);
	watchman_read(&self);
	for (size_t i = 0; i < self.count; i++)
		ward_kill(&self.wards[i]);
	_exit(0);
}

/* ---- In the program ---------------------------------------------------- */

void warden_init(struct warden *warden)
{
	*warden = (struct warden){ .pidfd = -1, .orders = -1, .bell = -1 };
}

static pid_t warden_clone(int orders, int bell)
{
	pid_t program = getpid();
	sigset_t all, before;
	long pid;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = syscall(SYS_clone, 0UL, NULL, NULL, NULL, 0UL);
	if (pid == 0)
		watchman_main(program, orders, bell);
	if (pid > 0) /* who kills our group shall not kill the warden */
		(void)setpgid((pid_t)pid, (pid_t)pid);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return (pid_t)pid;
}

int warden_start(struct warden *warden)
{
	int orders[2] = { -1, -1 }, bell[2] = { -1, -1 };
	int error = fd_socketpair(SOCK_SEQPACKET, orders);
	AUTO_CLOSE int orders_ours = orders[0];
	AUTO_CLOSE int orders_theirs = orders[1];
	pid_t pid;

	if (error == 0)
		error = fd_socketpair(SOCK_STREAM, bell);
	AUTO_CLOSE int bell_ours = bell[0];
	AUTO_CLOSE int bell_theirs = bell[1];
	if (error < 0)
		return error;
	pid = warden_clone(orders_theirs, bell_theirs);
	if (pid < 0)
		return err_from_errno(errno);
	*warden = (struct warden){
		.pid = pid,
		.pidfd = fd_lift(pidfd_open(pid, 0)),
		.orders = steal_fd(&orders_ours),
		.bell = steal_fd(&bell_ours),
	};
	return 0;
}

void warden_stop(struct warden *warden)
{
	if (warden->pid > 1) {
		if (warden->pidfd < 0 ||
		    (pidfd_send_signal(warden->pidfd, SIGKILL, NULL, 0) < 0 &&
		     errno != ESRCH))
			(void)kill(warden->pid, SIGKILL);
		while (waitpid(warden->pid, NULL, __WALL) < 0 && errno == EINTR)
			;
	}
	defer_close(&warden->pidfd);
	defer_close(&warden->orders);
	defer_close(&warden->bell);
	warden_init(warden);
}

/* What does not go into its queue has rung already. */
static void warden_ring(struct warden *warden)
{
	(void)send(warden->bell, "b", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	warden->unread = 0;
}

/* The pile is full, because the warden did not get to run: it may, now. */
static bool warden_order_late(struct warden *warden, const struct order *order,
			      int pidfd)
{
	struct pollfd orders = { .fd = warden->orders, .events = POLLOUT };

	warden_ring(warden);
	(void)poll(&orders, 1, WARDEN_LATE_MS);
	return fd_pass(warden->orders, order, sizeof *order, pidfd,
		       MSG_DONTWAIT);
}

static bool warden_order(struct warden *warden, const struct order *order,
			 int pidfd)
{
	if (!fd_pass(warden->orders, order, sizeof *order, pidfd, MSG_DONTWAIT))
		return errno == EAGAIN &&
		       warden_order_late(warden, order, pidfd);
	if (++warden->unread >= WARDEN_PILE)
		warden_ring(warden);
	return true;
}

bool warden_add(struct warden *warden, pid_t pid, int pidfd)
{
	const struct order order = { .pid = pid };

	return warden->pid > 0 && warden_order(warden, &order, pidfd);
}

void warden_drop(struct warden *warden, pid_t pid)
{
	const struct order order = { .pid = pid, .drop = true };

	if (warden->pid > 0)
		(void)warden_order(warden, &order, -1);
}
