/* SPDX-License-Identifier: MIT */
/*
 * test_fault.c - each call of the system fails once, everywhere.
 *
 * A scene is a few tasks, from the making of their context to its end. It is
 * played again and again, and each time another call, the first, the second,
 * the third, fails in another way, until no call is left. Whatever fails, a
 * function says so by a code that it is documented to return, or nobody
 * notices; what ended is told as it was, or as lost, never otherwise; and
 * when all is over the process is as it was before (play.h).
 */
#include "children.h"
#include "fault.h"
#include "fixture.h"
#include "play.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctx.h"

#define LARGE 100000
#define LOUD 70000 /* more than a pipe holds */
#define MARGIN 2   /* bytes around what is large, in "pieces" */

/* ---- Children ---------------------------------------------------------- */

static struct {
	_Atomic int tries;
	_Atomic int fate;
} * shared; /* with all processes */

static int fail_once(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	if (atomic_fetch_add(&shared->tries, 1) > 0)
		return tine_send(self, "second", 6);
	(void)tine_send(self, "first", 5);
	return tine_fail(self, 3, "not yet");
}

static int send_pieces(struct tine_self *self, const void *arg, size_t size)
{
	int error = tine_send(self, "<<", MARGIN);

	if (error == 0)
		error = child_big(self, arg, size);
	return error ? error : tine_send(self, ">>", MARGIN);
}

static int cry(struct tine_self *self, const void *arg, size_t size)
{
	char line[1000];

	(void)self;
	(void)arg;
	(void)size;
	memset(line, 'x', sizeof line);
	for (size_t left = LOUD; left > 0;) {
		ssize_t wrote = write(STDERR_FILENO, line,
				      left < sizeof line ? left : sizeof line);

		if (wrote > 0)
			left -= (size_t)wrote;
		else if (errno != EINTR)
			return 1;
	}
	return 0;
}

static int crash_on_page_7(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	tine_note(self, "page 7");
	return raise(SIGABRT);
}

static int get_killed(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	return raise(SIGKILL);
}

/* ---- Roles: who plays, and how it ends --------------------------------- */

struct role {
	const char *name;
	tine_fn *fn;
	const void *arg;
	size_t size;
	struct tine_options options;
	enum tine_end end;
	int code;
	bool (*right)(const struct tine_result *result);
	/* What else it may be, beside lost, if something failed. */
	bool (*other)(const struct tine_result *result);
};

static bool is_pattern(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != i % 251)
			return false;
	return true;
}

static bool is_text(const struct tine_result *result, const char *text)
{
	return result->size == strlen(text) &&
	       memcmp(result->data, text, result->size) == 0;
}

static bool is_value(const struct tine_result *result)
{
	return is_text(result, "value");
}

static bool is_bye(const struct tine_result *result)
{
	return is_text(result, "bye");
}

static bool is_large(const struct tine_result *result)
{
	return result->size == LARGE && is_pattern(result->data, LARGE);
}

static bool is_in_pieces(const struct tine_result *result)
{
	const unsigned char *bytes = result->data;

	return result->size == LARGE + 2 * MARGIN &&
	       memcmp(bytes, "<<", MARGIN) == 0 &&
	       is_pattern(bytes + MARGIN, LARGE) &&
	       memcmp(bytes + MARGIN + LARGE, ">>", MARGIN) == 0;
}

static bool is_at_page_7(const struct tine_result *result)
{
	return strcmp(result->note, "page 7") == 0;
}

static bool is_loud(const struct tine_result *result)
{
	size_t kept = strlen(result->output);

	return strspn(result->output, "x") == kept &&
	       result->output_dropped + kept == LOUD;
}

static bool is_second(const struct tine_result *result)
{
	return result->attempts == 2 && is_text(result, "second");
}

static bool is_first(const struct tine_result *result)
{
	return result->end == TINE_FAILED && result->code == 3 &&
	       result->attempts == 1 && is_text(result, "first") &&
	       strcmp(result->message, "not yet") == 0;
}

static bool is_killed(const struct tine_result *result)
{
	return result->end == TINE_KILLED && result->code == SIGKILL;
}

/* What cannot be looked at is not believed to be sealed. */
static bool is_refused(const struct tine_result *result)
{
	return result->end == TINE_GARBLED && strstr(fault_text(), "fstat");
}

static bool is_empty(const struct tine_result *result)
{
	return result->size == 0;
}

static const size_t large = LARGE;

static const struct role value = { .name = "value",
				   .fn = child_echo,
				   .arg = "value",
				   .size = 5,
				   .right = is_value };
static const struct role big = { .name = "large",
				 .fn = child_big,
				 .arg = &large,
				 .size = sizeof large,
				 .right = is_large,
				 .other = is_refused };
