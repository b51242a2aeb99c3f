/* SPDX-License-Identifier: MIT */
/* test_super_guest.c - tasks under a supervisor, their owners, and what else
 * they have to do with it. */
#include "children.h"
#include "family.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS 20000
#define NAME "top"

static const struct tine_super_options top = { .name = NAME };

static struct tine_task *start(void **state, struct tine_super *super,
			       struct act act)
{
	return family_task_act(state, super, act, (struct tine_options){ 0 });
}

/* ---- Callers ------------------------------------------------------------ */

static int tell_callers(struct tine_self *self, const void *arg, size_t size)
{
	pid_t pids[8] = { 0 };
	size_t count = tine_callers(self, pids, 8);

	(void)arg;
	(void)size;
	return tine_send(self, pids, count * sizeof *pids);
}

/* A task of this task, under the supervisor of that name; sends what it sends.
 */
static int relay_callers(struct tine_self *self, const void *arg, size_t size)
{
	struct tine_ctx *ctx = tine_self_ctx(self);
	struct tine_options options = { 0 };
	const struct tine_result *result;
	struct tine_task *task;
	pid_t pid = getpid();

	(void)arg;
	(void)size;
	if (!ctx || tine_super_find(ctx, NAME, &options.under) < 0 ||
	    tine_async(ctx, tell_callers, NULL, 0, &options, &task) < 0)
		return 1;
	result = tine_await(task, LONG_MS);
	if (result->end != TINE_OK)
		return 2;
	(void)tine_send(self, &pid, sizeof pid);
	return tine_send(self, result->data, result->size);
}

static void its_callers_are_known(void **state)
{
	struct tine_super *super = family_start(state, &top);
	struct tine_task *task = family_task(state, super, tell_callers,
					     (struct tine_options){ 0 });
	const struct tine_result *result = tine_await(task, LONG_MS);
	pid_t pid = getpid();

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->size, sizeof pid);
	assert_memory_equal(result->data, &pid, sizeof pid);
	tine_free(task);
	tine_super_free(super);
}

static void so_are_those_of_a_task_of_a_task(void **state)
{
	struct tine_super *super = family_start(state, &top);

	for (int i = 0; i < 2; i++) {
		struct tine_task *task =
			family_task(state, i ? super : NULL, relay_callers,
				    (struct tine_options){ 0 });
		const struct tine_result *result = tine_await(task, LONG_MS);
		pid_t pids[3] = { 0 };

		assert_int_equal(result->end, TINE_OK);
		assert_int_equal(result->size, sizeof pids);
		memcpy(pids, result->data, sizeof pids);
		assert_int_equal(pids[0], result->pid);
		assert_int_equal(pids[1], result->pid);
		assert_int_equal(pids[2], getpid());
		tine_free(task);
	}
	tine_super_free(super);
}

/* ---- The supervisor has its say ----------------------------------------- */

static void when_it_is_full_nothing_starts(void **state)
{
	const struct tine_super_options options = { .max_children = 1 };
	struct tine_super *super = family_start(state, &options);
	struct tine_options under = { .under = super };
	struct tine_task *task =
		start(state, super, (struct act){ ACT_GATE, 1, 0 });
	struct tine_task *other = NULL;

	assert_int_equal(tine_async(fixture_ctx(state), child_nothing, NULL, 0,
				    &under, &other),
			 TINE_EFULL);
	assert_null(other);
	assert_string_equal(family_list(super), "#1");
	act_open_gate(0);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
	other = start(state, super, (struct act)SEND(1));
	assert_int_equal(tine_await(other, LONG_MS)->end, TINE_OK);
	tine_free(task);
	tine_free(other);
	tine_super_free(super);
}

static enum tine_end end_by_the_supervisor(void **state, tine_fn *fn,
					   const char *note, bool terminate)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_options options = {
		.grace_ms = fn == child_stubborn ? 50 : LONG_MS,
	};
	struct tine_task *task = family_task(state, super, fn, options);
	enum tine_end end;

	fixture_wait_note(task, note);
	if (terminate)
		assert_int_equal(tine_terminate_child(super, "#1"), 0);
	else
		assert_int_equal(tine_super_stop(super, LONG_MS), 0);
	end = tine_await(task, LONG_MS)->end;
	tine_free(task);
	tine_super_free(super);
	return end;
}

static void who_is_stopped_by_the_supervisor_did_not_crash(void **state)
{
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			end_by_the_supervisor(state, child_hang, "hanging", i),
			TINE_SHUTDOWN);
		assert_int_equal(end_by_the_supervisor(state, child_stubborn,
						       "stubborn", i),
				 TINE_KILLED);
		assert_int_equal(
			end_by_the_supervisor(state, child_polite, "polite", i),
			TINE_OK);
	}
}

