/* SPDX-License-Identifier: MIT */
/*
 * test_fault_stream.c - each call of the system fails once, everywhere, also
 * where a stream makes it.
 *
 * A scene is a stream of a few items, played until each call has failed
 * (play.h). Whatever fails, the stream has an error that is documented, or an
 * item is lost, or nobody notices; each item is told of once, as it was; the
 * source is closed once; and nothing is left.
 */
#include "fault.h"
#include "fixture.h"
#include "play.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define KIB ((size_t)1024)
#define INLINE 5          /* bytes of a result that stand in its record, */
#define OUTSIDE 100       /* and in a ring, outside of the record */
#define LARGE (300 * KIB) /* what hoards keep */
#define IN_A_FILE (5 * KIB * KIB) /* no ring has room for it */
#define BULKY (600 * KIB)         /* an item that no pool's ring has room for */

#define ITEMS_MOST 8
#define SOURCE_BROKE (-77)
#define ANOTHER_ITEM 9 /* the code of a child that got one */

/* ---- Children ---------------------------------------------------------- */

/* A fork need not copy the tables of what is shared. */
static struct {
	_Atomic unsigned runs[ITEMS_MOST]; /* how often each was begun */
	unsigned char pattern[IN_A_FILE];
} * shared; /* with all processes */

struct role;

/* An item: what is behind it is the pattern, `bulk` bytes of it. */
struct order {
	const struct role *role;
	size_t number;
};

typedef int act(struct tine_self *self, const struct role *role, unsigned runs);

/* How an item is done, and how it ends. */
struct role {
	const char *name;
	act *act;
	size_t bulk;
	size_t sends; /* bytes of the pattern */
	enum tine_end end;
	int code;
	unsigned attempts; /* 0: one */
	const char *note, *message;
	/* What else it may be, beside lost, if something failed. */
	bool (*other)(const struct tine_result *result);
};

static int act_send(struct tine_self *self, const struct role *role,
		    unsigned runs)
{
	(void)runs;
	if (role->note)
		tine_note(self, "%s", role->note);
	return tine_send(self, shared->pattern, role->sends);
}

static int act_die(struct tine_self *self, const struct role *role,
		   unsigned runs)
{
	(void)act_send(self, role, runs);
	return raise(role->code);
}

static int act_fail(struct tine_self *self, const struct role *role,
		    unsigned runs)
{
	(void)runs;
	return tine_fail(self, role->code, "%s", role->message);
}

static int act_fail_once(struct tine_self *self, const struct role *role,
			 unsigned runs)
{
	if (runs > 1)
		return act_send(self, role, runs);
	(void)tine_send(self, "first", 5);
	return tine_fail(self, 4, "not yet");
}

static int act_hang(struct tine_self *self, const struct role *role,
		    unsigned runs)
{
	(void)self;
	(void)role;
	(void)runs;
	while (pause() < 0)
		;
	return 0;
}

static int perform(struct tine_self *self, const void *arg, size_t size)
{
	struct order order;

	memcpy(&order, arg, sizeof order);
	if (size != sizeof order + order.role->bulk ||
	    memcmp((const char *)arg + sizeof order, shared->pattern,
		   order.role->bulk) != 0)
		return tine_fail(self, ANOTHER_ITEM, "the item is another one");
	return order.role->act(
		self, order.role,
		atomic_fetch_add(&shared->runs[order.number], 1) + 1);
}

/* ---- Roles ------------------------------------------------------------- */

/* There could be no other attempt. */
static bool is_last(const struct tine_result *result)
{
	return result->end == TINE_FAILED && result->code == 4 &&
	       result->attempts == 1;
}

/* There may have been no memory for its words, either. */
static bool is_first(const struct tine_result *result)
{
	return is_last(result) && result->size == 5 &&
	       memcmp(result->data, "first", 5) == 0 &&
	       (strcmp(result->message, "not yet") == 0 ||
		strcmp(result->message, "failed") == 0);
}

/* What cannot be looked at is not believed to be sealed. */
static bool is_refused(const struct tine_result *result)
{
	return result->end == TINE_GARBLED &&
	       (strstr(fault_text(), "fstat") ||
		strstr(fault_text(), "from then on"));
}

static const struct role value = { .name = "value",
				   .act = act_send,
				   .sends = INLINE };
