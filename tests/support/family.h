/* SPDX-License-Identifier: MIT */
/*
 * family.h - supervisors, and what is seen of them.
 *
 * What they report is kept as a line of words: "a up, a crashed, a up", with
 * the names of the supervisors above before the id, as in "top/low/a up". So a
 * test waits until it has heard as much as it expects, and then compares.
 *
 * Children are acts; or family_polite, which says on a page when it was asked
 * to stop and when it leaves: "-a!a".
 */
#ifndef TINE_FAMILY_H
#define TINE_FAMILY_H

#include <stdbool.h>

#include "act.h"

struct family_seen {
	char events[8192];
	size_t length;
	uint64_t missed;
	enum tine_end last_end; /* of a child, with its */
	int last_code;
	size_t last_size;
	unsigned last_adopted, last_restarts;
	char last_message[1024], last_note[512], last_crash[4096];
	uint64_t last_fingerprint;
	unsigned ends; /* calls of on_end, and the last */
	enum tine_end end;
	char message[1024];
};

extern struct family_seen family_seen;

/* Starts a supervisor whose reports are seen. */
struct tine_super *family_start(void **state,
				const struct tine_super_options *options);

/* The same, and what that returned. */
int family_try(void **state, const struct tine_super_options *options,
	       struct tine_super **super);

/* Its reports and its end are seen. */
void family_listen(struct tine_super_options *options);

/* Starts a task under it, or, if that is NULL, without one. */
struct tine_task *family_task(void **state, struct tine_super *super,
			      tine_fn *fn, struct tine_options options);
struct tine_task *family_task_act(void **state, struct tine_super *super,
				  struct act act, struct tine_options options);

/* Runs the loop until so much was reported as these words, which have to be
 * the same; then they are forgotten. */
void family_expect(const char *events);

/* Runs the loop until that is so. */
void family_until(bool (*is_so)(void *data), void *data);
void family_wait_end(void);

/* "a b- #3": all children; '-' behind one that has no process. */
const char *family_list(struct tine_super *super);

/* "2 specs, 1 active, 0 supervisors, 2 workers" */
const char *family_counts(struct tine_super *super);

/* What is known of a child; the test fails if there is none. */
struct tine_child_info family_info(struct tine_super *super, const char *id);
pid_t family_pid(struct tine_super *super, const char *id);

/* ---- Children ---------------------------------------------------------- */

/* A child that does this; as that of that number in act_memory. */
struct tine_child family_act(const char *id, const struct act *act);

/* A child of that name that hangs until it is asked to stop, and then takes a
 * moment, or waits until so many of the family were asked. */
struct family_role {
	char name;
	uint32_t together; /* 0: it takes a moment */
};
tine_fn family_polite;
struct tine_child family_role(const char *id, const struct family_role *role);

/* Waits until so many of them live, and what is on the page since then. */
void family_wait_living(uint32_t count);
const char *family_page(void);
void family_wait_page(size_t length);

/* None of them has lived yet. */
void family_begin(void);

/* ---- The fixture ------------------------------------------------------- */

/* As act.h has it, on a loop of the test's own; in the end no child of any
 * supervisor is left. */
int family_setup(void **state);
int family_setup_spares(void **state); /* supervisors have spares */
int family_teardown(void **state);

#define FAMILY_TEST(name) \
	cmocka_unit_test_setup_teardown(name, family_setup, family_teardown)

/* Once with tasks that are forked when they are asked for, and once with
 * those that are forked before. */
#define FAMILY_TESTS(name)                                       \
	FAMILY_TEST(name),                                       \
	{                                                        \
#name "_with_spares", name, family_setup_spares, \
			family_teardown, NULL                    \
	}

#endif
