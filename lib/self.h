/* SPDX-License-Identifier: MIT */
/* self.h - inside a task: the way home. */
#ifndef TINE_SELF_H
#define TINE_SELF_H

#include <pthread.h>
#include <sys/types.h>

#include "home.h"
#include "slate.h"
#include "tine.h"

struct outbox;

struct tine_self {
	int channel;
	struct home home;
	pid_t parent_pid;
	uint64_t id;               /* of the task; 0: it has none */
	const struct tine_ctx *of; /* the context that forked it, as it was;
				      NULL: it is elsewhere */
	const struct tine_self *parent; /* of the task that forked this one;
					   NULL: the program did */
	const struct tine_options *options;
	struct slate *slate;
	struct outbox *outbox; /* of a pooled child; NULL: by the channel */
	pthread_mutex_t lock;  /* a task may have threads of its own */
	size_t sent;
	const struct tine_self *host; /* of the task in whose process this one
					 goes on: its owner may ask, too */
	bool outlives;                /* its owner may go before it does */
	bool minds_stop; /* SIGTERM interrupts it, but does not end it */
	struct tine_ctx *ctx;
};

/* The parts that the caller does not fill in. */
void self_init(struct tine_self *self);

/* From here on a crash, or an exit(), leaves its traces; the stack no further
 * than that frame, __builtin_frame_address(0) of the caller. */
void self_watch(struct tine_self *self, const void *frame);

/* Another task goes on in this process, which is watched already. */
void self_take_over(struct tine_self *self);

/* What a function returned, as an exit code: anything else counts as 255. */
int self_code(int returned);

/* The last word. */
void self_done(struct tine_self *self, int code);
void self_fell(struct tine_self *self, const struct tine_result *fallen);

#endif
