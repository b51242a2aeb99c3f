/* SPDX-License-Identifier: MIT */
/* mishap.c - bugs of each kind, which know where they are. */
#include "mishap.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "children.h"

#define NOINLINE __attribute__((noinline))

/* Says on which line it stands, and does it there. */
#define HERE(self, ...) (say((self), __LINE__), (__VA_ARGS__))

/* What is done after a call, so that it is one, and not a jump. */
static volatile int sink;

static NOINLINE void say(struct tine_self *self, int line)
{
	(void)tine_send(self, &line, sizeof line);
}

/* ---- What the processor refuses ----------------------------------------- */

static volatile int *volatile nothing;
static volatile int zero;

static BUGGY NOINLINE void write_null(struct tine_self *self)
{
	HERE(self, *nothing = 1);
	sink++;
}

static NOINLINE void by_null(struct tine_self *self)
{
	HERE(self, write_null(self));
	sink++;
}

static BUGGY NOINLINE void divide(struct tine_self *self)
{
	HERE(self, sink = 100 / zero);
	sink++;
}

static NOINLINE void by_zero(struct tine_self *self)
{
	HERE(self, divide(self));
	sink++;
}

static BUGGY NOINLINE void trap(struct tine_self *self)
{
	HERE(self, __builtin_trap());
}

static NOINLINE void by_trap(struct tine_self *self)
{
	HERE(self, trap(self));
	sink++;
}

/* The file is shorter than its mapping. */
static NOINLINE void read_behind_end(struct tine_self *self)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	int fd = memfd_create("short", 0);
	volatile char *map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);

	HERE(self, sink = map[size / 2]);
	sink++;
}

static NOINLINE void by_file(struct tine_self *self)
{
	HERE(self, read_behind_end(self));
	sink++;
}

/* What a compiler puts into another function is still the function. */
static inline BUGGY __attribute__((always_inline)) void
write_inlined(struct tine_self *self)
{
	HERE(self, *nothing = 1);
	sink++;
}

static NOINLINE BUGGY void by_inlined(struct tine_self *self)
{
	HERE(self, write_inlined(self));
	sink++;
}

/* ---- What a program does to itself --------------------------------------- */

static NOINLINE void give_up(struct tine_self *self)
{
	HERE(self, abort());
}

static NOINLINE void by_abort(struct tine_self *self)
{
	HERE(self, give_up(self));
	sink++;
}

static NOINLINE void give_in(struct tine_self *self)
{
	HERE(self, abort());
}

static NOINLINE void by_other_abort(struct tine_self *self)
{
	HERE(self, give_in(self));
	sink++;
}

static NOINLINE void insist(struct tine_self *self)
{
	HERE(self, __assert_fail("zero", "mishap.c", 1, "insist"));
}

static NOINLINE void by_assert(struct tine_self *self)
{
	(void)close(STDERR_FILENO); /* its words are not wanted */
	HERE(self, insist(self));
	sink++;
}

static NOINLINE void raise_sys(struct tine_self *self)
{
	HERE(self, sink = raise(SIGSYS));
	sink++;
}

static NOINLINE void by_sys(struct tine_self *self)
{
	HERE(self, raise_sys(self));
	sink++;
}

/* ---- Calls of what is no function ---------------------------------------- */

static int data[64];
static void (*volatile nowhere)(void) = (void (*)(void))16;
static void (*volatile no_function)(void) = (void (*)(void))data;

static BUGGY NOINLINE void call_nowhere(struct tine_self *self)
{
	HERE(self, nowhere());
	sink++;
}

static NOINLINE void by_jump(struct tine_self *self)
{
	HERE(self, call_nowhere(self));
	sink++;
}

static BUGGY NOINLINE void call_data(struct tine_self *self)
{
	HERE(self, no_function());
	sink++;
}

static NOINLINE void by_data(struct tine_self *self)
{
	HERE(self, call_data(self));
	sink++;
}

/* ---- Stacks that overflow ------------------------------------------------ */