static const struct role pieces = { .name = "pieces",
				    .fn = send_pieces,
				    .arg = &large,
				    .size = sizeof large,
				    .right = is_in_pieces,
				    .other = is_refused };
static const struct role crash = { .name = "crash",
				   .fn = crash_on_page_7,
				   .end = TINE_CRASHED,
				   .code = SIGABRT,
				   .right = is_at_page_7 };
static const struct role victim = { .name = "victim",
				    .fn = get_killed,
				    .end = TINE_CRASHED,
				    .code = SIGKILL,
				    .right = is_empty };
static const struct role linked = { .name = "linked",
				    .fn = child_hang,
				    .end = TINE_KILLED,
				    .code = SIGTERM,
				    .right = is_empty };
static const struct role loud = { .name = "loud",
				  .fn = cry,
				  .options = { .capture = true },
				  .right = is_loud };
static const struct role retried = { .name = "retried",
				     .fn = fail_once,
				     .arg = "again",
				     .size = 5,
				     .options = { .retry = { .attempts = 2,
							     .backoff_ms = 1 },
						  .keep_fds = (int[]){ 2 },
						  .keep_count = 1 },
				     .right = is_second,
				     .other = is_first };
static const struct role slow = { .name = "slow",
				  .fn = child_hang,
				  .options = { .timeout_ms = 5 },
				  .end = TINE_TIMEOUT,
				  .code = SIGTERM,
				  .right = is_empty };
static const struct role polite = { .name = "polite",
				    .fn = child_polite,
				    .right = is_bye,
				    .other = is_killed };
static const struct role stubborn = { .name = "stubborn",
				      .fn = child_stubborn,
				      .end = TINE_KILLED,
				      .code = SIGKILL,
				      .right = is_empty };
static const struct role hanging = { .name = "hanging", .fn = child_hang };

/* ---- Players ----------------------------------------------------------- */

#define CAST 4

struct player {
	const struct role *role;
	struct tine_task *task; /* NULL: it could not be started */
	int told;               /* of its end, by on_end */
	int down;               /* and by monitors */
};

static struct player cast[CAST];
static size_t players;

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	struct player *player = user;

	(void)task;
	(void)result;
	player->told++;
}

static void on_down(struct tine_task *task, const struct tine_result *result,
		    void *user)
{
	struct player *player = user;

	(void)task;
	(void)result;
	player->down++;
}

static struct player *enter(struct tine_ctx *ctx, const struct role *role)
{
	struct player *player = &cast[players++];
	struct tine_options options = role->options;

	play_watch(role->name);
	*player = (struct player){ .role = role };
	options.on_end = on_end;
	options.user = player;
	play_check_start(tine_async(ctx, role->fn, role->arg, role->size,
				    &options, &player->task));
	return player;
}

/* Not told, because its status was taken: then it has no code. */
static bool is_right_code(const struct role *role,
			  const struct tine_result *result)
{
	return result->code == role->code ||
	       (fault_shows() && result->code == 0);
}

static void check_end(const struct player *player,
		      const struct tine_result *result)
{
	const struct role *role = player->role;

	play_watch(role->name);
	assert_true(result->message[0] != '\0');
	assert_int_equal(player->told, 1);
	if (result->end == role->end && role->right(result)) {
		assert_true(is_right_code(role, result));
		return;
	}
	play_deviate();
	if (!role->other || !role->other(result))
		assert_string_equal(tine_end_name(result->end), "lost");
}

static void check_await(const struct player *player)
{
	if (player->task)
		check_end(player, tine_await(player->task, TINE_FOREVER));
}

/* ---- Scenes ------------------------------------------------------------ */

static void results_come_home(struct tine_ctx *ctx)
{
	const struct role *const roles[] = { &value, &big, &pieces };
	const struct tine_yield_options options = { .timeout_ms =
							    TINE_FOREVER };
	const struct tine_result *results[3];
	struct tine_task *tasks[3];
	size_t count = 0;
	int ended;

	for (size_t i = 0; i < 3; i++) {
		tasks[count] = enter(ctx, roles[i])->task;
		count += tasks[count] != NULL;
	}
	ended = tine_yield_many(tasks, count, &options, results);
	assert_true(ended == (int)count || fault_shows());
	play_watch("tine_yield_many");
	play_check_start(ended < 0 ? ended : 0);
	for (size_t i = 0, at = 0; i < 3; i++)
		if (cast[i].task && ended >= 0)
			check_end(&cast[i], results[at++]);
		else
			check_await(&cast[i]);
	play_watch("completed");
	cast[players] = (struct player){ NULL };
	play_check_start(
		tine_completed(ctx, "known", 5, &cast[players++].task));
}

