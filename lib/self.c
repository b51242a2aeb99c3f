/* SPDX-License-Identifier: MIT */
/*
 * self.c - inside a task: the way home.
 *
 * What is sent goes through the channel at once, so that it has arrived if
 * the task dies in its next line; what is large goes in a sealed memory file,
 * so that it arrives without being copied a second time. Notes and messages
 * go into the slate, which never blocks.
 *
 * Not here: how the parent reads it (inbox.c), tine_self_ctx() (spawn.c), what
 * a crash leaves (traces.c).
 */
#include "self.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "frame.h"
#include "limit.h"
#include "outbox.h"
#include "sealed.h"
#include "traces.h"

/* The task this process is. Set in a child only: a signal handler has no
 * other way to find it. */
static struct tine_self *here;

/* Of the stack, as far as the task is concerned. */
static const void *bottom;

void self_init(struct tine_self *self)
{
	home_init(&self->home);
	self->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
}

/* ---- Sending ----------------------------------------------------------- */

static bool self_frame(struct tine_self *self, enum frame_kind kind, int value,
		       const void *data, size_t size)
{
	struct frame frame = { .kind = kind,
			       .size = (uint32_t)size,
			       .value = value };
	unsigned char head[FRAME_HEAD];

	frame_encode(head, &frame);
	return fd_send_all(self->channel, head, sizeof head, data, size);
}

static bool self_frame64(struct tine_self *self, enum frame_kind kind,
			 int value, uint64_t number)
{
	unsigned char bytes[8];

	frame_put64(bytes, number);
	return self_frame(self, kind, value, bytes, sizeof bytes);
}

static bool self_send_inline(struct tine_self *self, const char *data,
			     size_t size)
{
	while (size > 0) {
		size_t piece = size < FRAME_MOST ? size : FRAME_MOST;

		if (!self_frame(self, FRAME_DATA, 0, data, piece))
			return false;
		data += piece;
		size -= piece;
	}
	return true;
}

/* Its bytes, and nobody can change them any more; -1: not possible here. */
static int self_seal(const void *data, size_t size)
{
	AUTO_CLOSE int fd = sealed_new(size);

	if (fd < 0 || !fd_write_all(fd, data, size) || !sealed_shut(fd))
		return -1;
	return steal_fd(&fd);
}

static bool self_send_sealed(struct tine_self *self, const void *data,
			     size_t size)
{
	AUTO_CLOSE int fd = size > FRAME_MOST ? self_seal(data, size) : -1;
	struct frame frame = { .kind = FRAME_BULK, .size = 8 };
	unsigned char bytes[FRAME_HEAD + 8];

	if (fd < 0)
		return false;
	frame_encode(bytes, &frame);
	frame_put64(bytes + FRAME_HEAD, size);
	return fd_pass(self->channel, bytes, sizeof bytes, fd, 0);
}

/* In a pool it costs the item, not the child. */
static void self_exceed(struct tine_self *self, uint64_t total)
{
	if (self->outbox)
		outbox_exceed(self->outbox, total);
	else
		(void)self_frame64(self, FRAME_EXCESS, 0, total);
}

static int self_send(struct tine_self *self, const void *data, size_t size)
{
	if (size > self->options->max_result - self->sent) {
		self_exceed(self, (uint64_t)self->sent + size);
		return TINE_ETOOBIG;
	}
	if (self->outbox ? !outbox_add(self->outbox, data, size)
			 : !self_send_sealed(self, data, size) &&
				   !self_send_inline(self, data, size))
		return TINE_ESYS;
	self->sent += size;
	return 0;
}

int tine_send(struct tine_self *self, const void *data, size_t size)
{
	int error;

	if (!self || (!data && size > 0))
		return TINE_EUSAGE;
	if (!home_is_here(&self->home))
		return TINE_EOWNER;
	(void)pthread_mutex_lock(&self->lock);
	error = self_send(self, data, size);
	(void)pthread_mutex_unlock(&self->lock);
	return error;
}

int self_code(int returned)
{
	return returned >= 0 && returned <= 255 ? returned : 255;
}

void self_done(struct tine_self *self, int code)
{
	(void)self_frame(self, FRAME_DONE, code, NULL, 0);
}

void self_fell(struct tine_self *self, const struct tine_result *fallen)
{
	slate_write(&self->slate->message, fallen->message);
	(void)self_frame64(self, FRAME_FELL, (int)fallen->end,
			   (uint64_t)fallen->code);
}

/* ---- Words ------------------------------------------------------------- */