static const struct role outside = { .name = "outside",
				     .act = act_send,
				     .sends = OUTSIDE };
static const struct role large = {
	.name = "large", .act = act_send, .sends = LARGE, .other = is_refused
};
static const struct role file = {
	.name = "file", .act = act_send, .sends = IN_A_FILE, .other = is_refused
};
static const struct role bulky = {
	.name = "bulky", .act = act_send, .bulk = BULKY, .sends = INLINE
};
static const struct role noted = {
	.name = "noted", .act = act_send, .sends = INLINE, .note = "page 7"
};
static const struct role victim = { .name = "victim",
				    .act = act_die,
				    .sends = OUTSIDE,
				    .end = TINE_CRASHED,
				    .code = SIGKILL,
				    .note = "page 8" };
static const struct role failing = { .name = "failing",
				     .act = act_fail,
				     .end = TINE_FAILED,
				     .code = 3,
				     .message = "not at all" };
static const struct role hopeless = { .name = "hopeless",
				      .act = act_fail,
				      .end = TINE_FAILED,
				      .code = 4,
				      .attempts = 2,
				      .message = "never",
				      .other = is_last };
static const struct role retried = { .name = "retried",
				     .act = act_fail_once,
				     .sends = OUTSIDE,
				     .attempts = 2,
				     .other = is_first };
static const struct role slow = {
	.name = "slow", .act = act_hang, .end = TINE_TIMEOUT, .code = SIGTERM
};
static const struct role hanging = { .name = "hanging", .act = act_hang };

/* ---- The line: the items of a stream, and what became of them ---------- */

static struct {
	const struct role *const *roles;
	size_t count;
	int error; /* what the stream has at its end, if nothing fails */
	bool ordered;
	struct tine_stream *stream;
	unsigned opened, closed, done; /* so often */
	size_t pulled, told, behind;   /* the last one that was told, and 1 */
	bool heard[ITEMS_MOST];
	struct {
		struct order order;
		unsigned char bulk[BULKY];
	} item;
} line;

static void line_up(const struct role *const *roles, size_t count)
{
	memset(&line, 0, offsetof(__typeof__(line), item));
	memset(shared->runs, 0, sizeof shared->runs);
	line.roles = roles;
	line.count = count;
	line.ordered = true;
}

#define LINE_UP(...)                                           \
	line_up((const struct role *const[]){ __VA_ARGS__ },   \
		sizeof(const struct role *[]){ __VA_ARGS__ } / \
			sizeof(const struct role *))

/* Each item stands where the one before did. */
static int line_next(void *state, const void **item, size_t *size)
{
	const struct role *role;

	(void)state;
	assert_int_equal(line.closed, 0);
	if (line.pulled == line.count)
		return line.error == SOURCE_BROKE ? line.error : 0;
	role = line.roles[line.pulled];
	line.item.order = (struct order){ role, line.pulled++ };
	memcpy(line.item.bulk, shared->pattern, role->bulk);
	*item = &line.item;
	*size = sizeof line.item.order + role->bulk;
	return 1;
}

static void line_close(void *state)
{
	(void)state;
	line.closed++;
	memset(&line.item, 0, sizeof line.item);
}

static bool line_open(struct tine_ctx *ctx,
		      const struct tine_stream_options *options)
{
	const struct tine_source source = { line_next, line_close, NULL };
	int error;

	play_watch("tine_stream_open");
	line.opened++;
	error = tine_stream_open(ctx, perform, source, options, &line.stream);
	play_check_start(error);
	assert_true(error == 0 || error == TINE_ENOMEM);
	return error == 0;
}

static void check_input(const struct role *role,
			const struct tine_result *result)
{
	const struct order *order = result->input;

	assert_int_equal(result->input_size, sizeof *order + role->bulk);
	assert_ptr_equal(order->role, role);
	assert_int_equal(order->number, result->index);
	assert_memory_equal(order + 1, shared->pattern, role->bulk);
}

/* Not told, because its status was taken: then it has no code. */
static bool is_right(const struct role *role, const struct tine_result *result)
{
	return result->end == role->end &&
	       (result->code == role->code ||
		(fault_shows() && result->code == 0)) &&
	       result->attempts == (role->attempts ? role->attempts : 1) &&
	       result->size == role->sends &&
	       (role->sends == 0 ||
		memcmp(result->data, shared->pattern, role->sends) == 0);
}