static struct tine_monitor *watch(struct player *player)
{
	struct tine_monitor *monitor = NULL;
	int error = player->task ? tine_monitor(player->task, on_down, player,
						&monitor)
				 : 0;

	play_watch("monitor");
	play_check_start(error);
	assert_true(error == 0 || error == TINE_ENOMEM);
	return monitor;
}

/* Nothing would end it. */
static void dismiss(struct player *player)
{
	tine_free(player->task);
	player->task = NULL;
}

static void bad_ends_are_told(struct tine_ctx *ctx)
{
	struct player *fallen = enter(ctx, &victim);
	struct player *other = enter(ctx, &linked);
	struct player *noisy = enter(ctx, &loud);
	struct tine_monitor *first = watch(fallen), *late;
	int error = fallen->task && other->task
			    ? tine_link(fallen->task, other->task)
			    : TINE_ENOMEM;

	if (fallen->task && other->task)
		play_check_start(error);
	play_watch("run");
	if (error < 0)
		dismiss(other);
	assert_int_equal(tine_run(ctx), 0);
	check_await(fallen);
	assert_int_equal(fallen->down, first != NULL);
	check_await(other);
	check_await(noisy);
	late = watch(noisy);
	assert_int_equal(tine_run(ctx), 0);
	assert_int_equal(noisy->down, late != NULL);
	tine_demonitor(first);
}

static void there_is_a_second_chance(struct tine_ctx *ctx)
{
	struct player *again, *late;

	atomic_store(&shared->tries, 0);
	again = enter(ctx, &retried);
	late = enter(ctx, &slow);
	check_await(again);
	check_await(late);
}

/* Returns its result if it ended instead. */
static const struct tine_result *wait_note(const struct player *player)
{
	const struct tine_result *result;

	do
		result = tine_yield(player->task, 1);
	while (result->end == TINE_PENDING &&
	       strcmp(result->note, player->role->name) != 0);
	return result;
}

static void shut_down(struct player *player, int64_t grace_ms)
{
	const struct tine_result *result;

	play_watch(player->role->name);
	if (!player->task)
		return;
	result = wait_note(player);
	if (result->end == TINE_PENDING)
		result = tine_shutdown(player->task, grace_ms);
	check_end(player, result);
}

/* One of those that hang is freed before the context, one behind it. */
static void who_is_asked_to_stop_stops(struct tine_ctx *ctx)
{
	struct player *gentle = enter(ctx, &polite);
	struct player *hard = enter(ctx, &stubborn);

	(void)enter(ctx, &hanging);
	(void)enter(ctx, &hanging);
	shut_down(gentle, 2000);
	shut_down(hard, 5);
}

/* Its stack is read by libdw, which takes its time: so it comes alone. */
static void a_crash_is_told(struct tine_ctx *ctx)
{
	check_await(enter(ctx, &crash));
}

static void little_happens(struct tine_ctx *ctx)
{
	check_await(enter(ctx, &value));
	check_await(enter(ctx, &loud));
}

/* ---- Leaving ----------------------------------------------------------- */

static void free_half(size_t from)
{
	for (size_t i = from; i < players; i += 2)
		tine_free(cast[i].task);
}

/* Frees what was started, half of it before the context. */
static void leave(struct tine_ctx *ctx)
{
	free_half(0);
	tine_ctx_free(ctx);
	free_half(1);
	players = 0;
}

/* ---- A program that dies ----------------------------------------------- */

#define GONE_MS 10000 /* only who lives on takes so long */

static int life[2]; /* a pipe: who is alive has its writing end */

static struct tine_task *hold(struct tine_ctx *ctx)
{
	const struct tine_options options = { .keep_fds = &life[1],
					      .keep_count = 1 };
	struct tine_task *task = NULL;

	(void)tine_async(ctx, child_stubborn, NULL, 0, &options, &task);
	return task;
}

static void nobody_outlives_the_program(struct tine_ctx *ctx)
{
	(void)hold(ctx);
	(void)hold(ctx);
}

/* The new one has to hear of who lives already; the next task at the latest
 * brings it. */
static void a_killed_warden_is_replaced(struct tine_ctx *ctx)
{
	struct tine_task *task = hold(ctx);
	pid_t warden = ctx->warden.pid;

	if (task && warden > 1)
		(void)syscall(SYS_kill, warden, SIGKILL);
	while (task && ctx->warden.pid == warden)
		if (tine_yield(task, 1)->end != TINE_PENDING)
			break;
	(void)hold(ctx);
}

