/* SPDX-License-Identifier: MIT */
/*
 * forest.h - programs, and what is under each, as trees of rows.
 *
 * Boards know their own: here they are put together. A supervisor stands under
 * who started it; what it forked for somebody, under the supervisor; the tasks
 * of a task, under that task; an item, and a child that runs items, under their
 * stream.
 */
#ifndef FOREST_H
#define FOREST_H

#include "proc.h"
#include "scan.h"

#define FOREST_NOTE 256

enum row_kind {
	ROW_PROGRAM,
	ROW_SUPER,
	ROW_STREAM,
	ROW_TASK,
	ROW_ITEM,
	ROW_WORKER,
	ROW_CHILD,
	ROW_SPARE,
	ROW_KINDS
};

struct row {
	enum row_kind kind;
	const struct scan_board *board; /* whose slot it is; or its own */
	const struct board_slot *slot;  /* NULL: a program, or a supervisor of
					   which there is but its board */
	uint64_t id; /* as tine_id() has it; of a program or a supervisor, 0 */
	pid_t pid;
	const char *name;
	bool gone; /* its program was killed */

	const struct board_end *end; /* how it ended; NULL: it is there yet */
	const struct board_tally *tally; /* of its program, or supervisor */

	struct row *parent; /* NULL: a program */
	struct row **rows;  /* those under it */
	size_t row_count;
	unsigned depth;
	int load;   /* percent of a processor, of late; -1: unknown */
	bool shown; /* whoever shows them decides */

	struct proc proc;
	const char *note; /* "" */
};

struct forest {
	const struct scan *scan;
	struct row *all; /* each behind the one it is under, and in no order */
	size_t count;
	struct row **roots; /* programs */
	size_t root_count;
	struct row **walk; /* all of them, as a tree is printed */
	size_t walk_count;
	char *notes;
	struct board_tally *tallies; /* a process may have several boards */
};

/* What costs something, and is to be found out. */
enum forest_part { FOREST_PROC = 1, FOREST_NOTES = 2 };

/* Of a scan with SCAN_SLOTS, which has to stay. `gone`: those that were killed
 * are there, too. False: no memory. */
bool forest_grow(struct forest *forest, const struct scan *scan, bool gone,
		 unsigned parts);
void forest_done(struct forest *forest);

/* Again, after rows were put into another order. False: no memory. */
bool forest_walk(struct forest *forest);

/*
 * Those that somebody may mean: by an id, "4711.3" or as tine_id() has it; by a
 * pid; by a name. Stores up to `most`, and returns how many there are.
 */
size_t forest_find(const struct forest *forest, const char *text,
		   const struct row **found, size_t most);

/* "4711.3"; of a program, or a supervisor, its pid, if it has one. And back:
 * false, it is no id. */
#define ROW_ID 32
void row_id(const struct row *row, char to[ROW_ID]);
void row_write_id(uint64_t id, char to[ROW_ID]);
bool row_read_id(const char *text, uint64_t *id);

/* Whether it is of that id, that pid, or that name. */
bool row_is_meant(const struct row *row, const char *text);

/* "task", ...: never NULL. */
const char *row_kind_name(enum row_kind kind);

/* What a slot of that kind, an enum slot_kind, is shown as. */
enum row_kind row_kind_of(unsigned slot_kind);

/* "running", "stopped" (by a signal), "gone", ..., "ended" */
const char *row_state(const struct row *row);

/* The supervisor, and the program, that it is under; NULL: there is none. */
const struct row *row_super(const struct row *row);
const struct row *row_program(const struct row *row);

/* Whether a supervisor restarts it. */
bool row_is_child(const struct row *row);

/* Whether it counts what begins and ends in it. */
bool row_has_tally(const struct row *row);

/* Microseconds since it began; and until its deadline, or CLOCK_NEVER. */
int64_t row_age_us(const struct row *row, int64_t now_us);
int64_t row_left_us(const struct row *row, int64_t now_us);

#endif
