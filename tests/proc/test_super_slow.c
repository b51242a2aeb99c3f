/* SPDX-License-Identifier: MIT */
/* test_super_slow.c - a supervisor that does not get to run for a while. */
#include "children.h"
#include "fixture.h"

#include <poll.h>
#include <sys/pidfd.h>
#include <unistd.h>

#define LONG_MS 20000

static struct tine_super *start_super(void **state)
{
	struct tine_super *super = NULL;

	assert_int_equal(tine_super_start(fixture_ctx(state), NULL, &super), 0);
	return super;
}

/* Not waited for: that is up to its supervisor. */
static void kill_and_see_it_end(pid_t pid)
{
	struct pollfd end = { .fd = pidfd_open(pid, 0), .events = POLLIN };

	assert_true(end.fd >= 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(poll(&end, 1, LONG_MS), 1);
	(void)close(end.fd);
}

static void how_a_task_ended_is_known_when_it_was_told(void **state)
{
	struct tine_super *super = start_super(state);
	const struct tine_options options = { .under = super };
	struct tine_task *task = fixture_start(state, child_hang, &options);
	const struct tine_result *result;

	fixture_wait_note(task, "hanging");
	assert_int_equal(kill(tine_super_pid(super), SIGSTOP), 0);
	kill_and_see_it_end(tine_pid(task));
	assert_int_equal(tine_yield(task, 0)->end, TINE_PENDING);
	assert_int_equal(kill(tine_super_pid(super), SIGCONT), 0);
	result = tine_await(task, LONG_MS);
	assert_int_equal(result->end, TINE_CRASHED);
	assert_int_equal(result->code, SIGKILL);
	tine_free(task);
	tine_super_free(super);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(how_a_task_ended_is_known_when_it_was_told),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
