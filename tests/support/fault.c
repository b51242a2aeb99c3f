/* SPDX-License-Identifier: MIT */
/*
 * fault.c - calls of the system and of libc that fail when a test says so.
 *
 * What a call does when it fails is what the system does: a message whose
 * descriptor found no room arrives without it, and who hears ECHILD has lost
 * its child to somebody who was faster.
 */
#include "fault.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- Which calls, and how each can fail -------------------------------- */

#define FAULT_WAYS 4

/* The ways that nobody shall notice, then those that a caller is told of. */
static const struct call {
	const char *name;
	int hidden[FAULT_WAYS];
	int seen[FAULT_WAYS];
} calls[] = {
#define HIDDEN(...) .hidden = { __VA_ARGS__ }
#define SEEN(...) .seen = { __VA_ARGS__ }
#define CALLS(X)                                                           \
	X(ACCEPT, "accept4", HIDDEN(EAGAIN, ENFILE))                       \
	X(BIND, "bind", SEEN(EADDRINUSE, ENOMEM))                          \
	X(CALLOC, "calloc", SEEN(ENOMEM))                                  \
	X(CLONE, "clone", SEEN(EAGAIN, ENOMEM))                            \
	X(CLOSE, "close", HIDDEN(EINTR))                                   \
	X(CONNECT, "connect", SEEN(EAGAIN, ECONNREFUSED, ENOMEM))          \
	X(DLOPEN, "dlopen", HIDDEN(ENOENT))                                \
	X(DLSYM, "dlsym", HIDDEN(ENOENT))                                  \
	X(DUP, "dup", SEEN(EMFILE))                                        \
	X(DUPFD, "fcntl(F_DUPFD)", HIDDEN(EMFILE, EINVAL))                 \
	X(GETLK, "fcntl(F_GETLK)", HIDDEN(ENOLCK))                         \
	X(SEAL, "fcntl(F_ADD_SEALS)", HIDDEN(EPERM, EBUSY))                \
	X(SETFL, "fcntl(F_SETFL)", HIDDEN(EPERM))                          \
	X(SETLK, "fcntl(F_SETLK)", HIDDEN(ENOLCK, EAGAIN))                 \
	X(EPOLL, "epoll_create1", SEEN(EMFILE, ENFILE, ENOMEM))            \
	X(EPOLL_ADD, "epoll_ctl", SEEN(ENOMEM, ENOSPC))                    \
	X(EPOLL_WAIT, "epoll_wait", HIDDEN(EINTR))                         \
	X(FOPEN_LIST, "fopen of a list", HIDDEN(EMFILE, ENOENT))           \
	X(FOPEN_STAT, "fopen of stat", SEEN(EMFILE, ENOMEM))               \
	X(FORK, "fork", SEEN(EAGAIN, ENOMEM))                              \
	X(FDOPENDIR, "fdopendir", HIDDEN(ENOMEM))                          \
	X(FSTATAT, "fstatat", HIDDEN(ENOENT))                              \
	X(FTRUNCATE, "ftruncate", SEEN(ENOMEM, ENOSPC))                    \
	X(GETDENTS, "getdents64", HIDDEN(ENOENT))                          \
	X(GETRANDOM, "getrandom", HIDDEN(EAGAIN, ENOSYS))                  \
	X(IOCTL, "ioctl", SEEN(ENOTTY))                                    \
	X(KILL, "kill", HIDDEN(EPERM))                                     \
	X(LISTEN, "listen", SEEN(ENOMEM))                                  \
	X(LOOP, "ev_loop_new", SEEN(EMFILE, ENOMEM))                       \
	X(LSEEK, "lseek", HIDDEN(EINVAL))                                  \
	X(MADVISE, "madvise", HIDDEN(EINVAL))                              \
	X(MALLOC, "malloc", SEEN(ENOMEM))                                  \
	X(MEMSTREAM, "open_memstream", SEEN(ENOMEM))                       \
	X(MEMFD, "memfd_create", SEEN(EMFILE, ENOMEM, ENOSYS, EPERM))      \
	X(MKDIR, "mkdir", HIDDEN(EACCES, ENOSPC))                          \
	X(MMAP, "mmap", SEEN(ENOMEM))                                      \
	X(NANOSLEEP, "nanosleep", HIDDEN(EINTR))                           \
	X(OPEN, "open", SEEN(EMFILE, ENFILE, EACCES))                      \
	X(OPEN_HOME, "open of a directory", HIDDEN(EMFILE, EACCES))        \
	X(OPENAT, "openat", HIDDEN(EMFILE, ENOSPC, EACCES, EROFS))         \
	X(OPENDIR, "opendir", HIDDEN(EMFILE, ENOENT))                      \
	X(OPEN_PROC, "open in /proc", HIDDEN(EMFILE, EACCES))              \
	X(PIDFD_OPEN, "pidfd_open", SEEN(EMFILE, ENOMEM, ENOSYS, EPERM))   \
	X(PIDFD_SIGNAL, "pidfd_send_signal", HIDDEN(EPERM))                \
	X(PIDFD_PROBE, "pidfd_send_signal of 0", SEEN(ENOSYS, EPERM))      \
	X(PIPE, "pipe2", SEEN(EMFILE, ENFILE))                             \
	X(POLL, "poll", HIDDEN(EINTR, EINVAL))                             \
	X(PRCTL, "prctl", HIDDEN(EINVAL))                                  \
	X(PWRITE, "pwrite", HIDDEN(ENOSPC, EIO))                           \
	X(READ, "read", HIDDEN(EINTR))                                     \
	X(READ_PIPE, "read from a pipe", HIDDEN(EINTR, EAGAIN))            \
	X(READLINK, "readlink", HIDDEN(EACCES))                            \
	X(REALLOC, "realloc", SEEN(ENOMEM))                                \
	X(REALLOCARRAY, "reallocarray", SEEN(ENOMEM))                      \
	X(RECVMSG, "recvmsg", HIDDEN(EINTR, EAGAIN), SEEN(ENOMEM, EMFILE)) \
	X(RECV_LETTER, "recvmsg of a letter", HIDDEN(EINTR),               \
	  SEEN(ENOMEM, EMFILE))                                            \
	X(RLIMIT, "setrlimit", HIDDEN(EPERM))                              \
	X(SEND, "send", SEEN(EAGAIN))                                      \
	X(SEND_LETTER, "sendmsg of a letter", HIDDEN(EINTR),               \
	  SEEN(ENOBUFS, ETOOMANYREFS))                                     \
	X(SEND_POST, "sendmsg to a supervisor",                            \
	  HIDDEN(EINTR, EAGAIN, ENOBUFS, ETOOMANYREFS), SEEN(ENOMEM))      \
	X(SEND_WAKING, "send of a waking", HIDDEN(ENOBUFS))                \
	X(SENDMSG, "sendmsg", HIDDEN(EINTR), SEEN(ENOMEM))                 \
	X(SEND_ORDER, "sendmsg to the warden",                             \
	  HIDDEN(EINTR, EAGAIN, ENOBUFS, EPIPE))                           \
	X(SETPGID, "setpgid", HIDDEN(EPERM))                               \
	X(SIGNALFD, "signalfd", SEEN(EMFILE, ENOMEM))                      \
	X(SIGWAIT, "sigwaitinfo", HIDDEN(EINTR))                           \
	X(SOCKET, "socket", SEEN(EMFILE, ENFILE, ENOMEM))                  \
	X(SOCKETPAIR, "socketpair", SEEN(EMFILE, ENOMEM))                  \
	X(STAT, "fstat", SEEN(ENOMEM))                                     \
	X(STAT_HOME, "fstat of a directory", HIDDEN(ENOMEM))               \
	X(STATFS, "fstatfs", SEEN(ENOMEM))                                 \
	X(STRDUP, "strdup", HIDDEN(ENOMEM))                                \
	X(UNLINKAT, "unlinkat", HIDDEN(EACCES))                            \
	X(WAITID, "waitid", HIDDEN(EINTR, EAGAIN), SEEN(ECHILD))           \
	X(WAITID_ANY, "waitid for any", HIDDEN(EINTR))                     \
	X(WAITID_PROBE, "waitid of itself", SEEN(EINVAL, ENOSYS, EPERM))   \
	X(WAITPID, "waitpid", HIDDEN(EINTR, ECHILD))                       \
	X(WRITE, "write", HIDDEN(EINTR, ENOSPC))
#define CALL(id, text, ...) { .name = text, __VA_ARGS__ },
	CALLS(CALL)
#undef CALL
};

