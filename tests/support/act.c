/* SPDX-License-Identifier: MIT */
/* act.c - items that say what is to be done, and a source of them. */
#include "act.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct act_memory *act_memory;

/* ---- Waiting ----------------------------------------------------------- */

void act_wait(_Atomic uint32_t *word, uint32_t least)
{
	uint32_t now;

	while ((now = atomic_load(word)) < least)
		(void)syscall(SYS_futex, word, FUTEX_WAIT, now, NULL, NULL, 0);
}

static void act_wake(_Atomic uint32_t *word)
{
	(void)syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void act_raise(_Atomic uint32_t *word)
{
	(void)atomic_fetch_add(word, 1);
	act_wake(word);
}

void act_open_gate(uint32_t number)
{
	act_raise(&act_memory->gates[number % ACT_ITEMS]);
}

/* ---- In the child ------------------------------------------------------ */

static int ran_here; /* items that this process has begun */

/* Who is waited for is to have said all this. */
static void act_enter(const struct act *act)
{
	struct act_memory *memory = act_memory;
	uint32_t now, most;

	ran_here++;
	atomic_store(&memory->pids[act->number % ACT_ITEMS], getpid());
	act_raise(&memory->runs[act->number % ACT_ITEMS]);
	now = atomic_fetch_add(&memory->running, 1) + 1;
	most = atomic_load(&memory->most);
	while (now > most &&
	       !atomic_compare_exchange_weak(&memory->most, &most, now))
		;
	act_wake(&memory->most);
}

static void act_leave(void)
{
	(void)atomic_fetch_sub(&act_memory->running, 1);
	act_raise(&act_memory->ended);
}

static void act_hang(void)
{
	for (;;)
		(void)pause();
}

static void act_ready(const struct act *act)
{
	act_open_gate(act->number);
	act_hang();
}

static void act_slay(uint32_t number)
{
	act_wait(&act_memory->runs[number], 1);
	(void)kill(atomic_load(&act_memory->pids[number]), SIGKILL);
}

static int act_try(struct tine_self *self, const struct act *act)
{
	uint32_t runs = atomic_load(&act_memory->runs[act->number % ACT_ITEMS]);

	return runs == (uint32_t)act->value
		       ? tine_send(self, &act->value, sizeof act->value)
		       : tine_fail(self, 7, "attempt %u", runs);
}

static _Noreturn void act_eat(void)
{
	for (;;) {
		char *memory = malloc(1 << 20);

		if (!memory)
			abort();
		memset(memory, 1, 1 << 20);
	}
}

static void act_write(void)
{
	int fd = memfd_create("large", 0);
	char piece[4096] = "";

	while (write(fd, piece, sizeof piece) > 0)
		;
}

static int act_flood(struct tine_self *self, size_t size)
{
	static const char piece[100] = "";

	for (; size > sizeof piece; size -= sizeof piece)
		(void)tine_send(self, piece, sizeof piece);
	(void)tine_send(self, piece, size);
	return 0;
}

static int act_do(struct tine_self *self, const struct act *act)
{
	int value = act->value;

	switch (act->verb) {
	case ACT_SEND: break;
	case ACT_RETURN: return value;
	case ACT_EXIT: exit(value);
	case ACT_RAISE: (void)raise(value); return 99;
	case ACT_FAIL: return tine_fail(self, value, "because of %d", value);
	case ACT_STUBBORN:
	case ACT_HANG: act_hang(); break;
	case ACT_DEAF:
		(void)signal(SIGTERM, SIG_IGN);
		act_ready(act);
		break;
	case ACT_READY: act_ready(act); break;
	case ACT_GATE:
		act_wait(&act_memory->gates[act->number % ACT_ITEMS], 1);
		break;
	case ACT_AFTER: act_wait(&act_memory->ended, (uint32_t)value); break;
	case ACT_TOGETHER: act_wait(&act_memory->most, (uint32_t)value); break;
	case ACT_LAST: act_wait(&act_memory->most, (uint32_t)value); return 3;
	case ACT_TRY: return act_try(self, act);
	case ACT_COUNT: value = ran_here; break;
	case ACT_PID: value = getpid(); break;
	case ACT_SLAY: act_slay((uint32_t)value); break;
	case ACT_NAP: (void)usleep((useconds_t)value * 1000); break;
	case ACT_SPIN:
		for (volatile unsigned long i = 0;; i++)
			;
	case ACT_EAT: act_eat();
	case ACT_WRITE: act_write(); break;
	case ACT_FLOOD: return act_flood(self, (size_t)value);
	case ACT_NOTE:
		tine_note(self, "at %d", value);
		(void)tine_send(self, &value, sizeof value);
		(void)raise(SIGSEGV);
		break;
	}
	return tine_send(self, &value, sizeof value);
}

/* What is not there any more behind its deed leaves before it. */
static int act_leaves_first(const struct act *act)
{
	return act->verb == ACT_EXIT || act->verb == ACT_RAISE ||
	       act->verb == ACT_NOTE;
}

int act_run(struct tine_self *self, const void *arg, size_t size)
{
	struct act act;
	int code;

	if (size != sizeof act)
		return 98;
	memcpy(&act, arg, sizeof act);
	if (act.verb == ACT_STUBBORN) /* before anybody knows that it runs */
		(void)signal(SIGTERM, SIG_IGN);
	act_enter(&act);
	if (act_leaves_first(&act))
		act_leave();
	code = act_do(self, &act);
	if (!act_leaves_first(&act))
		act_leave();
	return code;
}

/* ---- The source -------------------------------------------------------- */

/* The place is the same for each: who does not copy it in time will see. */
static int acts_next(void *state, const void **item, size_t *size)
{
	struct acts *acts = state;

	memset(&acts->item, 0xa5, sizeof acts->item);
	acts->asked++;
	if (acts->on_next)
		acts->on_next(acts);
	if (acts->pulled == acts->count)
		return acts->error;
	acts->item = acts->list[acts->pulled % acts->listed];
	acts->item.number = (uint32_t)acts->pulled++;
	if (acts->pulled - acts->taken > acts->most_ahead)
		acts->most_ahead = acts->pulled - acts->taken;
	*item = &acts->item;
	*size = sizeof acts->item;
	return 1;
}

static void acts_close(void *state)
{
	struct acts *acts = state;

	acts->closed++;
	if (acts->on_close)
		acts->on_close(acts);
}

struct tine_source acts_source(struct acts *acts)
{
	return (struct tine_source){ acts_next, acts_close, acts };
}

/* ---- What there was ---------------------------------------------------- */

void act_assert_all_dead(void)
{
	for (size_t i = 0; i < ACT_ITEMS; i++) {
		pid_t pid = atomic_load(&act_memory->pids[i]);

		if (pid == 0)
			continue;
		assert_int_equal(kill(pid, 0), -1);
		assert_int_equal(errno, ESRCH);
	}
}

void act_assert_each_ran_once(size_t count)
{
	for (size_t i = 0; i < ACT_ITEMS; i++)
		assert_int_equal(atomic_load(&act_memory->runs[i]), i < count);
}

/* ---- The fixture ------------------------------------------------------- */

int act_setup(void **state)
{
	act_memory = mmap(NULL, sizeof *act_memory, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return act_memory == MAP_FAILED ? -1 : fixture_setup(state);
}

int act_teardown(void **state)
{
	int error = fixture_teardown(state);

	(void)munmap(act_memory, sizeof *act_memory);
	act_memory = NULL;
	return error;
}
