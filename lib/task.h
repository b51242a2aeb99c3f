/* SPDX-License-Identifier: MIT */
/* task.h - one function in one child at a time, and how that ended. */
#ifndef TINE_TASK_H
#define TINE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "child.h"
#include "ctx.h"
#include "inbox.h"
#include "link.h"
#include "list.h"
#include "slate.h"
#include "state.h"
#include "tail.h"
#include "tine.h"
#include "verdict.h"

#define TASK_NAME 64
#define TASK_KILL_MS \
	10000 /* SIGKILL takes no longer, unless the kernel hangs */

/* What became of the right to its result. */
enum claim {
	CLAIM_OPEN,
	CLAIM_TAKEN,    /* handed out */
	CLAIM_GIVEN_UP, /* by a wait that was over */
	CLAIM_IGNORED,
};

/* What a task is asked that works for another part of the library. */
struct task_hooks {
	/* Its timeout is over: for how many ms may it go on after all? */
	int64_t (*left_ms)(void *data);
	/* Its process is gone; how it ended is about to be written down. */
	void (*gone)(void *data);
};

/* Adds what there is to be seen of a task beyond what the task knows. */
struct board_slot;
typedef void task_dress(const struct tine_task *task, struct board_slot *slot);

/* The words of a result, which outlive the child they speak of. */
struct task_words {
	char message[VERDICT_TEXT];
	char note[SLATE_TEXT];
	char *output;
	char *crash;
	struct tine_result result; /* if it is not that of its end */
};

struct tine_task {
	struct owned owned;
	struct list_node living; /* in its context, until it is done */
	struct link_end links;
	struct list_node monitors;
	struct tine_ctx *ctx; /* NULL: freed before the task was */
	pid_t owner;

	uint64_t id;
	char name[TASK_NAME];
	tine_fn *fn;
	const void *arg;
	size_t size;
	void *copy; /* of arg, to be there for another attempt */
	int *keeps; /* of options.keep_fds, likewise */
	struct tine_options options;
	task_dress *dress; /* NULL: there is no more to be seen */
	long place;        /* on the board of its context; -1: it is not seen */
	bool counted;      /* there, among those that were started */
	const struct task_hooks *hooks; /* NULL: it works for the user */
	void *hooks_data;

	enum task_state state;
	struct child child;
	struct host *host; /* who forks it; NULL: we do */
	bool keeper;       /* it ends its own children, and then itself: nobody
			      else may, and it keeps no loop running */
	const struct reap_backend *reaper;
	struct reap *reap;
	struct loop_watch *channel;
	struct loop_watch *error;
	struct loop_watch *timer;
	struct inbox inbox;
	struct tail *tail;
	long slot; /* of its slate; -1: none */
	struct slate *slate;
	int64_t started_us;
	int64_t due_us; /* of its timer; 0: it is not armed */
	unsigned attempts;

	enum cause cause;
	bool killed; /* we sent SIGKILL */
	int64_t grace_ms;
	char *linked; /* who took it along */

	enum claim claim;
	bool heard;     /* nobody has to hear of its end any more */
	bool bound;     /* linked to its owner */
	unsigned pins;  /* calls that use it are under way, */
	bool freed;     /* and one of them freed it */
	uint64_t ended; /* the how-manieth of its context; 0: not yet */
	struct child_exit exit;
	struct tine_result result;              /* as it ended */
	struct task_words *words, *other_words; /* behind it in memory, or what
						   its context lends */
};

/* Forks it. 0 or an enum tine_error, and then the task is as before. */
int task_start(struct tine_task *task);

/* Asks it to end; what that means is up to its state. The first cause stays. */
void task_end(struct tine_task *task, enum task_event event, enum cause cause);

/* Looks at once whether its process has ended, rather than when the loop gets
 * to it. If so its callbacks have run, and may have freed it. */
bool task_look(struct tine_task *task);

/* It is killed, and nobody hears of that any more; does not wait. */
void task_doom(struct tine_task *task);

/* Kills it, waits until it is dead, tells nobody. */
void task_kill(struct tine_task *task);

/* It lives on under its supervisor, and nobody here hears of it. */
void task_let_go(struct tine_task *task);

/* Gives its slate back, and whatever else needs the context. */
void task_release(struct tine_task *task);

/* Around every use that runs callbacks: tine_free() then only takes note.
 * task_unpin() returns false when the task is gone. */
void task_pin(struct tine_task *task);
bool task_unpin(struct tine_task *task);

bool task_is_done(const struct tine_task *task);

#endif