enum {
#define CALL_ID(id, ...) CALL_##id,
	CALLS(CALL_ID)
#undef CALL_ID
};

/* The error of that way, and whether it shows; 0: there is no such way. */
static int call_error(const struct call *call, unsigned way, bool *shows)
{
	unsigned hidden = 0;

	while (hidden < FAULT_WAYS && call->hidden[hidden])
		hidden++;
	*shows = way >= hidden;
	if (way < hidden)
		return call->hidden[way];
	return way - hidden < FAULT_WAYS ? call->seen[way - hidden] : 0;
}

static bool call_can_fail_with(const struct call *call, int error)
{
	for (int i = 0; i < FAULT_WAYS; i++)
		if (call->hidden[i] == error || call->seen[i] == error)
			return true;
	return false;
}

/* ---- The fault that is armed ------------------------------------------- */

#define NOT_YET_FORKED (-1)
#define FORKED_LATELY 64

/* Shared, for what a child strikes is to be known to its parent. */
static struct fault {
	_Atomic pid_t process; /* 0: none is armed */
	unsigned generation;   /* of the process; 0: the one that armed it */
	unsigned call;
	unsigned way;
	int for_good; /* the error that stays; 0: it comes once */
	unsigned made;
	enum fault_fate fate;
	bool shows;
	char text[80];
} none_yet, *fault = &none_yet;