enum { RECURSE_FIRST = __LINE__ };
static NOINLINE int recurse(int depth)
{
	volatile char frame[200];

	frame[0] = (char)depth;
	return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}
enum { RECURSE_LAST = __LINE__ };

static NOINLINE void by_recursion(struct tine_self *self)
{
	(void)self;
	sink += recurse(1);
}

/* So much that the next frame is far below what there is. */
enum { LARGE_FIRST = __LINE__ };
static NOINLINE int recurse_large(int depth)
{
	volatile char frame[50000];

	frame[0] = (char)depth;
	return depth < 0 ? 0 : recurse_large(depth + 1) + frame[0];
}
enum { LARGE_LAST = __LINE__ };

static NOINLINE void by_large_recursion(struct tine_self *self)
{
	(void)self;
	sink += recurse_large(1);
}

/* ---- Threads ------------------------------------------------------------- */

static BUGGY NOINLINE void write_null_there(struct tine_self *self)
{
	HERE(self, *nothing = 1);
	sink++;
}

static void *thread_main(void *self)
{
	HERE(self, write_null_there(self));
	sink++;
	return NULL;
}

static NOINLINE void by_thread(struct tine_self *self)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, thread_main, self) == 0)
		(void)pthread_join(thread, NULL);
}

/* ---- All of them --------------------------------------------------------- */

#define MISHAP(word, call, number, inner, outer, ...)       \
	{                                                   \
		.name = word, .fn = call, .signal = number, \
		.functions = { inner, outer }, __VA_ARGS__  \
	}

const struct mishap mishaps[] = {
	MISHAP("null", by_null, SIGSEGV, "write_null", "by_null"),
	MISHAP("zero", by_zero, SIGFPE, "divide", "by_zero"),
	MISHAP("trap", by_trap, SIGILL, "trap", "by_trap"),
	MISHAP("file", by_file, SIGBUS, "read_behind_end", "by_file"),
	MISHAP("inlined", by_inlined, SIGSEGV, "write_inlined", "by_inlined"),
	MISHAP("abort", by_abort, SIGABRT, "give_up", "by_abort"),
	MISHAP("other", by_other_abort, SIGABRT, "give_in", "by_other_abort"),
	MISHAP("assert", by_assert, SIGABRT, "insist", "by_assert"),
	MISHAP("sys", by_sys, SIGSYS, "raise_sys", "by_sys"),
	MISHAP("jump", by_jump, SIGSEGV, "call_nowhere", "by_jump",
	       .nowhere = true),
	MISHAP("data", by_data, SIGSEGV, "call_data", "by_data",
	       .nowhere = true),
	MISHAP("recursion", by_recursion, SIGSEGV, "recurse", "recurse",
	       .first = RECURSE_FIRST, .last = RECURSE_LAST, .overflow = true),
	MISHAP("large", by_large_recursion, SIGSEGV, "recurse_large", NULL,
	       .first = LARGE_FIRST, .last = LARGE_LAST, .overflow = true),
	MISHAP("thread", by_thread, SIGSEGV, "write_null_there", "thread_main"),
};

const size_t mishap_count = sizeof mishaps / sizeof *mishaps;

int mishap_run(struct tine_self *self, const void *arg, size_t size)
{
	size_t number;

	if (size != sizeof number)
		return 1;
	memcpy(&number, arg, sizeof number);
	mishaps[number].fn(self);
	sink++;
	return 2; /* it is none */
}

const struct mishap *mishap_named(const char *name)
{
	for (size_t i = 0; i < mishap_count; i++)
		if (strcmp(mishaps[i].name, name) == 0)
			return &mishaps[i];
	return NULL;
}

int mishap_line(const struct tine_result *result, size_t from_last)
{
	size_t count = result->size / sizeof(int);
	int line;

	if (from_last >= count)
		return 0;
	memcpy(&line, (const int *)result->data + count - 1 - from_last,
	       sizeof line);
	return line;
}