static bool has_its_words(const struct role *role,
			  const struct tine_result *result)
{
	return strcmp(result->note, role->note ? role->note : "") == 0 &&
	       (!role->message || strcmp(result->message, role->message) == 0);
}

/* One that is busy is only so for a moment. */
static bool cannot_be_sealed(void)
{
	return strstr(fault_text(), "F_ADD_SEALS") &&
	       !strstr(fault_text(), "EBUSY");
}

/* A child says that it failed, or what it did is worth nothing; but nothing is
 * said to be OK that is not. What failed may have been tried again. What is not
 * sealed is garbled; and a file whose end cannot be found, or that takes no
 * more bytes, gets none.
 */
static void check_of_child(const struct role *role,
			   const struct tine_result *result)
{
	assert_true(fault_shows() || cannot_be_sealed() ||
		    strstr(fault_text(), "lseek") ||
		    strstr(fault_text(), "write"));
	if (result->end == TINE_FAILED)
		assert_int_not_equal(result->code, ANOTHER_ITEM);
	else if (result->end == TINE_OK)
		assert_true(result->attempts == 2 &&
			    result->size == role->sends);
	else if (result->end != role->end)
		assert_true(result->end == TINE_LOST ||
			    result->end == TINE_GARBLED);
	if (result->end != TINE_FAILED && result->size > 0)
		assert_memory_equal(result->data, shared->pattern,
				    result->size);
}

static void check_result(const struct tine_result *result)
{
	size_t index = (size_t)result->index;
	const struct role *role = line.roles[index];
	unsigned runs = atomic_load(&shared->runs[index]);

	play_watch(role->name);
	assert_true(index < line.pulled);
	assert_false(line.heard[index]);
	assert_true(!line.ordered || index >= line.behind);
	line.heard[index] = true;
	line.behind = index + 1;
	line.told++;
	check_input(role, result);
	assert_true(result->message[0] != '\0');
	assert_true(runs <= result->attempts);
	if (is_right(role, result)) { /* time may be over before it begins */
		assert_true(runs == result->attempts || role == &slow);
		if (has_its_words(role, result))
			return;
		play_deviate(); /* there was no memory for them, */
		assert_string_equal(result->note, ""); /* and so none */
		return;
	}
	if (play_is_of_child()) {
		check_of_child(role, result);
		return;
	}
	play_deviate();
	if (!role->other || !role->other(result))
		assert_string_equal(tine_end_name(result->end), "lost");
}

/* By a call that lib/ does not make, and which is not counted. */
static void assert_no_child(void)
{
	assert_int_equal(wait3(NULL, WNOHANG, NULL), -1);
	assert_int_equal(errno, ECHILD);
}

static void check_end(int error)
{
	play_watch("the end");
	assert_int_equal(line.closed, 1);
	assert_no_child();
	if (error == 0)
		assert_int_equal(line.told, line.count);
	if (error != line.error && error == 0)
		assert_true(fault_shows());
	else if (error != line.error)
		play_check_start(error);
}

static bool line_take(void)
{
	const struct tine_result *result;

	play_watch("tine_stream_next");
	result = tine_stream_next(line.stream);
	if (result)
		check_result(result);
	return result;
}

static void line_take_all(void)
{
	while (line_take())
		;
	check_end(tine_stream_error(line.stream));
}

/* A stream is closed behind its context where the scene did not do so. */
static void leave(struct tine_ctx *ctx)
{
	tine_ctx_free(ctx);
	tine_stream_close(line.stream);
	line.stream = NULL;
	assert_int_equal(line.closed, line.opened);
	line.opened = line.closed = 0;
}

/* ---- Scenes ------------------------------------------------------------ */

static void a_fresh_process_each(struct tine_ctx *ctx)
{
	const struct tine_stream_options options = {
		.task = { .name = "fresh",
			  .timeout_ms = TINE_FOREVER,
			  .capture = true,
			  .keep_fds = (int[]){ 2 },
			  .keep_count = 1 },
		.max_concurrency = 2,
	};

	LINE_UP(&value, &victim, &failing, &large);
	if (line_open(ctx, &options))
		line_take_all();
}

static const struct tine_stream_options pooled = {
	.task = { .timeout_ms = TINE_FOREVER },
	.max_concurrency = 2,
	.reuse = 3,
};