static void without_it_no_task_starts(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_options under = { .under = super };
	struct tine_task *task =
		start(state, super, (struct act){ ACT_HANG, 1, 0 });
	struct tine_task *other = NULL;

	act_wait(&act_memory->runs[0], 1);
	assert_int_equal(kill(tine_super_pid(super), SIGKILL), 0);
	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_LOST);
	family_wait_end();
	assert_int_equal(family_seen.end, TINE_CRASHED);
	assert_int_equal(tine_async(fixture_ctx(state), child_nothing, NULL, 0,
				    &under, &other),
			 TINE_EGONE);
	assert_null(other);
	tine_free(task);
	tine_super_free(super);
}

static void a_task_may_keep_its_handle_longer_than_we_do(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task =
		start(state, super, (struct act){ ACT_HANG, 1, 0 });
	enum tine_end end;

	tine_super_free(super);
	end = tine_await(task, LONG_MS)->end;
	assert_true(end == TINE_LOST || end == TINE_SHUTDOWN);
	tine_free(task);
}

/* ---- What a task does there --------------------------------------------- */

static const struct act hang = { ACT_HANG, 0, 5 };

static int start_child_and_leave(struct tine_self *self, const void *arg,
				 size_t size)
{
	struct tine_ctx *ctx = tine_self_ctx(self);
	struct tine_child child = family_act("a", &hang);
	struct tine_super *super;

	(void)arg;
	(void)size;
	if (!ctx || tine_super_find(ctx, NAME, &super) < 0)
		return 1;
	if (tine_start_child(super, &child) < 0)
		return 2;
	tine_super_free(super);
	return 0;
}

static void a_child_outlives_the_task_that_started_it(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct tine_super *super = family_start(state, &top);
		struct tine_task *task = family_task(
			state, i ? super : NULL, start_child_and_leave,
			(struct tine_options){ 0 });

		assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
		tine_free(task);
		assert_string_equal(family_list(super), "a");
		tine_super_free(super);
	}
}

/* Goes on until it is asked to stop, and says so. */
static int linger(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	while (!tine_stopping(self)) {
		act_raise(&act_memory->runs[5]);
		(void)usleep(1000);
	}
	return 0;
}

/* Owns a task under the supervisor, linked to it or not, and is killed. */
static int own_and_fall(struct tine_self *self, const void *arg, size_t size)
{
	struct tine_ctx *ctx = tine_self_ctx(self);
	struct tine_options options = { 0 };
	struct tine_task *task;

	(void)size;
	memcpy(&options.nolink, arg, sizeof options.nolink);
	if (!ctx || tine_super_find(ctx, NAME, &options.under) < 0 ||
	    tine_async(ctx, options.nolink ? linger : act_run, &hang,
		       sizeof hang, &options, &task) < 0)
		return 1;
	act_wait(&act_memory->runs[5], 1);
	return kill(getpid(), SIGKILL);
}

static void check_owned(void **state, bool nolink)
{
	struct tine_super *super = family_start(state, &top);
	struct tine_task *task = fixture_start_with(
		state, own_and_fall, &nolink, sizeof nolink, NULL);

	assert_int_equal(tine_await(task, LONG_MS)->end, TINE_CRASHED);
	tine_free(task);
	if (nolink) {
		act_wait(&act_memory->runs[5],
			 atomic_load(&act_memory->runs[5]) + 3);
		assert_string_equal(family_list(super), "#1");
		assert_int_equal(tine_terminate_child(super, "#1"), 0);
		family_expect("top/#1 up, top/#1 ok");
	} else {
		family_expect("top/#1 up, top/#1 killed");
	}
	assert_string_equal(family_list(super), "");
	tine_super_free(super);
}

static void a_task_ends_with_its_owner_if_it_is_linked(void **state)
{
	check_owned(state, false);
	check_owned(state, true);
}

/* ---- What it leaves behind ---------------------------------------------- */

static _Noreturn void begin_anew(void)
{
	(void)setsid();
	if (fork() == 0) {
		atomic_store(&act_memory->pids[7], getpid());
		act_raise(&act_memory->runs[7]);
		for (;;)
			(void)pause();
	}
	_exit(0);
}

static int leave_daemon(struct tine_self *self, const void *arg, size_t size)
{
	pid_t pid = fork();

	(void)self;
	(void)arg;
	(void)size;
	if (pid == 0)
		begin_anew();
	(void)waitpid(pid, NULL, 0);
	act_wait(&act_memory->runs[7], 1);
	return 0;
}