static unsigned generation; /* of this process, from the test on */
static pid_t forked[FORKED_LATELY];
static unsigned forks;
static long held;
static bool crumbs;
static bool no_futex;

void *__real_mmap(void *at, size_t size, int access, int flags, int fd,
		  off_t offset);

static void fault_share(void)
{
	void *memory;

	if (fault != &none_yet)
		return;
	memory = __real_mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory != MAP_FAILED)
		fault = memory;
}

static void fault_set(pid_t process, unsigned call, unsigned way, int for_good)
{
	fault_share();
	fault->process = process;
	fault->generation = 0;
	fault->call = call;
	fault->way = way;
	fault->for_good = for_good;
	fault->made = 0;
	fault->fate = FAULT_BEYOND;
	fault->shows = false;
	(void)snprintf(fault->text, sizeof fault->text,
		       "no fault before call %u", call);
}

void fault_arm(unsigned call, unsigned way)
{
	fault_set(getpid(), call, way, 0);
}

void fault_hand_down(unsigned generations)
{
	fault->generation = generation + generations;
	fault->process = NOT_YET_FORKED;
}

void fault_arm_for_good(unsigned call, int error)
{
	fault_set(getpid(), call, 0, error);
}

enum fault_fate fault_disarm(void)
{
	fault->process = 0;
	return fault->fate;
}

bool fault_struck(void)
{
	return fault->fate == FAULT_STRUCK;
}

bool fault_shows(void)
{
	return fault->shows;
}

const char *fault_text(void)
{
	return fault->text;
}

bool fault_forked(pid_t pid)
{
	for (unsigned i = 0; i < FORKED_LATELY; i++)
		if (forked[i] == pid)
			return true;
	return false;
}

long fault_held(void)
{
	return held;
}

void fault_crumble(bool on)
{
	crumbs = on;
}

void fault_forbid_futex(bool on)
{
	no_futex = on;
}

