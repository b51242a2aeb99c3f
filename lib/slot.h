/* SPDX-License-Identifier: MIT */
/*
 * slot.h - what a process says of its children: the records of a board.
 *
 * A board is a file of records at fixed places. Each carries a counter of its
 * writes and a sum over all its bytes: so who reads while it is written, or
 * after its writer was killed half way, or what somebody else wrote into it,
 * knows that the record is not whole. Whatever is read is copied, checked once,
 * and cleaned: texts end, numbers that name something are in their range.
 *
 *   0                 struct board_head     what the process is
 *   BOARD_TALLY       struct board_tally    what it has done until now
 *   BOARD_ENDS        struct board_end      a ring of the last ends
 *   BOARD_CRASHES     struct board_crash    kinds of crashes, each once
 *   BOARD_SLOTS       struct board_slot     what it has now, to the file's end
 *
 * Times are microseconds on the monotonic clock; the head says what the time of
 * day was then. Numbers are as the machine has them: a board never leaves it.
 */
#ifndef TINE_SLOT_H
#define TINE_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOARD_MAGIC "tine-brd"
#define BOARD_VERSION 1

#define BOARD_NAME 64
#define BOARD_PATH 256
#define BOARD_MESSAGE 512
#define BOARD_NOTE 256
#define BOARD_OUTPUT 1024
#define BOARD_STACK 8000
#define BOARD_ENDS_KEPT 256
#define BOARD_CRASHES_KEPT 32

/* In front of every record. */
struct board_seal {
	uint64_t sum;  /* of what is behind it */
	uint64_t turn; /* counts writes */
};

#define BOARD_KINDS(X)                                          \
	X(PROGRAM, "program") /* forked by nobody we know of */ \
	X(TASK, "task")       /* a task that has tasks */       \
	X(SUPER, "supervisor")

#define SLOT_KINDS(X)                                                  \
	X(FREE, "free")                                                \
	X(TASK, "task")                                                \
	X(STREAM, "stream")                                            \
	X(ITEM, "item")     /* of a stream, in a process of its own */ \
	X(WORKER, "worker") /* runs items of a stream, one by one */   \
	X(CHILD, "child")   /* under a supervisor */                   \
	X(GUEST, "guest")   /* somebody's task under a supervisor */   \
	X(SPARE, "spare")   /* of a supervisor; waits for a task */    \
	X(SUPER, "supervisor")

#define SLOT_STATES(X)                                                     \
	X(RUNNING, "running")                                              \
	X(LEAVING, "leaving")   /* said its last word */                   \
	X(STOPPING, "stopping") /* was asked to; deadline: it is killed */ \
	X(KILLING, "killing")                                              \
	X(WAITING, "waiting") /* no process; deadline: it is started */    \
	X(DOWN, "down")       /* no process, and gets none */              \
	X(IDLE, "idle")       /* has nothing to do */

#define BOARD_ENUM(name, text) BOARD_##name,
#define SLOT_ENUM(name, text) SLOT_##name,
#define NOW_ENUM(name, text) NOW_##name,
enum board_kind { BOARD_KINDS(BOARD_ENUM) BOARD_KIND_COUNT };
enum slot_kind { SLOT_KINDS(SLOT_ENUM) SLOT_KIND_COUNT };
enum slot_state { SLOT_STATES(NOW_ENUM) NOW_COUNT };
#undef BOARD_ENUM
#undef SLOT_ENUM
#undef NOW_ENUM

/* Written once, first. */
struct board_head {
	struct board_seal seal;
	char magic[8];
	uint32_t version;
	uint32_t kind; /* enum board_kind */
	int32_t pid;
	int32_t parent;   /* who has a task, or supervisor, that is this; 0 */
	uint64_t started; /* the process, as /proc/PID/stat has it */
	uint64_t task;    /* the id of the task that this is; 0 */
	uint32_t number;  /* of the boards that the process made */
	uint32_t uid;
	int64_t mono_us; /* the same moment, on the monotonic clock */
	int64_t real_us; /* and of the day */
	char app[BOARD_NAME];
	char path[BOARD_PATH]; /* a supervisor's, behind those above it */
	char rest[624];
};

#define BOARD_END_KINDS 10 /* enum tine_end */