static _Noreturn void live_and_die(const struct scene *scene)
{
	struct tine_ctx *ctx;

	(void)alarm(PLAY_SECONDS);
	(void)setenv("TINE_GUARD", "warden", 1);
	if (tine_ctx_new(NULL, &ctx) < 0)
		_exit(1);
	play_arm();
	scene->play(ctx);
	atomic_store(&shared->fate, (int)fault_disarm());
	(void)raise(SIGKILL);
	_exit(1);
}

static enum fault_fate play_to_death(const struct scene *scene,
				     const struct fault_at *at)
{
	struct pollfd end = { .events = POLLIN };
	int status = 0;
	pid_t program;
	char byte;

	play_begin(at);
	assert_int_equal(pipe(life), 0);
	program = fork();
	if (program == 0)
		live_and_die(scene);
	(void)close(life[1]);
	assert_int_equal(waitpid(program, &status, 0), program);
	assert_int_equal(WIFSIGNALED(status) ? WTERMSIG(status) : 0, SIGKILL);
	end.fd = life[0];
	assert_int_equal(poll(&end, 1, GONE_MS), 1);
	assert_int_equal(read(life[0], &byte, 1), 0);
	(void)close(life[0]);
	return play_count((enum fault_fate)atomic_load(&shared->fate));
}

/* ---- Tests ------------------------------------------------------------- */

static int stdio[3];
static struct ev_loop *default_loop;

/* The loops of the fixture and of the context take two of its numbers, since
 * libev knows no better; the third is offered for every other descriptor. */
static int take_stdio(void **state)
{
	(void)state;
	for (int fd = 0; fd < 3; fd++) {
		stdio[fd] = fcntl(fd, F_DUPFD, 10);
		(void)close(fd);
	}
	return 0;
}

static int give_stdio_back(void **state)
{
	for (int fd = 0; fd < 3; fd++) {
		(void)dup2(stdio[fd], fd);
		(void)close(stdio[fd]);
	}
	return play_report(state);
}

static int take_default_loop(void **state)
{
	(void)state;
	default_loop = ev_default_loop(0);
	play_set_loop(default_loop);
	return default_loop ? 0 : -1;
}

static int give_default_loop_back(void **state)
{
	ev_loop_destroy(default_loop);
	play_set_loop(NULL);
	return play_report(state);
}

static void in_crumbs_every_scene_is_the_same(void **state)
{
	const struct scene scenes[] = {
		{ results_come_home, leave },
		{ bad_ends_are_told, leave },
		{ there_is_a_second_chance, leave },
		{ who_is_asked_to_stop_stops, leave },
	};
	const struct fault_at crumbs = { .crumbs = true };

	(void)state;
	for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++)
		(void)play_once(&scenes[i], &crumbs);
	play_passed();
}

static void in_crumbs_every_size_comes_home(void **state)
{
	static const size_t sizes[] = {
		0, 1, 15, 16, 17, 255, 256, 4096, 10000
	};

	fault_crumble(true);
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct tine_task *task;
		const struct tine_result *result;

		play_watch("size");
		task = fixture_start_with(state, child_big, &sizes[i],
					  sizeof sizes[i], NULL);
		result = tine_await(task, TINE_FOREVER);
		assert_int_equal(result->end, TINE_OK);
		assert_int_equal(result->size, sizes[i]);
		assert_true(is_pattern(result->data, result->size));
		tine_free(task);
	}
	play_passed();
}

static int crumbling_teardown(void **state)
{
	(void)play_report(state);
	return fixture_teardown(state);
}

#define SCENE(act) \
	WHATEVER_FAILS(#act, play_once, act, leave, NULL, play_report)
#define DEATH(act) \
	WHATEVER_FAILS(#act, play_to_death, act, leave, NULL, play_report)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(results_come_home),
		SCENE(bad_ends_are_told),
		SCENE(a_crash_is_told),
		SCENE(there_is_a_second_chance),
		SCENE(who_is_asked_to_stop_stops),
		WHATEVER_FAILS("stdio_is_not_touched", play_once,
			       little_happens, leave, take_stdio,
			       give_stdio_back),
		WHATEVER_FAILS("it_works_on_libevs_default_loop", play_once,
			       results_come_home, leave, take_default_loop,
			       give_default_loop_back),
		DEATH(nobody_outlives_the_program),
		DEATH(a_killed_warden_is_replaced),
		cmocka_unit_test_teardown(in_crumbs_every_scene_is_the_same,
					  play_report),
		cmocka_unit_test_setup_teardown(in_crumbs_every_size_comes_home,
						fixture_setup,
						crumbling_teardown),
	};
	int failed;

	fixture_user();
	play_open(3);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 99;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	play_close();
	return failed;
}
