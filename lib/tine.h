/* SPDX-License-Identifier: MIT */
/*
 * tine.h - run functions in forked children, and know how each one ended.
 *
 * Every program takes the same steps:
 *
 *   1. tine_ctx_new()  make a context, on your libev loop or on its own
 *   2. tine_async()    fork a child that runs one function
 *   3. tine_await()    wait until it ends; read how it ended
 *   4. tine_free()     give the handle back; a child still alive is killed
 *
 * Errors     A function that can fail to do what it is asked returns 0 or a
 *            count on success and a negative enum tine_error on failure, and
 *            then leaves its outputs as they were. How a *task* ended is never
 *            an error of the call: it is the end member of a tine_result.
 *            errno carries nothing.
 * Ownership  What a call stores in its last argument, a handle or copies, is
 *            yours until you pass it to its _free(), _close() or
 *            tine_demonitor(), which take NULL too. A const pointer is on
 *            loan; its comment says for how long.
 * Options    An options struct is valid when all zero, and NULL means that.
 *            It is read during the call; nothing of it need live longer,
 *            except what a comment says.
 * Times      Milliseconds on the monotonic clock; TINE_FOREVER never ends.
 * Process    The library waits only for children it forked, installs no signal
 *            handler in your process, changes no signal's disposition, prints
 *            nothing, and never exits it. It must not be told wrong: do not
 *            wait for "any child" yourself if you can wait for your own.
 * Threads    One context belongs to one thread. A directly forked child has
 *            only the thread that forked it: what others had locked stays
 *            locked. In a program with threads, let a task's function do
 *            without locks that other threads may hold; or start it under a
 *            supervisor, which has one thread.
 * Children   A handle belongs to the process that made it. In any other (in a
 *            task, say) calls on it are answered TINE_EOWNER and _free() does
 *            nothing. In a task, tine_self_ctx() makes a context of its own.
 *
 * Two variables in the environment, for tests and for systems that forbid
 * what the library would choose: TINE_REAP=pidfd|sigchld (how it learns of a
 * death) and TINE_GUARD=warden|signal (which of two ways ends the children of
 * a program that was killed; by default both). See tine(7).
 */
#ifndef TINE_H
#define TINE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ev_loop;      /* libev's; <ev.h> is not needed here */
struct tine_ctx;     /* an event loop, and all that lives in it */
struct tine_task;    /* one child process and its result */
struct tine_self;    /* inside the child: the way home */
struct tine_monitor; /* somebody who waits to hear of an end */
struct tine_stream;  /* many items, and the results of each */
struct tine_super;   /* a process that forks, watches and restarts others */

#define TINE_FOREVER (-1)

/* ---- Errors ------------------------------------------------------------ */

/* The only list of error codes: name, value, message. */
#define TINE_ERRORS(X)                                                  \
	X(TINE_ENOMEM, -1, "out of memory")                             \
	X(TINE_ELIMIT, -2, "too many processes or descriptors")         \
	X(TINE_EFULL, -3, "the supervisor has max_children already")    \
	X(TINE_EUSAGE, -4, "argument or moment is wrong for this call") \
	X(TINE_EOWNER, -5, "the handle belongs to another process")     \
	X(TINE_ENOENT, -6, "there is nothing of that name or id")       \
	X(TINE_EEXIST, -7, "that name or id is taken")                  \
	X(TINE_EGONE, -8, "the supervisor is gone")                     \
	X(TINE_EUNSUPPORTED, -9, "this system cannot do that")          \
	X(TINE_ESYS, -10, "a system call failed unexpectedly")          \
	X(TINE_ETOOBIG, -11, "more bytes than max_result or max_item")  \
	X(TINE_ETIMEDOUT, -12,                                          \
	  "an item ran into its timeout, which ended the stream")

#define TINE_ERROR_ENUM(name, value, text) name = value,
enum tine_error { TINE_ERRORS(TINE_ERROR_ENUM) };
#undef TINE_ERROR_ENUM

/* The message for an error code, and a text for what is none; never NULL. */
const char *tine_strerror(int error);

/* ---- The task's side --------------------------------------------------- */

/*
 * Runs in the child. Return 0 for success, or 1 to 255 to fail; anything else
 * counts as 255.
 *
 * The function sees `size` bytes at `arg`, and a private copy of all the
 * caller's memory as of the call, so pointers in those bytes are good. It
 * starts with default signal handling (but for SIGSEGV, SIGBUS, SIGFPE, SIGILL,
 * SIGABRT and SIGSYS, where a handler takes down the stack and lets the default
 * action follow), an empty signal mask, a process group of its own, the null
 * device as its stdin, and the caller's stdout and stderr. Every other
 * descriptor of the caller, but for options.keep_fds, has become the null
 * device. If it leaves by exit() rather than by returning, what the caller
 * registered with atexit() does not run. If it executes another program it is
 * ended, since that cannot answer.
 */
