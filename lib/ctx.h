/* SPDX-License-Identifier: MIT */
/* ctx.h - an event loop, and all that lives in it. */
#ifndef TINE_CTX_H
#define TINE_CTX_H

#include <stdbool.h>
#include <sys/types.h>

#include "board.h"
#include "child.h"
#include "crash.h"
#include "fd.h"
#include "list.h"
#include "loop.h"
#include "reap.h"
#include "self.h"
#include "slates.h"
#include "warden.h"

/* What lives in a context, without the context knowing what it is. */
struct owned {
	struct list_node node;
	const struct owned_kind *kind;
};

struct owned_kind {
	void (*end)(struct owned *owned);    /* start ending; may not wait */
	void (*orphan)(struct owned *owned); /* end; there is no context any
						more when this returns */
};

struct task_words;

struct tine_ctx {
	pid_t owner;
	struct loop *loop;
	const struct reap_backend *reap;
	struct slates slates;
	struct warden warden;
	struct loop_watch *warden_watch;
	struct list_node children; /* struct child: forked, not yet reaped */
	struct list_node living;   /* tasks that have not ended */
	struct list_node due;      /* callbacks of ends that were told before */
	struct list_node owned;
	struct task_words *words; /* its tasks share these: their results are
				     read at once; NULL: each has its own */
	const struct tine_self *self; /* the task it lives in; NULL: none */
	bool traps;
	bool death_signal; /* of the two guards a child has, */
	bool use_warden;   /* which are in use */
	bool tame;         /* no signal has a handler but one of ours */
	int null;
	struct fd_table table;
	char oom_score[8];   /* of its children; "": as its own */
	struct board board;  /* what it shows of its tasks */
	struct crash *crash; /* to name addresses with; NULL: no need yet */
	uint64_t ends;       /* of tasks, and handles that were freed */
	unsigned pulls;      /* calls of sources that are under way, */
	struct list_node put_off; /* and streams that wait for those */
	unsigned depth;           /* calls into it that are under way */
	bool doomed;              /* freed by one of those */
};

/* 0, TINE_EUSAGE for NULL, TINE_EOWNER in any other process. */
int ctx_check(const struct tine_ctx *ctx);

/*
 * Around every callback and every wait: a context that is freed in between
 * is gone only behind the outermost ctx_leave(). That returns false when
 * the context is gone, or about to be.
 */
void ctx_enter(struct tine_ctx *ctx);
bool ctx_leave(struct tine_ctx *ctx);

void ctx_own(struct tine_ctx *ctx, struct owned *owned,
	     const struct owned_kind *kind);

/* What every child of this context has in common. */
int ctx_plan(struct tine_ctx *ctx, struct child_plan *plan);

/* From here on it ends when the program ends. 0 or an enum tine_error. */
int ctx_guard(struct tine_ctx *ctx, struct child *child);

/* It was reaped, and had that pid. */
void ctx_unguard(struct tine_ctx *ctx, struct child *child, pid_t pid);

#endif