static void a_pool_sends_every_size(struct tine_ctx *ctx)
{
	LINE_UP(&value, &outside, &value, &large, &file, &value);
	if (line_open(ctx, &pooled))
		line_take_all();
}

/* In a pool of two it is chance whether the first child gets as far as to a
 * file. */
static void one_child_sends_every_size(struct tine_ctx *ctx)
{
	struct tine_stream_options options = pooled;

	options.max_concurrency = 1;
	LINE_UP(&value, &large, &file);
	if (line_open(ctx, &options))
		line_take_all();
}

static void a_pool_has_bad_ends(struct tine_ctx *ctx)
{
	struct tine_stream_options options = pooled;

	options.task.name = "pool";
	options.task.capture = true;
	options.task.keep_fds = (int[]){ 2 };
	options.task.keep_count = 1;
	options.task.retry = (struct tine_retry){ .attempts = 2,
						  .on = TINE_RETRY_FAILED,
						  .backoff_ms = 1 };
	LINE_UP(&value, &victim, &retried, &noted, &hopeless, &value);
	if (line_open(ctx, &options))
		line_take_all();
}

static void a_large_item_leaves_the_pool(struct tine_ctx *ctx)
{
	LINE_UP(&value, &bulky, &value);
	if (line_open(ctx, &pooled))
		line_take_all();
}

static void timeouts_cost_their_items(struct tine_ctx *ctx)
{
	struct tine_stream_options options = pooled;

	options.task.timeout_ms = 2;
	options.on_timeout = TINE_KILL;
	options.unordered = true;
	LINE_UP(&slow, &slow);
	line.ordered = false;
	if (line_open(ctx, &options))
		line_take_all();
}

static void a_timeout_ends_all(struct tine_ctx *ctx)
{
	const struct tine_stream_options options = {
		.task = { .timeout_ms = 2 }, .max_concurrency = 1
	};

	LINE_UP(&slow, &slow);
	line.error = TINE_ETIMEDOUT;
	if (line_open(ctx, &options))
		line_take_all();
}

static void a_source_breaks(struct tine_ctx *ctx)
{
	LINE_UP(&value, &value, &hanging);
	line.error = SOURCE_BROKE;
	if (line_open(ctx, &pooled))
		line_take_all();
}

static void close_early(struct tine_ctx *ctx,
			const struct tine_stream_options *options)
{
	LINE_UP(&value, &hanging, &hanging, &hanging);
	if (!line_open(ctx, options))
		return;
	if (!line_take())
		play_check_start(tine_stream_error(line.stream));
	play_watch("tine_stream_close");
	tine_stream_close(line.stream);
	line.stream = NULL;
	assert_no_child();
}

static void a_pool_is_closed_early(struct tine_ctx *ctx)
{
	close_early(ctx, &pooled);
}

static void fresh_ones_are_closed_early(struct tine_ctx *ctx)
{
	const struct tine_stream_options options = { .max_concurrency = 3 };

	close_early(ctx, &options);
}

/* Its children are hanging when the context is freed. */
static void a_context_is_freed_early(struct tine_ctx *ctx)
{
	LINE_UP(&value, &hanging, &bulky, &hanging);
	if (line_open(ctx, &pooled) && !line_take())
		play_check_start(tine_stream_error(line.stream));
}

static void on_end(struct tine_task *task, const struct tine_result *result,
		   void *user)
{
	assert_null(task);
	assert_ptr_equal(user, &line);
	check_result(result);
}

static void on_done(struct tine_stream *stream, int error, void *user)
{
	assert_ptr_equal(stream, line.stream);
	assert_ptr_equal(user, &line);
	assert_int_equal(++line.done, 1);
	check_end(error);
}

static void run(struct tine_ctx *ctx, struct tine_stream_options options)
{
	options.task.on_end = on_end;
	options.task.user = &line;
	options.on_done = on_done;
	options.unordered = true;
	LINE_UP(&value, &victim, &value);
	line.ordered = false;
	if (!line_open(ctx, &options))
		return;
	play_watch("tine_run");
	assert_int_equal(tine_run(ctx), 0);
	assert_int_equal(line.done, 1);
}

static void a_pool_calls_back(struct tine_ctx *ctx)
{
	run(ctx, pooled);
}

static void fresh_ones_call_back(struct tine_ctx *ctx)
{
	run(ctx, (struct tine_stream_options){ .max_concurrency = 2 });
}