static void what_it_left_behind_ends_and_is_counted(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_task *task = family_task(state, super, leave_daemon,
					     (struct tine_options){ 0 });
	const struct tine_result *result = tine_await(task, LONG_MS);

	assert_int_equal(result->end, TINE_OK);
	assert_int_equal(result->adopted, 1);
	assert_true(fixture_gone(atomic_load(&act_memory->pids[7])));
	tine_free(task);
	tine_super_free(super);
}

static void that_of_a_child_is_counted_too(void **state)
{
	const struct tine_child child = { .id = "a", .fn = leave_daemon };
	struct tine_super *super = family_start(state, NULL);

	assert_int_equal(tine_start_child(super, &child), 0);
	family_expect("a up, a ok");
	assert_int_equal(family_seen.last_adopted, 1);
	assert_true(fixture_gone(atomic_load(&act_memory->pids[7])));
	tine_super_free(super);
}

/* ---- What the program did meanwhile ------------------------------------- */

/* Of a library that nothing here needs. */
static void what_was_loaded_later_is_refused(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	struct tine_options under = { .under = super };
	struct tine_child child = { .id = "a" };
	struct tine_task *task = NULL;
	void *library;

	if (dlopen("libresolv.so.2", RTLD_LAZY | RTLD_NOLOAD))
		skip();
	library = dlopen("libresolv.so.2", RTLD_LAZY);
	if (!library)
		skip();
	child.fn = (tine_fn *)(uintptr_t)dlsym(library, "ns_initparse");
	assert_non_null(child.fn);
	assert_int_equal(tine_async(fixture_ctx(state), child.fn, NULL, 0,
				    &under, &task),
			 TINE_EUSAGE);
	assert_int_equal(tine_start_child(super, &child), TINE_EUSAGE);
	assert_null(task);
	assert_string_equal(family_list(super), "");
	tine_super_free(super);
	(void)dlclose(library);
}

static void *keep_locking(void *stop)
{
	while (!atomic_load((_Atomic bool *)stop))
		free(malloc(100000));
	return NULL;
}

static int use_memory(struct tine_self *self, const void *arg, size_t size)
{
	char *memory = malloc(200000);
	int error = tine_send(self, memory ? "good" : "none", 4);

	(void)arg;
	(void)size;
	free(memory);
	return error;
}

static void threads_of_the_program_do_not_matter(void **state)
{
	struct tine_super *super = family_start(state, NULL);
	_Atomic bool stop = false;
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, keep_locking, &stop),
			0);
	for (int i = 0; i < 50; i++) {
		struct tine_task *task = family_task(
			state, super, use_memory, (struct tine_options){ 0 });

		assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
		tine_free(task);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < 2; i++)
		(void)pthread_join(threads[i], NULL);
	tine_super_free(super);
}

/* ---- Spares ------------------------------------------------------------- */

static void kill_children_of(pid_t parent)
{
	char path[64];
	FILE *list;
	int pid;

	(void)snprintf(path, sizeof path, "/proc/%d/task/%d/children",
		       (int)parent, (int)parent);
	list = fopen(path, "r");
	while (list && fscanf(list, "%d", &pid) == 1)
		assert_true(kill(pid, SIGKILL) < 0 || fixture_gone(pid));
	if (list)
		(void)fclose(list);
}

static void spares_that_were_killed_are_not_missed(void **state)
{
	struct tine_super *super = family_start(state, NULL);

	for (int i = 0; i < 20; i++) {
		struct tine_task *task;

		kill_children_of(tine_super_pid(super));
		task = start(state, super, (struct act)SEND(1));
		assert_int_equal(tine_await(task, LONG_MS)->end, TINE_OK);
		tine_free(task);
	}
	tine_super_free(super);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAMILY_TESTS(its_callers_are_known),
		FAMILY_TESTS(so_are_those_of_a_task_of_a_task),
		FAMILY_TESTS(when_it_is_full_nothing_starts),
		FAMILY_TESTS(who_is_stopped_by_the_supervisor_did_not_crash),
		FAMILY_TESTS(without_it_no_task_starts),
		FAMILY_TESTS(a_task_may_keep_its_handle_longer_than_we_do),
		FAMILY_TESTS(a_child_outlives_the_task_that_started_it),
		FAMILY_TESTS(a_task_ends_with_its_owner_if_it_is_linked),
		FAMILY_TESTS(what_it_left_behind_ends_and_is_counted),
		FAMILY_TEST(that_of_a_child_is_counted_too),
		FAMILY_TESTS(what_was_loaded_later_is_refused),
		FAMILY_TESTS(threads_of_the_program_do_not_matter),
		FAMILY_TESTS(spares_that_were_killed_are_not_missed),
	};

	fixture_user();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