static bool fault_strike(const struct call *call, int error, bool shows)
{
	if (fault->fate != FAULT_STRUCK)
		(void)snprintf(fault->text, sizeof fault->text,
			       "%s, call %u: %s%s", call->name, fault->made,
			       strerrorname_np(error),
			       fault->for_good ? " from then on" : "");
	fault->fate = FAULT_STRUCK;
	fault->shows = fault->shows || shows;
	errno = error;
	return true;
}

/* Counts a call. Returns whether it has to fail, and errno says how. */
static bool fault_strikes(int id)
{
	const struct call *call = &calls[id];
	bool shows = true;
	int error;

	if (fault->process == 0 || fault->process != getpid())
		return false;
	fault->made++;
	if (fault->for_good)
		return fault->made >= fault->call &&
		       call_can_fail_with(call, fault->for_good) &&
		       fault_strike(call, fault->for_good, true);
	if (fault->made != fault->call)
		return false;
	error = call_error(call, fault->way, &shows);
	if (error)
		return fault_strike(call, error, shows);
	fault->fate = FAULT_NO_WAY;
	return false;
}

/* At this moment the call could not fail in that way. */
static void fault_miss(void)
{
	if (fault->for_good)
		return;
	fault->fate = FAULT_MISSED;
	fault->shows = false;
}

/* In no rhythm: a loop might fall in step with it, and have the same call
 * interrupted for ever. */
static bool interrupted(void)
{
	static unsigned dice;

	dice = dice * 1103515245 + 12345;
	if (!crumbs || dice >> 16 & 1)
		return false;
	errno = EINTR;
	return true;
}

static size_t crumb(size_t size)
{
	return !crumbs || size == 0 ? size : size > 1024 ? size / 2 : 1;
}

/* ---- Memory ------------------------------------------------------------ */

#define WRAP(type, name, parameters)   \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type __wrap_##name parameters

WRAP(void *, malloc, (size_t size))
{
	void *memory = fault_strikes(CALL_MALLOC) ? NULL : __real_malloc(size);

	held += memory != NULL;
	return memory;
}

WRAP(void *, calloc, (size_t count, size_t size))
{
	void *memory =
		fault_strikes(CALL_CALLOC) ? NULL : __real_calloc(count, size);

	held += memory != NULL;
	return memory;
}

WRAP(void *, realloc, (void *before, size_t size))
{
	void *memory = fault_strikes(CALL_REALLOC)
			       ? NULL
			       : __real_realloc(before, size);

	held += memory && !before;
	return memory;
}

WRAP(void *, reallocarray, (void *before, size_t count, size_t size))
{
	void *memory = fault_strikes(CALL_REALLOCARRAY)
			       ? NULL
			       : __real_reallocarray(before, count, size);

	held += memory && !before;
	return memory;
}

WRAP(char *, strdup, (const char *text))
{
	char *copy = fault_strikes(CALL_STRDUP) ? NULL : __real_strdup(text);

	held += copy != NULL;
	return copy;
}

WRAP(void, free, (void *memory))
{
	held -= memory != NULL;
	__real_free(memory);
}

WRAP(void *, mmap,
     (void *at, size_t size, int access, int flags, int fd, off_t offset))
{
	void *memory =
		fault_strikes(CALL_MMAP)
			? MAP_FAILED
			: __real_mmap(at, size, access, flags, fd, offset);

	held += memory != MAP_FAILED;
	return memory;
}

WRAP(int, munmap, (void *memory, size_t size))
{
	held--;
	return __real_munmap(memory, size);
}

/* Of its memory there will be a text, which is the caller's. */
WRAP(FILE *, open_memstream, (char **text, size_t *size))
{
	FILE *file = fault_strikes(CALL_MEMSTREAM)
			     ? NULL
			     : __real_open_memstream(text, size);

	held += file != NULL;
	return file;
}

WRAP(struct ev_loop *, ev_loop_new, (unsigned flags))
{
	struct ev_loop *loop =
		fault_strikes(CALL_LOOP) ? NULL : __real_ev_loop_new(flags);

	held += loop != NULL;
	return loop;
}