static void self_write(struct tine_self *self, struct slate_text *text,
		       const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

static void self_write(struct tine_self *self, struct slate_text *text,
		       const char *format, va_list arguments)
{
	char line[SLATE_TEXT];

	(void)vsnprintf(line, sizeof line, format, arguments);
	(void)pthread_mutex_lock(&self->lock);
	slate_write(text, line);
	(void)pthread_mutex_unlock(&self->lock);
}

int tine_fail(struct tine_self *self, int code, const char *format, ...)
{
	va_list arguments;

	if (code < 1 || code > 255)
		code = 255;
	if (!self || !format || !home_is_here(&self->home))
		return code;
	va_start(arguments, format);
	self_write(self, &self->slate->message, format, arguments);
	va_end(arguments);
	return code;
}

void tine_note(struct tine_self *self, const char *format, ...)
{
	va_list arguments;

	if (!self || !format || !home_is_here(&self->home))
		return;
	va_start(arguments, format);
	self_write(self, &self->slate->note, format, arguments);
	va_end(arguments);
}

size_t tine_callers(const struct tine_self *self, pid_t *pids, size_t count)
{
	size_t found = 0;

	for (; self; self = self->parent, found++)
		if (pids && found < count)
			pids[found] = self->parent_pid;
	return found;
}

/* ---- Stopping ---------------------------------------------------------- */

static void self_interrupted(int number)
{
	(void)number; /* that a system call was interrupted is all */
}

/* Whoever asks wants to stop by himself; a handler of his own stays. */
static void self_mind_stop(void)
{
	struct sigaction now;
	struct sigaction mind = { .sa_handler = self_interrupted };

	if (sigaction(SIGTERM, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
		(void)sigaction(SIGTERM, &mind, NULL);
}

/* By its owner, or by tine(1). Who has gone has asked, too, unless that is of
 * no matter. */
static bool self_was_asked(const struct tine_self *self)
{
	char word;
	ssize_t got;

	if (atomic_load(&self->slate->dismissed) == self->home.pid)
		return true;
	got = recv(self->channel, &word, sizeof word, MSG_PEEK | MSG_DONTWAIT);
	return got > 0 || (got == 0 && !self->outlives);
}

bool tine_stopping(const struct tine_self *self)
{
	if (!self || !home_is_here(&self->home))
		return false;
	if (!self->minds_stop) {
		self_mind_stop();
		((struct tine_self *)(uintptr_t)self)->minds_stop = true;
	}
	return self_was_asked(self) ||
	       (self->host && self_was_asked(self->host));
}

/* ---- Leaving badly ----------------------------------------------------- */

static bool fault_repeats(int number, const siginfo_t *info)
{
	return info->si_code > 0 && (number == SIGSEGV || number == SIGBUS ||
				     number == SIGFPE || number == SIGILL);
}

/* Leaves its traces and lets the signal's default action go on: the handler
 * is reset by now, and a fault repeats itself when its line runs again. A
 * process that the task forked has no such parent. */
static void self_crashed(int number, siginfo_t *info, void *context)
{
	struct slate *slate = here->slate;
	int error = errno;
	bool repeats = fault_repeats(number, info);

	if (home_is_here(&here->home)) {
		atomic_store(&slate->limit,
			     limit_met(&here->options->limits, error));
		traces_leave(slate, number, repeats ? info : NULL, context,
			     bottom);
	}
	if (!repeats)
		(void)raise(number);
	errno = error;
}

/* exit() in a task must not run what the program registered for its own
 * exit, nor print its buffers: this was registered last, so it runs first. */
static void self_exited(int status, void *data)
{
	struct tine_self *self = here;

	(void)data;
	if (status != 0 && home_is_here(&self->home))
		atomic_store(&self->slate->limit,
			     limit_met(&self->options->limits, errno));
	(void)fflush(NULL);
	_exit(status);
}

void self_watch(struct tine_self *self, const void *frame)
{
	static const int fatal[] = { SIGSEGV, SIGBUS,  SIGFPE,
				     SIGILL,  SIGABRT, SIGSYS };
	static char stack[65536]; /* no page of it is touched before a crash */
	const stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack };
	struct sigaction crash = {
		.sa_sigaction = self_crashed,
		.sa_flags = (int)(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND),
	};

	here = self;
	bottom = frame;
	(void)syscall(SYS_sigaltstack, &alternate, NULL);
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
		(void)sigaction(fatal[i], &crash, NULL);
	(void)on_exit(self_exited, NULL);
}

void self_take_over(struct tine_self *self)
{
	here = self;
}
