/* SPDX-License-Identifier: MIT */
/*
 * fixture.h - a context for each test, and the proof that nothing is left.
 *
 * The test's state is the struct fixture. Its teardown frees the context and
 * fails the test if a child, a descriptor, a signal's disposition or the
 * signal mask is not as it was, or a board is left. A test that hangs is ended
 * by SIGALRM.
 *
 * Children never assert: they would unwind into a second copy of the runner.
 * They speak by what they send, or by their exit code.
 */
#ifndef TINE_FIXTURE_H
#define TINE_FIXTURE_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tine.h"

#define FIXTURE_FDS 256

struct fixture_fd {
	int fd;
	char target[128];
};

struct fixture {
	struct tine_ctx *ctx;
	struct fixture_fd fds[FIXTURE_FDS];
	size_t fd_count;
	sigset_t mask;
	void *handlers[65];
};

int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Kills all children that are there, and says which: behind a test that failed
 * they are not to be the next one's. */
void fixture_end_children(void);

/* Call first in main(): run the tests as the user TINE_TEST_UID, if set, and
 * with boards in a directory of their own. */
void fixture_user(void);

#define FIXTURE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* The context of the test. */
struct tine_ctx *fixture_ctx(void **state);

/* Starts fn with these options (NULL: none), and fails the test if it cannot.
 */
struct tine_task *fixture_start(void **state, tine_fn *fn,
				const struct tine_options *options);

/* The same with an argument. */
struct tine_task *fixture_start_with(void **state, tine_fn *fn, const void *arg,
				     size_t size,
				     const struct tine_options *options);

/* Runs the loop until the task's last note is `note`: it has got that far. */
void fixture_wait_note(struct tine_task *task, const char *note);

/* Waits until the process of a task is dead, without its being reaped. */
void fixture_wait_dead(struct tine_task *task);

/* Waits, at most 10 s, until no process of that pid is left; false: it is. */
int fixture_gone(pid_t pid);

#endif