WRAP(void, ev_loop_destroy, (struct ev_loop * loop))
{
	held--;
	__real_ev_loop_destroy(loop);
}

WRAP(void *, dlopen, (const char *name, int flags))
{
	void *library =
		fault_strikes(CALL_DLOPEN) ? NULL : __real_dlopen(name, flags);

	held += library != NULL;
	return library;
}

WRAP(void *, dlsym, (void *library, const char *name))
{
	return fault_strikes(CALL_DLSYM) ? NULL : __real_dlsym(library, name);
}

WRAP(int, dlclose, (void *library))
{
	held--;
	return __real_dlclose(library);
}

/* ---- Calls that fail or do not ----------------------------------------- */

static bool is_packets(int socket)
{
	int type = 0;
	socklen_t size = sizeof type;

	return getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == SOCK_SEQPACKET;
}

int __real_fstat(int fd, struct stat *file);

static bool is_directory(int fd)
{
	struct stat file;

	return __real_fstat(fd, &file) == 0 && S_ISDIR(file.st_mode);
}

#define FAIL(id, type, name, parameters, arguments)                      \
	WRAP(type, name, parameters)                                     \
	{                                                                \
		return fault_strikes(id) ? -1 : __real_##name arguments; \
	}

/* And those that a signal may interrupt. */
#define FAIL_OR_STOP(id, type, name, parameters, arguments) \
	WRAP(type, name, parameters)                        \
	{                                                   \
		return fault_strikes(id) || interrupted()   \
			       ? -1                         \
			       : __real_##name arguments;   \
	}

FAIL(CALL_ACCEPT, int, accept4,
     (int socket, struct sockaddr *from, socklen_t *size, int flags),
     (socket, from, size, flags))
FAIL(CALL_BIND, int, bind,
     (int socket, const struct sockaddr *address, socklen_t size),
     (socket, address, size))
FAIL(CALL_CONNECT, int, connect,
     (int socket, const struct sockaddr *address, socklen_t size),
     (socket, address, size))
FAIL(CALL_DUP, int, dup, (int fd), (fd))
FAIL(CALL_EPOLL, int, epoll_create1, (int flags), (flags))
FAIL(CALL_FTRUNCATE, int, ftruncate, (int fd, off_t size), (fd, size))
FAIL(CALL_GETRANDOM, ssize_t, getrandom,
     (void *bytes, size_t size, unsigned flags), (bytes, size, flags))
FAIL(CALL_KILL, int, kill, (pid_t pid, int number), (pid, number))
FAIL(CALL_LISTEN, int, listen, (int socket, int most), (socket, most))
FAIL(CALL_MKDIR, int, mkdir, (const char *path, mode_t mode), (path, mode))
FAIL(CALL_PWRITE, ssize_t, pwrite,
     (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))
FAIL(CALL_UNLINKAT, int, unlinkat, (int home, const char *name, int flags),
     (home, name, flags))
FAIL(CALL_LSEEK, off_t, lseek, (int fd, off_t offset, int from),
     (fd, offset, from))
FAIL(CALL_MADVISE, int, madvise, (void *memory, size_t size, int advice),
     (memory, size, advice))
FAIL(CALL_MEMFD, int, memfd_create, (const char *name, unsigned flags),
     (name, flags))
FAIL(CALL_PIDFD_OPEN, int, pidfd_open, (pid_t pid, unsigned flags),
     (pid, flags))
FAIL(number ? CALL_PIDFD_SIGNAL : CALL_PIDFD_PROBE, int, pidfd_send_signal,
     (int pidfd, int number, siginfo_t *info, unsigned flags),
     (pidfd, number, info, flags))
FAIL(CALL_PIPE, int, pipe2, (int pair[2], int flags), (pair, flags))
FAIL(CALL_READLINK, ssize_t, readlink,
     (const char *path, char *target, size_t size), (path, target, size))
FAIL(is_packets(socket) ? CALL_SEND_WAKING : CALL_SEND, ssize_t, send,
     (int socket, const void *data, size_t size, int flags),
     (socket, data, size, flags))
