/* SPDX-License-Identifier: MIT */
/*
 * ledger.h - what supervisors report, and whether it can be so.
 *
 * Each start has one end, or lives; nobody is twice in the same place; nobody
 * is started again whose policy or terminator does not want it. The policy is
 * the first letter of an id: p(ermanent), t(ransient), y (never again), or n:
 * a supervisor, permanent. Those that were given '#' may do as they like.
 */
#ifndef TINE_LEDGER_H
#define TINE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tine.h"

struct life {
	char path[64], id[64]; /* of its supervisors, and its own */
	pid_t pid;
	unsigned restarts;
	bool alive;
	bool unseen; /* its supervisor was killed, and could not report it */
	enum tine_end end;
	uint64_t ended_at; /* which of all reports that was */
};

/* What was asked of a child of the first supervisor, by its id. */
struct wish {
	char id[64];
	uint64_t starts; /* by us, and those that were reported */
	uint64_t started;
	bool held; /* it was terminated */
};

struct ledger {
	enum tine_strategy strategy;
	struct life *lives;
	size_t count, room;
	struct wish *wishes;
	size_t wish_count, wish_room;
	uint64_t reports, wrong;
	bool gave_up;
};

void ledger_done(struct ledger *ledger);

/* What on_event was given. */
void ledger_report(struct ledger *ledger, const struct tine_event *event);

/* It will be started by us, may not be started until then. */
void ledger_wish(struct ledger *ledger, const char *id, int starts);
void ledger_hold(struct ledger *ledger, const char *id);

/* The latest of that place; NULL: there was none. */
struct life *ledger_find(struct ledger *ledger, const char *path,
			 const char *id);

/* Nobody who lives was reported, and only those of `infos`, of the first
 * supervisor, live. */
void ledger_compare(struct ledger *ledger, const struct tine_child_info *infos,
		    size_t count);

/* All is over. Unless the supervisor was killed, each was seen to end. */
void ledger_close(struct ledger *ledger, bool killed);

/* Those of `infos`, which lived when the stop began, were stopped as it should
 * be: the loose ones, then the others from behind. */
void ledger_check_order(struct ledger *ledger,
			const struct tine_child_info *infos, size_t count);

#endif