/* ---- Scenes of copies -------------------------------------------------- */

/* The copies are looked at as the results themselves are; and their order is
 * that of the items. */
static void check_copies(int got, size_t least, struct tine_results *results)
{
	play_watch("copies");
	assert_no_child();
	if (got < 0) {
		assert_null(results);
		play_check_start(got);
		return;
	}
	assert_int_equal(got, results->count);
	assert_true(results->count >= least);
	for (size_t i = 0; i < results->count; i++)
		check_result(&results->results[i]);
	play_watch("tine_results_free");
	tine_results_free(results);
}

static void map(struct tine_ctx *ctx, const struct tine_stream_options *options)
{
	const struct order orders[] = {
		{ &value, 0 }, { &victim, 1 }, { &large, 2 }, { &value, 3 }
	};
	const struct role *const roles[] = { &value, &victim, &large, &value };
	struct tine_results *results = NULL;
	int got;

	line_up(roles, 4);
	line.pulled = line.count;
	play_watch("tine_map");
	got = tine_map(ctx, perform, orders, 4, sizeof *orders, options,
		       &results);
	check_copies(got, 4, results);
}

static void all_are_copied(struct tine_ctx *ctx)
{
	const struct tine_stream_options options = {
		.task = { .timeout_ms = TINE_FOREVER }, .max_concurrency = 2
	};

	map(ctx, &options);
}

static void all_of_a_pool_are_copied(struct tine_ctx *ctx)
{
	map(ctx, &pooled);
}

static void the_first_are_copied(struct tine_ctx *ctx)
{
	struct tine_results *results = NULL;
	int got;

	LINE_UP(&failing, &value, &outside, &value);
	if (!line_open(ctx, &pooled))
		return;
	play_watch("tine_first");
	got = tine_first(line.stream, 2, &results);
	tine_stream_close(line.stream);
	line.stream = NULL;
	check_copies(got, 2, results);
}

/* ---- Tests ------------------------------------------------------------- */

#define EACH_SCENE(X)                   \
	X(a_fresh_process_each)         \
	X(a_pool_sends_every_size)      \
	X(one_child_sends_every_size)   \
	X(a_pool_has_bad_ends)          \
	X(a_large_item_leaves_the_pool) \
	X(timeouts_cost_their_items)    \
	X(a_timeout_ends_all)           \
	X(a_source_breaks)              \
	X(a_pool_is_closed_early)       \
	X(fresh_ones_are_closed_early)  \
	X(a_context_is_freed_early)     \
	X(a_pool_calls_back)            \
	X(fresh_ones_call_back)         \
	X(all_are_copied)               \
	X(all_of_a_pool_are_copied)     \
	X(the_first_are_copied)

static const struct scene scenes[] = {
#define SCENE(act) { act, leave },
	EACH_SCENE(SCENE)
#undef SCENE
};

static void play_each(const struct fault_at *at)
{
	for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++)
		(void)play_once(&scenes[i], at);
}

static void in_crumbs_every_scene_is_the_same(void **state)
{
	const struct fault_at crumbs = { .crumbs = true };

	(void)state;
	play_each(&crumbs);
	play_passed();
}

static void without_a_futex_every_scene_is_the_same(void **state)
{
	const struct fault_at none = { 0 };

	(void)state;
	fault_forbid_futex(true);
	play_each(&none);
	fault_forbid_futex(false);
	play_passed();
}

static bool share(void)
{
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return false;
	for (size_t i = 0; i < sizeof shared->pattern; i++)
		shared->pattern[i] = (unsigned char)(i % 251);
	return true;
}

#define SCENE_TEST(act) \
	WHATEVER_FAILS(#act, play_once, act, leave, NULL, play_report),
#define CHILD_TEST(act)                                                  \
	WHATEVER_FAILS(#act "_in_a_child", play_child, act, leave, NULL, \
		       play_report),

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH_SCENE(SCENE_TEST) EACH_SCENE(CHILD_TEST)
			cmocka_unit_test_teardown(
				in_crumbs_every_scene_is_the_same, play_report),
		cmocka_unit_test_teardown(
			without_a_futex_every_scene_is_the_same, play_report),
	};
	int failed;

	fixture_user();
	play_open(10);
	if (!share())
		return 99;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	play_close();
	return failed;
}