FAIL(CALL_SETPGID, int, setpgid, (pid_t pid, pid_t group), (pid, group))
FAIL(CALL_RLIMIT, int, setrlimit,
     (__rlimit_resource_t what, const struct rlimit *limit), (what, limit))
FAIL(CALL_SIGNALFD, int, signalfd, (int fd, const sigset_t *signals, int flags),
     (fd, signals, flags))
FAIL(CALL_SIGWAIT, int, sigwaitinfo, (const sigset_t *signals, siginfo_t *info),
     (signals, info))
FAIL(CALL_SOCKET, int, socket, (int domain, int type, int protocol),
     (domain, type, protocol))
FAIL(CALL_SOCKETPAIR, int, socketpair,
     (int domain, int type, int protocol, int pair[2]),
     (domain, type, protocol, pair))
FAIL(is_directory(fd) ? CALL_STAT_HOME : CALL_STAT, int, fstat,
     (int fd, struct stat *file), (fd, file))
FAIL(CALL_FSTATAT, int, fstatat,
     (int home, const char *name, struct stat *file, int flags),
     (home, name, file, flags))
FAIL(CALL_STATFS, int, fstatfs, (int fd, struct statfs *home), (fd, home))
FAIL(type == P_ALL ? CALL_WAITID_ANY : CALL_WAITID_PROBE, int, waitid,
     (idtype_t type, id_t id, siginfo_t *info, int options),
     (type, id, info, options))
FAIL_OR_STOP(CALL_NANOSLEEP, int, nanosleep,
	     (const struct timespec *time, struct timespec *left), (time, left))
FAIL_OR_STOP(CALL_POLL, int, poll,
	     (struct pollfd * fds, nfds_t count, int timeout),
	     (fds, count, timeout))

FAIL_OR_STOP(CALL_EPOLL_WAIT, int, epoll_wait,
	     (int fd, struct epoll_event *events, int most, int timeout),
	     (fd, events, most, timeout))

static void fault_inherit(void)
{
	pid_t armed = NOT_YET_FORKED;

	generation++;
	if (generation == fault->generation)
		(void)atomic_compare_exchange_strong(&fault->process, &armed,
						     getpid());
}

WRAP(pid_t, fork, (void))
{
	pid_t pid = fault_strikes(CALL_FORK) ? -1 : __real_fork();

	if (pid == 0)
		fault_inherit();
	if (pid > 0)
		forked[forks++ % FORKED_LATELY] = pid;
	return pid;
}

WRAP(FILE *, fopen, (const char *path, const char *mode))
{
	bool list = strstr(path, "/children") != NULL;

	return fault_strikes(list ? CALL_FOPEN_LIST : CALL_FOPEN_STAT)
		       ? NULL
		       : __real_fopen(path, mode);
}

WRAP(DIR *, fdopendir, (int fd))
{
	return fault_strikes(CALL_FDOPENDIR) ? NULL : __real_fdopendir(fd);
}

WRAP(DIR *, opendir, (const char *path))
{
	return fault_strikes(CALL_OPENDIR) ? NULL : __real_opendir(path);
}

WRAP(int, prctl, (int what, ...))
{
	unsigned long with[4];
	va_list arguments;

	va_start(arguments, what);
	for (int i = 0; i < 4; i++)
		with[i] = va_arg(arguments, unsigned long);
	va_end(arguments);
	return fault_strikes(CALL_PRCTL)
		       ? -1
		       : __real_prctl(what, with[0], with[1], with[2], with[3]);
}

/* What is watched can always be forgotten. */
WRAP(int, epoll_ctl, (int set, int what, int fd, struct epoll_event *event))
{
	return what == EPOLL_CTL_ADD && fault_strikes(CALL_EPOLL_ADD)
		       ? -1
		       : __real_epoll_ctl(set, what, fd, event);
}

/* It is closed all the same. */
WRAP(int, close, (int fd))
{
	bool strikes = fault_strikes(CALL_CLOSE);
	int error = errno;
	int result = __real_close(fd);

	errno = strikes ? error : errno;
	return strikes ? -1 : result;
}