typedef int tine_fn(struct tine_self *self, const void *arg, size_t size);

/*
 * Sends `size` bytes home. Sent in several pieces, the result is all of them,
 * one behind the other. What was sent has arrived: it is in the result also
 * if the task crashes in its next line. Safe from several threads of the task.
 *
 * Returns 0, or TINE_EUSAGE (data is NULL and size is not 0), TINE_EOWNER (a
 * process that the task forked), TINE_ETOOBIG (all pieces together are more
 * than max_result: the task is killed, but for a child of a pool, and ends
 * TINE_LIMIT), TINE_ESYS (the caller is gone).
 */
int tine_send(struct tine_self *self, const void *data, size_t size);

/*
 * Says why the task is about to fail, as result->message: one line, at most
 * 511 bytes. Returns `code`, so that a function can end with
 * `return tine_fail(self, 2, "no such page: %d", page);`; a code that is not
 * 1 to 255 becomes 255. It may also be followed by exit(code).
 */
int tine_fail(struct tine_self *self, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Leaves a breadcrumb: what the task is doing. One line, at most 511 bytes,
 * which replaces the one before. The last is in every result, also if the task
 * was killed, and in what tine_yield() returns while it runs. Does not wait for
 * the owner.
 */
void tine_note(struct tine_self *self, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Whether the owner has asked the task to stop: because of tine_shutdown(),
 * its timeout, or a link; or somebody else has, by tine(1). A task that never
 * calls this dies of SIGTERM when asked. The first call makes it a task that
 * stops by itself: from then on SIGTERM only interrupts its system calls,
 * unless it handles the signal itself, and it has grace_ms to return before
 * SIGKILL.
 */
bool tine_stopping(const struct tine_self *self);

/*
 * The context for tasks of this task, made by the first call; NULL when it
 * cannot be made. It is freed, and they are killed, when the function returns.
 * It does not trap exits: see tine_trap_exits().
 */
struct tine_ctx *tine_self_ctx(struct tine_self *self);

/*
 * The processes that called for this task: its owner (of a supervisor's child,
 * the supervisor), whoever called for that, up to the program. Stores up to
 * `count` of their pids, the nearest first, and returns how many there are. As
 * Elixir's "$callers".
 */
size_t tine_callers(const struct tine_self *self, pid_t *pids, size_t count);

/* ---- How a task ended -------------------------------------------------- */

enum tine_end {
	TINE_OK,       /* returned 0; data is what it sent */
	TINE_FAILED,   /* returned code, or left by exit(code); see message */
	TINE_CRASHED,  /* died by signal code that this library did not send */
	TINE_TIMEOUT,  /* ended by us: its own timeout_ms was over */
	TINE_LIMIT,    /* ended by one of its limits: cpu, memory, files, ... */
	TINE_SHUTDOWN, /* asked to stop, and it died of that, or by exit(0) */
	TINE_KILLED,  /* killed by us (shutdown, link, brutal), or by tine(1) */
	TINE_GARBLED, /* sent what is not a result */
	TINE_LOST,    /* its result can no longer be known: already taken, or
			 ignored, or somebody else took its exit status, or
			 its supervisor is gone */
	TINE_PENDING, /* has not ended: only the wait is over */
};

/*
 * A complete return wins: a function that returned is OK (or FAILED), whatever
 * became of its process afterwards.
 */
struct tine_result {
	enum tine_end end;
	int code;         /* exit code or signal number */
	const void *data; /* what it sent, also when it failed later */
	size_t size;
	const char *message;     /* one line for a person; never NULL */
	const char *note;        /* its last breadcrumb, or "" */
	const char *output;      /* the tail of its stderr, up to 8 KiB, if
				    captured; else "" */
	uint64_t output_dropped; /* bytes of stderr that came before that */
	const char *crash;       /* the stack, if it crashed: a line a frame, as
				    "#0 parse at page.c:41", then registers and
				    modules; else "" */
	uint64_t fingerprint;    /* of the crash: those of one bug have the
				    same, in any process; 0: there is none */
	const void *input;       /* streams: the item */
	size_t input_size;
	uint64_t index;      /* streams: the item's number */
	unsigned attempts;   /* 1, or more if it was retried */
	bool core;           /* left a core file */
	unsigned adopted;    /* processes that it had forked and left behind,
				under a supervisor, which ended them */
	pid_t pid;           /* as it was; 0: it had no process */
	int64_t wall_us;     /* of the last attempt */
	struct rusage usage; /* of the last attempt, and of what it waited
				for itself; zero where libev's default
				loop took it */
};

/* "ok", "crashed", ...: never NULL. */
const char *tine_end_name(enum tine_end end);

/* ---- Contexts ---------------------------------------------------------- */

struct tine_ctx_options {
	struct ev_loop *loop; /* yours, and callbacks come from it; NULL: a
				 private one, which runs during waits */
	const char *app;      /* what tine(1) shows the program as; up to 63
				 bytes; NULL: by the name it was called by */
	bool hidden;          /* tine(1) does not see it: it has no board */
};

/*
 * Makes a context. When it has its first task it opens a file in TINE_DIR (else
 * XDG_RUNTIME_DIR/tine, else /tmp/tine-UID), its board, in which tine(1) sees
 * what it has; where that cannot be, it is not seen.
 *
 * Returns 0, or TINE_EUSAGE (ctx is NULL, or TINE_REAP or TINE_GUARD has a
 * value that means nothing), TINE_EUNSUPPORTED (TINE_REAP asks for what this
 * system lacks), TINE_ENOMEM, TINE_ELIMIT, TINE_ESYS.
 */
int tine_ctx_new(const struct tine_ctx_options *options, struct tine_ctx **ctx);

/*
 * Kills and reaps all tasks of the context, without asking them to stop, and
 * frees it and its monitors; but a task under a supervisor that is not linked
 * is let go. Supervisors that were started here are stopped as
 * tine_super_stop() has it. No callback comes any more. Handles of tasks stay
 * yours, with the results they had, until tine_free(). May be called from a
 * callback. The loop, if yours, stays.
 */
void tine_ctx_free(struct tine_ctx *ctx);

/*
 * Runs the loop until all tasks have ended and all callbacks have come; on a
 * loop of yours, everything else in it runs along. Returns 0, TINE_EUSAGE or
 * TINE_EOWNER.
 */
int tine_run(struct tine_ctx *ctx);

/* ---- Tasks ------------------------------------------------------------- */

/*
 * What a task may use; 0: as the caller. Memory and files count from what it
 * has at its start, since it is born as a copy of the caller.
 */
struct tine_limits {
	uint64_t memory_bytes; /* private memory, in addition */
	uint64_t file_bytes;   /* the size of a file it writes */
	int64_t cpu_ms;        /* processor time, of all its threads */
	unsigned files;        /* descriptors, in addition */
	unsigned processes;    /* of this *user*, in all (RLIMIT_NPROC); not
				  enforced for root */
	bool core;             /* may leave a core file; by default not */
};

enum tine_retry_on {
	TINE_RETRY_FAILED = 1,
	TINE_RETRY_CRASHED = 2,
	TINE_RETRY_TIMEOUT = 4,
	TINE_RETRY_LIMIT = 8
};

/*
 * Another attempt forks again, and sees the caller's memory as of then; the
 * argument's own bytes are copied at the first. A task that was asked to stop
 * is not retried.
 */
struct tine_retry {
	unsigned attempts;      /* in all; 0: 1, no retry */
	unsigned on;            /* enum tine_retry_on, or-ed; 0: all */
	int64_t backoff_ms;     /* before the second; 0: 100. Doubles with each
				   attempt; a part of up to half of it is left
				   off by chance */
	int64_t max_backoff_ms; /* 0: 5000, or backoff_ms if that is more */
};

struct tine_options {
	const char *name;         /* for people; up to 63 bytes; NULL: none */
	struct tine_super *under; /* forked there, not here; NULL: here */
	bool nolink;        /* its bad end does not touch its owner; and under a
			       supervisor it outlives its owner */
	int64_t timeout_ms; /* stop it when it runs longer; 0: never */
	int64_t grace_ms;   /* from SIGTERM to SIGKILL; 0: 5000 */
	size_t max_result;  /* bytes; 0: 64 MiB */
	bool capture;       /* keep the tail of its stderr */
	const int *keep_fds; /* what it keeps open beside stdout and stderr */
	size_t keep_count;
	struct tine_limits limits;
	struct tine_retry retry;

	/* Called from the loop, once, when it has ended, unless its result was
	 * ignored or given up. The result is as from tine_await(), which may
	 * still be called. The callback may do anything, also free the task or
	 * the context. */
	void (*on_end)(struct tine_task *task, const struct tine_result *result,
		       void *user);
	void *user;
};

/*
 * Forks a child that calls fn(self, arg, size). Elixir: Task.async/1.
 *
 * `arg` is not copied (unless there may be retries): the child sees the memory
 * as it is now. The task is linked to its owner: see tine_trap_exits(). It
 * never outlives its owner, however that ends.
 *
 * With options.under it is forked by that supervisor, which is of this context.
 * So it costs the same however large the program is, and sees the program's
 * memory as it was when the supervisor was started: pass values in `arg`, which
 * is copied, not pointers. It counts as one of the supervisor's children, and
 * ends when that does. If it is linked it is killed when its owner ends; with
 * nolink it goes on. It keeps no descriptors, and has the stdout and stderr of
 * the supervisor. Elixir: Task.Supervisor.async/2 and async_nolink/2.
 *
 * Returns 0, or TINE_EUSAGE (a pointer that must not be NULL, a timeout or a
 * grace below TINE_FOREVER, another time below 0, a kept descriptor that is not
 * open, a retry that contradicts itself), TINE_EOWNER, TINE_ELIMIT,
 * TINE_ENOMEM, TINE_EUNSUPPORTED (the system forbids a call), TINE_ESYS; under
 * a supervisor also TINE_EFULL, TINE_EGONE, and TINE_EUSAGE for a function of a
 * library that was loaded when the supervisor was running. Then nothing was
 * started, and the same call may work later.
 */
int tine_async(struct tine_ctx *ctx, tine_fn *fn, const void *arg, size_t size,
	       const struct tine_options *options, struct tine_task **task);

/*
 * A task that has ended OK with these bytes, without a process: for where a
 * task is wanted and the answer is known. The bytes are copied. Elixir:
 * Task.completed/1. Returns as tine_async().
 */
int tine_completed(struct tine_ctx *ctx, const void *data, size_t size,
		   struct tine_task **task);

/*
 * The four below return a result that is never NULL and lives as long as the
 * task, or until the next of these calls on it. A task's end is handed out
 * once; after that they say TINE_LOST, at once. So they do, with the text of
 * the error as message, for NULL, for a time below TINE_FOREVER
 * (TINE_EUSAGE), and in another process (TINE_EOWNER). While they wait the
 * loop runs, and callbacks come.
 */

/* Waits for the end. TINE_PENDING gives up the result, not the task: then
 * shut it down, ignore it or free it. Elixir: Task.await/2. */
const struct tine_result *tine_await(struct tine_task *task,
				     int64_t timeout_ms);

/* Waits for the end; TINE_PENDING may be asked again. Elixir: Task.yield/2. */
const struct tine_result *tine_yield(struct tine_task *task,
				     int64_t timeout_ms);

/*
 * Unlinks the task and ends it, with all of its process group: SIGTERM,
 * grace_ms, SIGKILL; with 0, SIGKILL at once. On return the process is dead.
 * The result is its own if it ended by itself in time, else TINE_SHUTDOWN if
 * it stopped when asked, TINE_KILLED if it took SIGKILL. After a result was
 * given up, TINE_OK is not handed out any more. Elixir: Task.shutdown/2.
 */
const struct tine_result *tine_shutdown(struct tine_task *task,
					int64_t grace_ms);

/* Hands out the end if it is known; else TINE_PENDING, and the task goes on,
 * unlinked, and only monitors hear of its end. Elixir: Task.ignore/1. */
const struct tine_result *tine_ignore(struct tine_task *task);

/*
 * Waits until all have ended OK, or one of them otherwise, or the time is
 * over. Fills results[i] for tasks[i]; those that have not ended are
 * TINE_PENDING, and given up as by tine_await(). Returns how many have ended,
 * or TINE_EUSAGE (a NULL; a time below TINE_FOREVER; tasks of several contexts,
 * or of one that is gone; a callback freed one of them), TINE_EOWNER,
 * TINE_ENOMEM. Elixir: Task.await_many/2; asyncio.gather.
 */
int tine_await_many(struct tine_task *const *tasks, size_t count,
		    int64_t timeout_ms, const struct tine_result **results);

enum tine_on_timeout {
	TINE_ON_TIMEOUT_NOTHING, /* PENDING; may be asked again */
	TINE_ON_TIMEOUT_IGNORE,  /* as tine_ignore() */
	TINE_ON_TIMEOUT_KILL     /* as tine_shutdown(task, 0) */
};

struct tine_yield_options {
	size_t limit;                    /* enough when so many ended; 0: all */
	int64_t timeout_ms;              /* 0: look, do not wait */
	enum tine_on_timeout on_timeout; /* for those not ended; not when the
					    limit was reached */
};

/*
 * Waits until all, or `limit` of them, have ended, however, or the time is
 * over. Fills results[i] for tasks[i]. With a limit, the first so many to end
 * are handed out; the others are TINE_PENDING and may be asked again. Returns
 * as tine_await_many(). Elixir: Task.yield_many/2; Promise.allSettled; with
 * limit 1, race.
 */
int tine_yield_many(struct tine_task *const *tasks, size_t count,
		    const struct tine_yield_options *options,
		    const struct tine_result **results);

/* Its process; 0: it has none, or none any more, or none just now. */
pid_t tine_pid(const struct tine_task *task);

/* Unique among the tasks of a program: the owner's pid and a number. */
uint64_t tine_id(const struct tine_task *task);

/*
 * Frees the handle and its results. A process still alive is killed and
 * reaped; nobody hears of that. May be called from a callback of the task.
 */
void tine_free(struct tine_task *task);

/* ---- Links and monitors ------------------------------------------------ */

/*
 * Links two tasks of one context: when one ends badly, in any other way than
 * OK, the other is stopped, and ends TINE_KILLED unless it ends by itself in
 * its grace. Linking to one that has ended badly already does that at once.
 * Twice is one link. Returns 0, TINE_EUSAGE, TINE_EOWNER, TINE_ENOMEM.
 * Erlang: link/1.
 */
int tine_link(struct tine_task *a, struct tine_task *b);
int tine_unlink(struct tine_task *a, struct tine_task *b);

typedef void tine_down_fn(struct tine_task *task,
			  const struct tine_result *result, void *user);

/*
 * Calls fn from the loop when the task has ended, behind its on_end: once, and
 * also if it has ended already. Not when the task is freed before. The monitor
 * is yours, fired or not, and freed with its context at the latest. Returns 0,
 * TINE_EUSAGE, TINE_EOWNER, TINE_ENOMEM. Erlang: monitor/2.
 */
int tine_monitor(struct tine_task *task, tine_down_fn *fn, void *user,
		 struct tine_monitor **monitor);
void tine_demonitor(struct tine_monitor *monitor);

/*
 * What the bad end of a task does to its owner, if it is linked (no nolink,
 * not unlinked by tine_shutdown() or tine_ignore()). A context that traps
 * gets a result and nothing else; that is how tine_ctx_new() makes it. In one
 * that does not, all other linked tasks of the context fall, too; and if it
 * is a task's own, from tine_self_ctx(), that task ends in the same way:
 * there the call that waited never returns. Erlang: process_flag(trap_exit).
 */
void tine_trap_exits(struct tine_ctx *ctx, bool trap);

/* ---- Streams ----------------------------------------------------------- */

#define TINE_LATER 2 /* from a source: there is no item yet */

/*
 * Where a stream's items come from. It is pulled only when there is room for
 * another item, and never before the stream is first asked for a result.
 *
 * next: sets *item and *size, and returns 1; or returns 0 at the end; or
 * TINE_LATER, and is asked again behind tine_stream_wake(), or before; or a
 * negative number, of its own or an enum tine_error, which becomes that of the
 * stream. The bytes are copied before next or close is called again. It runs in
 * the caller's process, from tine_stream_next() or from the loop. It may run
 * the loop itself, as when it takes the results of another stream; until it
 * returns, other streams of the context are pulled only if it asks for their
 * results.
 *
 * close: called once, when the source has ended, or failed, or is not needed
 * any more; may be NULL.
 */
struct tine_source {
	int (*next)(void *state, const void **item, size_t *size);
	void (*close)(void *state);
	void *state;
};

/* The `count` items of `item_size` bytes that stand at `base`, and have to stay
 * there until the stream has ended. */
struct tine_source tine_array(const void *base, size_t count, size_t item_size);

enum tine_stream_timeout {
	TINE_ABORT, /* the timeout of an item ends the stream */
	TINE_KILL   /* it ends the item, and the stream goes on */
};

struct tine_stream_options {
	struct tine_options task; /* for each item; timeout_ms 0: 5000 */
	unsigned max_concurrency; /* items that run at once; 0: one for each
				     processor; at most 65536 */
	bool unordered;           /* results as items end, not as they came */
	enum tine_stream_timeout on_timeout;
	unsigned reuse;      /* items that a child runs one after the other;
				0: 1, a fresh process for each */
	size_t max_buffered; /* items that may have ended and not been taken;
				0: max_concurrency, and in a pool a
				millisecond's work more for each child */
	size_t max_item;     /* bytes; 0: 1 GiB */

	/* Called from the loop, once, behind the last result: only if the
	 * results go to task.on_end. The error is that of the stream. */
	void (*on_done)(struct tine_stream *stream, int error, void *user);
};

/*
 * A stream runs fn for each item of the source, in a child each, a few at a
 * time, and hands out one result for each item. Elixir: Task.async_stream/3.
 *
 * Results are taken by tine_stream_next(), one by one; or, if task.on_end is
 * set, they go there from the loop, with NULL as the task and task.user as the
 * user, as soon as the loop runs. Either way no more than max_concurrency items
 * run, and no more than max_buffered wait beside them: while nobody takes
 * results, nothing is pulled and nothing is started. In order, an item that is
 * slow lets those behind it run, and wait.
 *
 * A result is as that of a task, and carries the item: input, input_size,
 * index, attempts. A bad end costs its item alone. But for on_timeout and,
 * as tine_trap_exits() has it, where the owner does not trap.
 *
 * With `reuse`, children are a pool: each runs many items one after the other,
 * which costs well under a microsecond an item instead of a fork. A crash, a
 * timeout or a limit still costs just the item that the child was on; a new
 * child goes on with the others. The price is that an item finds what those
 * before it in the same child left: globals, open files, handlers, the working
 * directory, memory. And: the caller's memory is seen as it was when the child
 * was forked, so pass values, not pointers to what changes; the limits count
 * for a child as a whole, and so does what is captured of its stderr, which
 * comes with the item that a child ended with; usage is zero but for that one.
 * A result that the child has no shared memory left for goes by a file, which
 * limits.file_bytes bounds. An item that is larger than 512 KiB gets a fresh
 * process in a pool, too. The timeout of a child's first item includes its
 * start. Items are aligned for any type.
 *
 * The source is the stream's from this call on, also if it fails: then it is
 * closed before this returns.
 *
 * With task.under, and without reuse, items are run by tasks under a
 * supervisor. If that has no room for one more the stream ends, with
 * TINE_EFULL.
 *
 * Returns 0, or TINE_EUSAGE (a NULL, or options that
 * tine_stream_options_fault() names), TINE_EOWNER, TINE_ENOMEM.
 */
int tine_stream_open(struct tine_ctx *ctx, tine_fn *fn,
		     struct tine_source source,
		     const struct tine_stream_options *options,
		     struct tine_stream **stream);

/*
 * Waits for the next result; meanwhile the loop runs. It lives until the next
 * call of this or of tine_stream_close(). NULL: there are no more, and
 * tine_stream_error() says why; then no child of the stream is left.
 *
 * When a stream fails, what still runs is killed and reaped. What had ended
 * before is handed out all the same, and then comes NULL.
 */
const struct tine_result *tine_stream_next(struct tine_stream *stream);

/*
 * Why there are no more results, as soon as that is known: 0, it has not
 * failed; TINE_ETIMEDOUT (an item's timeout, with TINE_ABORT), what the source
 * returned, TINE_ETOOBIG (an item of more than max_item), TINE_ENOMEM,
 * TINE_ELIMIT and others of tine_async() (a child cannot be had, and there is
 * none that could go on), TINE_EUSAGE (NULL; the source returned nonsense; a
 * result was asked for, but they go to on_end; the context was freed),
 * TINE_EOWNER.
 */
int tine_stream_error(const struct tine_stream *stream);

/* Its source, which said TINE_LATER, may have an item now: it is asked again as
 * soon as the loop runs. To be called from a callback of the loop, say. */
void tine_stream_wake(struct tine_stream *stream);

/* Kills and reaps what still runs, closes the source, and frees the stream with
 * its last result. May be called from its callbacks. */
void tine_stream_close(struct tine_stream *stream);

/* For a person: what is wrong with these options, naming the field; NULL:
 * nothing. Lives for ever. */
const char *tine_options_fault(const struct tine_options *options);
const char *
tine_stream_options_fault(const struct tine_stream_options *options);

/* ---- Results to keep --------------------------------------------------- */

/* Copies of results, all they point to included. */
struct tine_results {
	size_t count;
	struct tine_result *results;
};

/*
 * Takes all that is left of a stream, however the items end. Returns how many
 * there are, and *results is yours, to be freed; or, of a stream that failed,
 * its error, or TINE_ENOMEM, and then there are none. As Promise.allSettled.
 */
int tine_collect(struct tine_stream *stream, struct tine_results **results);

/*
 * Takes results until `wanted` of them are OK, and copies those. Returns how
 * many there are, which is less when the stream ended before; otherwise as
 * tine_collect(). What still runs does so until the stream is closed. With an
 * unordered stream, the first to succeed.
 */
int tine_first(struct tine_stream *stream, size_t wanted,
	       struct tine_results **results);

/*
 * Runs fn for each of the items of an array, and copies all results, in their
 * order unless the options say otherwise: tine_stream_open() with tine_array(),
 * tine_collect(), tine_stream_close(). task.on_end must not be set.
 */
int tine_map(struct tine_ctx *ctx, tine_fn *fn, const void *base, size_t count,
	     size_t item_size, const struct tine_stream_options *options,
	     struct tine_results **results);

void tine_results_free(struct tine_results *results);

/* ---- Supervisors ------------------------------------------------------- */

enum tine_restart {
	TINE_TEMPORARY, /* never */
	TINE_TRANSIENT, /* unless it ended TINE_OK or TINE_SHUTDOWN */
	TINE_PERMANENT  /* however it ended */
};

enum tine_strategy {
	TINE_ONE_FOR_ONE, /* what has ended is started again */
	TINE_ONE_FOR_ALL, /* all are stopped, and started again */
	TINE_REST_FOR_ONE /* those that were started behind it are, too */
};

enum tine_auto_shutdown {
	TINE_NEVER,
	TINE_ANY_SIGNIFICANT, /* the end of one ends the supervisor */
	TINE_ALL_SIGNIFICANT  /* that of the last one does */
};

#define TINE_BRUTAL (-2)   /* shutdown_ms: SIGKILL at once */
#define TINE_NONE UINT_MAX /* max_restarts: the first one is too many */

struct tine_super_options;

/*
 * What a supervisor starts, and starts again. A child is a task whose result
 * nobody takes: what it sends is dropped, and its end is in the reports.
 *
 * One that has an id, or stands in the options of its supervisor, depends on
 * those that were started before it: it is stopped before them, one by one, and
 * when it has ended for good the supervisor still knows it. One that is started
 * later without an id depends on nobody, and so does a task under a supervisor:
 * those are stopped side by side, before the others, and are forgotten when
 * they have ended. That is OTP's supervisor and Elixir's DynamicSupervisor, in
 * one. With another strategy than TINE_ONE_FOR_ONE only tasks depend on nobody.
 *
 * significant: for auto_shutdown; only if it is temporary, or transient, where
 * a bad end starts it again and does not count.
 */
struct tine_child {
	const char *id; /* unique under its supervisor, at most 63 bytes;
			   NULL: one is made, that begins with '#' */
	tine_fn *fn;
	const void *arg; /* copied, for every start */
	size_t size;
	enum tine_restart restart;
	int64_t shutdown_ms; /* from SIGTERM to SIGKILL; 0: 5000, or for ever
				if it is a supervisor; TINE_FOREVER;
				TINE_BRUTAL */
	int64_t backoff_ms, max_backoff_ms; /* before a restart, doubled for
					       each in a row, with jitter; 0:
					       at once, 60000 */
	bool significant;
	struct tine_limits limits;
	const struct tine_super_options *super; /* it is a supervisor, and fn,
						   arg and limits are unset */
};

enum tine_event_kind {
	TINE_STARTED, /* a child, for the first time or again */
	TINE_ENDED,   /* a child; its result says how */
	TINE_GAVE_UP  /* the supervisor: too many restarts; of that child */
};

/* What a supervisor reports. It lives until the callback returns. */
struct tine_event {
	enum tine_event_kind kind;
	const char *super; /* its name, behind those of the supervisors above
			      it: "mail/send"; "" for one without */
	const char *id;
	pid_t pid;
	unsigned restarts;                /* of that child, by now */
	const struct tine_result *result; /* but for TINE_STARTED */
	uint64_t missed; /* reports before this one that were dropped, since
			    nobody took them */
};

struct tine_super_options {
	const char *name;      /* to find it by, unique in the program, at most
				  63 bytes without '/'; NULL: it cannot be
				  found */
	unsigned max_children; /* that live or wait for their restart; 0: no
				  limit */
	unsigned max_restarts; /* in any max_seconds; one more, and it gives
				  up; 0: 3; TINE_NONE */
	unsigned max_seconds;  /* 0: 5 */
	unsigned spares; /* processes kept forked, for tasks to start in; at
			    most 1024 */
	enum tine_strategy strategy;
	enum tine_auto_shutdown auto_shutdown;
	const struct tine_child *children; /* started in that order */
	size_t child_count;

	/* Called from the loop, in who started it: with each report, also of
	 * the supervisors below; and when it has ended by itself. */
	void (*on_event)(struct tine_super *super,
			 const struct tine_event *event, void *user);
	void (*on_end)(struct tine_super *super,
		       const struct tine_result *result, void *user);
	void *user;
};

struct tine_counts {
	size_t specs;                /* children it knows */
	size_t active;               /* that live */
	size_t supervisors, workers; /* of those it knows */
};

struct tine_child_info {
	char id[64];
	pid_t pid; /* 0: there is none now */
	enum tine_restart restart;
	unsigned restarts;
	enum tine_end last_end; /* TINE_PENDING: it has not ended yet */
};

/*
 * A supervisor is a process of its own, forked here and now, that forks its
 * children itself: so it is to be started early, while the program is small
 * and has no threads. Afterwards it does not matter how large the program is,
 * or how many threads it has. Elixir: Supervisor, and Task.Supervisor for
 * tasks that are started `under` it.
 *
 * On return its children run. If one cannot be started, those before it are
 * stopped, in reverse, and the error is that of the start. When the program
 * ends, in whatever way, the supervisor stops its children as tine_super_stop()
 * has it, and ends. When the supervisor is killed its children die at once,
 * with all that they forked. It keeps no loop running: neither tine_run() nor
 * ev_run() waits for it.
 *
 * In a supervisor, and so in its children, memory is as it was when it was
 * started: pass values, not pointers to what is made later. It has the stdout
 * and stderr that the program had.
 *
 * It prints nothing, unless the environment asks for its reports, a line each:
 * TINE_LOG=stderr or TINE_LOG=syslog.
 *
 * Returns 0, or TINE_EUSAGE (a NULL, or options that tine_super_options_fault()
 * names), TINE_EOWNER, TINE_EEXIST (the name), TINE_ENOMEM, TINE_ELIMIT,
 * TINE_EUNSUPPORTED, TINE_ESYS; and with children as tine_start_child().
 */
int tine_super_start(struct tine_ctx *ctx,
		     const struct tine_super_options *options,
		     struct tine_super **super);

/*
 * A supervisor of this program by its name, from any of its processes: the
 * program, or a task of it, also under a supervisor; those below another
 * supervisor are found, too. Returns 0, or TINE_ENOENT, TINE_EUSAGE,
 * TINE_EOWNER, TINE_ENOMEM, TINE_ELIMIT, TINE_EUNSUPPORTED, TINE_ESYS.
 */
int tine_super_find(struct tine_ctx *ctx, const char *name,
		    struct tine_super **super);

/*
 * Starts a child, as it says, which may outlive whoever asks. Returns 0 when it
 * runs, or TINE_EUSAGE (also for a function of a library that was loaded when
 * the supervisor was running already), TINE_EEXIST (the id, or its name),
 * TINE_EFULL, TINE_EGONE (or no answer in 30 seconds: then it may run later),
 * TINE_EOWNER, TINE_ENOMEM, TINE_ELIMIT, TINE_EUNSUPPORTED, TINE_ESYS.
 */
int tine_start_child(struct tine_super *super, const struct tine_child *child);

/*
 * Stops a child as its shutdown_ms has it, and waits; meanwhile the loop runs.
 * It is not restarted, whatever its policy. With an id of its own it stays
 * known, unless it is temporary, and can be started again or deleted. Returns
 * 0, or TINE_ENOENT, TINE_EUSAGE, TINE_EGONE, TINE_EOWNER, TINE_ENOMEM.
 */
int tine_terminate_child(struct tine_super *super, const char *id);

/* Starts a child that has ended for good, or was terminated. Returns as
 * tine_start_child() does; TINE_ENOENT; TINE_EUSAGE if it has not ended. */
int tine_restart_child(struct tine_super *super, const char *id);

/* Forgets such a child. 0, TINE_ENOENT, TINE_EUSAGE if it has not ended,
 * TINE_EGONE, TINE_EOWNER, TINE_ENOMEM. */
int tine_delete_child(struct tine_super *super, const char *id);

/*
 * Fills in the first `count` children, tasks included, in the order of their
 * starts; infos may be NULL if count is 0. Returns how many there are, or
 * TINE_EGONE, TINE_EUSAGE, TINE_EOWNER, TINE_ENOMEM.
 */
int tine_children(struct tine_super *super, struct tine_child_info *infos,
		  size_t count);

/* Returns 0, or an error as tine_children(). */
int tine_count(struct tine_super *super, struct tine_counts *counts);

/* The supervisor's process, and parent of its children; 0: it is gone. */
pid_t tine_super_pid(const struct tine_super *super);

/*
 * Stops tasks, and children that depend on nobody, side by side; then the
 * others in reverse order, each as its shutdown_ms has it; then the supervisor
 * ends. Waits for that; meanwhile the loop runs. When timeout_ms are over, all
 * are killed. Whoever found it by name may do so, too. Returns 0, also if it
 * was gone, or TINE_EUSAGE, TINE_EOWNER.
 */
int tine_super_stop(struct tine_super *super, int64_t timeout_ms);

/* Gives the handle back. A supervisor that was started with it is stopped
 * first, with TINE_FOREVER; one that was found goes on. */
void tine_super_free(struct tine_super *super);

/* For a person: what is wrong with these, naming the field; NULL: nothing.
 * Lives for ever. */
const char *tine_child_fault(const struct tine_child *child);
const char *tine_super_options_fault(const struct tine_super_options *options);

#ifdef __cplusplus
}
#endif
#endif