/* Written when something has ended. */
struct board_tally {
	struct board_seal seal;
	uint64_t started; /* tasks, children, items */
	uint64_t ended[BOARD_END_KINDS];
	uint64_t restarts;
	uint64_t ends; /* that went to the ring, ever */
	int64_t changed_us;
	int32_t slates;   /* the process's descriptor of its slates; -1: none */
	uint32_t crashes; /* kinds of them, also those that had to go */
	char rest[120];
};

struct board_slot {
	struct board_seal seal;
	uint64_t id;      /* as tine_id() has it; 0: the slot is free */
	uint64_t parent;  /* the id of the stream that an item is of; 0 */
	int32_t pid;      /* 0: it has no process now */
	uint8_t kind;     /* enum slot_kind */
	uint8_t state;    /* enum slot_state */
	uint8_t restart;  /* enum tine_restart, of a child */
	uint8_t last_end; /* enum tine_end, of a child; TINE_PENDING: none */
	int64_t started_us;
	int64_t deadline_us; /* of its state; 0: none */
	int64_t grace_ms;
	int64_t slate;    /* which of its owner's; -1: none */
	uint64_t index;   /* of an item */
	uint64_t started; /* items: of a stream, pulled; of a worker, done */
	uint64_t ended;   /* of a stream: items, */
	uint64_t bad;     /* and those of them that are not TINE_OK */
	uint32_t attempts;
	uint32_t restarts;
	uint32_t busy;  /* items that a stream's children have; a worker has */
	uint32_t most;  /* of a stream: items that may run */
	int32_t owner;  /* of a guest: whose task it is */
	uint32_t flags; /* enum slot_flag */
	char name[BOARD_NAME]; /* or a child's id */
	char rest[64];
};

enum slot_flag {
	SLOT_LINKED = 1,
	SLOT_SIGNIFICANT = 2,
	SLOT_ORDERED = 4,
	SLOT_KEEPS_TREE = 8, /* a supervisor's guardian: end it by SIGTERM */
};

/* How something ended. */
struct board_end {
	struct board_seal seal;
	uint64_t number; /* of its ends, from 1; 0: nothing is here */
	uint64_t id;
	uint64_t parent;
	uint64_t index;
	uint64_t fingerprint; /* of its crash; 0 */
	int32_t pid;
	int32_t code;
	uint8_t kind; /* enum slot_kind */
	uint8_t end;  /* enum tine_end */
	uint8_t core;
	uint8_t restart;
	uint32_t attempts;
	uint32_t restarts;
	uint32_t adopted;
	int64_t ended_us;
	int64_t wall_us;
	int64_t user_us, system_us;
	int64_t rss_kib; /* at most */
	int64_t major_faults;
	uint64_t result_size;
	uint64_t output_size; /* of stderr, all of it; the tail is here */
	char name[BOARD_NAME];
	char message[BOARD_MESSAGE];
	char note[BOARD_NOTE];
	char output[BOARD_OUTPUT];
	char rest[48];
};

/* A kind of crash: those with the same fingerprint. */
struct board_crash {
	struct board_seal seal;
	uint64_t fingerprint; /* 0: nothing is here */
	uint64_t count;
	uint64_t last_id;
	int64_t first_us, last_us;
	int32_t last_pid;
	int32_t signal;
	char name[BOARD_NAME]; /* of the last one */
	char stack[BOARD_STACK];
	char rest[64];
};

#define BOARD_TALLY 1024
#define BOARD_ENDS 4096
#define BOARD_CRASHES \
	(BOARD_ENDS + BOARD_ENDS_KEPT * (off_t)sizeof(struct board_end))
#define BOARD_SLOTS \
	(BOARD_CRASHES + BOARD_CRASHES_KEPT * (off_t)sizeof(struct board_crash))

/* Before a record is written: counts the write, and sums. */
void slot_seal(void *record, size_t size);

/* False: it is not as it was written. A record of nothing but zeros was never
 * written, and is not whole either. */
bool slot_is_whole(const void *record, size_t size);

/* The same, of a copy that somebody hostile may have made, whose sum may well
 * be right: what is out of range is put into it, and texts are cleaned for a
 * terminal. False: it is no such record. */
bool slot_read_head(struct board_head *head);
bool slot_read_tally(struct board_tally *tally);
bool slot_read_slot(struct board_slot *slot);
bool slot_read_end(struct board_end *end);
bool slot_read_crash(struct board_crash *crash);

/* "task", "running"; never NULL. */
const char *board_kind_name(unsigned kind);
const char *slot_kind_name(unsigned kind);
const char *slot_state_name(unsigned state);

#endif