WRAP(int, open, (const char *path, int flags, ...))
{
	bool proc = strncmp(path, "/proc/", 6) == 0;
	bool home = flags & O_NOFOLLOW;

	return fault_strikes(proc   ? CALL_OPEN_PROC
			     : home ? CALL_OPEN_HOME
				    : CALL_OPEN)
		       ? -1
		       : __real_open(path, flags);
}

WRAP(int, openat, (int home, const char *name, int flags, ...))
{
	va_list arguments;
	mode_t mode;

	va_start(arguments, flags);
	mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	return fault_strikes(CALL_OPENAT)
		       ? -1
		       : __real_openat(home, name, flags, mode);
}

WRAP(int, fcntl, (int fd, int command, ...))
{
	va_list arguments;
	void *argument;

	va_start(arguments, command);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if ((command == F_DUPFD_CLOEXEC && fault_strikes(CALL_DUPFD)) ||
	    (command == F_ADD_SEALS && fault_strikes(CALL_SEAL)) ||
	    (command == F_GETLK && fault_strikes(CALL_GETLK)) ||
	    (command == F_SETLK && fault_strikes(CALL_SETLK)) ||
	    (command == F_SETFL && fault_strikes(CALL_SETFL)))
		return -1;
	return __real_fcntl(fd, command, argument);
}

WRAP(int, ioctl, (int fd, unsigned long request, ...))
{
	va_list arguments;
	void *argument;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	return fault_strikes(CALL_IOCTL) ? -1
					 : __real_ioctl(fd, request, argument);
}

/* ---- Waiting ----------------------------------------------------------- */

WRAP(pid_t, waitpid, (pid_t pid, int *status, int options))
{
	pid_t ended;

	if (!fault_strikes(CALL_WAITPID))
		return interrupted() ? -1
				     : __real_waitpid(pid, status, options);
	if (errno != ECHILD)
		return -1;
	ended = __real_waitpid(pid, NULL, options);
	if (ended == 0)
		fault_miss(); /* nobody could be faster */
	else
		errno = ECHILD;
	return ended == 0 ? 0 : -1;
}

WRAP(long, syscall, (long number, ...));

/* Somebody else waits for "any child", and was faster. */
static long steal_child(const long with[5])
{
	siginfo_t *info = (siginfo_t *)with[2];
	long result = __real_syscall(SYS_waitid, with[0], with[1], info,
				     with[3] & ~WNOWAIT, NULL);

	if (result == 0 && info->si_pid == 0)
		fault_miss();
	else if (result == 0)
		errno = ECHILD;
	return result == 0 && info->si_pid == 0 ? 0 : -1;
}

/* It ended, but a debugger holds its exit: there is nothing to wait for yet.
 * Unless there was once. */
static long hold_child(const long with[5], long result, pid_t told)
{
	siginfo_t *info = (siginfo_t *)with[2];

	if (result < 0 || info->si_pid == 0 || info->si_pid == told)
		fault_miss();
	else
		info->si_pid = 0;
	return result;
}

static long wrap_waitid(const long with[5])
{
	static pid_t told;
	bool strikes = fault_strikes(CALL_WAITID) || interrupted();
	int error = strikes ? errno : 0;
	long result;

	if (error == EINTR)
		return -1;
	if (error == ECHILD)
		return steal_child(with);
	result = __real_syscall(SYS_waitid, with[0], with[1], with[2], with[3],
				with[4]);
	if (error == EAGAIN)
		return hold_child(with, result, told);
	if (result == 0 && ((siginfo_t *)with[2])->si_pid != 0)
		told = ((siginfo_t *)with[2])->si_pid;
	return result;
}

/* No call of the library has more than five arguments. */
WRAP(long, syscall, (long number, ...))
{
	long with[5];
	va_list arguments;

	va_start(arguments, number);
	for (int i = 0; i < 5; i++)
		with[i] = va_arg(arguments, long);
	va_end(arguments);
	if (number == SYS_waitid)
		return wrap_waitid(with);
	if (number == SYS_futex && no_futex) {
		errno = ENOSYS;
		return -1;
	}
	if ((number == SYS_clone && fault_strikes(CALL_CLONE)) ||
	    (number == SYS_getdents64 && fault_strikes(CALL_GETDENTS)))
		return -1;
	return __real_syscall(number, with[0], with[1], with[2], with[3],
			      with[4]);
}

/* ---- Bytes that move --------------------------------------------------- */

static bool is_pipe(int fd)
{
	struct stat file;

	return __real_fstat(fd, &file) == 0 && S_ISFIFO(file.st_mode);
}

/* A loop may be told of bytes that are not there; but where nobody is left to
 * write, it is not "try again". */
static bool strikes_reader(int id, int fd)
{
	struct pollfd end = { .fd = fd };

	if (!fault_strikes(id))
		return false;
	if (errno != EAGAIN)
		return true;
	if (__real_poll(&end, 1, 0) == 0) {
		errno = EAGAIN;
		return true;
	}
	fault_miss();
	return false;
}

WRAP(ssize_t, read, (int fd, void *data, size_t size))
{
	if (strikes_reader(is_pipe(fd) ? CALL_READ_PIPE : CALL_READ, fd) ||
	    interrupted())
		return -1;
	return __real_read(fd, data, crumb(size));
}

WRAP(ssize_t, write, (int fd, const void *data, size_t size))
{
	if (fault_strikes(CALL_WRITE) || interrupted())
		return -1;
	return __real_write(fd, data, crumb(size));
}

WRAP(ssize_t, recvmsg, (int socket, struct msghdr *message, int flags));

/* The descriptors that came along found no room. */
static ssize_t receive_without_file(int socket, struct msghdr *message,
				    int flags)
{
	ssize_t got = __real_recvmsg(socket, message, flags);
	struct cmsghdr *head = got < 0 ? NULL : CMSG_FIRSTHDR(message);
	size_t size;

	if (!head || head->cmsg_type != SCM_RIGHTS) {
		fault_miss();
		return got;
	}
	size = head->cmsg_len - CMSG_LEN(0);
	for (size_t at = 0; at < size; at += sizeof(int)) {
		int passed;

		memcpy(&passed, CMSG_DATA(head) + at, sizeof passed);
		(void)__real_close(passed);
	}
	message->msg_controllen = 0;
	message->msg_flags |= MSG_CTRUNC;
	return got;
}

WRAP(ssize_t, recvmsg, (int socket, struct msghdr *message, int flags))
{
	struct iovec *bytes = message->msg_iov;
	size_t size = bytes->iov_len;
	ssize_t got;

	if (strikes_reader(is_packets(socket) ? CALL_RECV_LETTER : CALL_RECVMSG,
			   socket))
		return errno == EMFILE
			       ? receive_without_file(socket, message, flags)
			       : -1;
	if (interrupted())
		return -1;
	if (crumbs && !is_packets(socket))
		bytes->iov_len = 1;
	got = __real_recvmsg(socket, message, flags);
	bytes->iov_len = size;
	return got;
}

/* A message with a descriptor is small, and the kernel sends it whole. */
WRAP(ssize_t, sendmsg, (int socket, const struct msghdr *message, int flags))
{
	struct iovec bytes = message->msg_iov[0];
	struct msghdr piece = { .msg_iov = &bytes, .msg_iovlen = 1 };
	bool packets = is_packets(socket);

	if (fault_strikes(!packets                   ? CALL_SENDMSG
			  : message->msg_iovlen == 2 ? CALL_SEND_POST
			  : fault->generation > 0    ? CALL_SEND_LETTER
						     : CALL_SEND_ORDER) ||
	    interrupted())
		return -1;
	if (!crumbs || packets || message->msg_control)
		return __real_sendmsg(socket, message, flags);
	bytes.iov_len = crumb(bytes.iov_len);
	return __real_sendmsg(socket, &piece, flags);
}
