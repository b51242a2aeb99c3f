/* SPDX-License-Identifier: MIT */
/* plan.c - what each of many tasks shall do, and how it must then end. */
#include "plan.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chance.h"
#include "frame.h"
#include "self.h"

/* ---- Chance ------------------------------------------------------------ */

static enum plan_kind plan_draw(uint64_t random)
{
	static const unsigned shares[] = {
#define PLAN_SHARE(name, share, text) [PLAN_##name] = share,
		PLANS(PLAN_SHARE)
#undef PLAN_SHARE
	};

	return (enum plan_kind)chance_pick(random, shares, PLAN_KINDS);
}

struct plan plan_make(uint64_t seed, uint64_t number)
{
	uint64_t random = chance_mix(seed ^ chance_mix(number));
	struct plan plan = { .number = number,
			     .kind = plan_draw(random),
			     .brutal = chance_mix(random + 1) % 2,
			     .cancel_us = -1,
			     .salt = chance_mix(random + 2) };

	plan.code = plan.kind == PLAN_CODE
			    ? (int)(chance_mix(random + 3) % 256)
			    : chance_signal(chance_mix(random + 3));
	if (plan.kind == PLAN_CANCEL || plan.kind == PLAN_RACE)
		plan.cancel_us = (int64_t)(chance_mix(random + 4) % 3000);
	return plan;
}

const char *plan_name(enum plan_kind kind)
{
	static const char *const names[] = {
#define PLAN_NAME(name, share, text) [PLAN_##name] = text,
		PLANS(PLAN_NAME)
#undef PLAN_NAME
	};

	return names[kind];
}

/* ---- In the task ------------------------------------------------------- */

size_t plan_size(const struct plan *plan)
{
	if (plan->kind == PLAN_LARGE)
		return 100000 + plan->salt % 50000;
	if (plan->kind == PLAN_OVERSIZE)
		return PLAN_MAX_RESULT + 1;
	return 1 + plan->salt % PLAN_SMALL;
}

unsigned char plan_byte(const struct plan *plan, size_t at)
{
	return (unsigned char)((plan->salt >> at % 8 * 8) + at);
}

static int plan_send(struct tine_self *self, const struct plan *plan)
{
	size_t size = plan_size(plan);
	unsigned char *bytes = malloc(size);
	int error;

	if (!bytes)
		return 99;
	for (size_t i = 0; i < size; i++)
		bytes[i] = plan_byte(plan, i);
	error = tine_send(self, bytes, size);
	free(bytes);
	return error == 0 ? 0 : 98;
}

static int plan_hang(void)
{
	while (pause() < 0)
		;
	return 0;
}

static int plan_leave(const struct plan *plan)
{
	if (plan->brutal)
		exit(plan->code);
	return plan->code;
}

/* Behind a whole frame a part of one, and an exit that looks well. */
static int plan_cut(struct tine_self *self, const struct plan *plan)
{
	unsigned char bytes[FRAME_HEAD + 8] = "";
	struct frame frame = { .kind = FRAME_DATA, .size = 8 };

	frame_encode(bytes, &frame);
	(void)tine_send(self, "whole", 5);
	(void)write(self->channel, bytes, 1 + plan->salt % (sizeof bytes - 1));
	_exit(0);
}

/* The high bit of the first byte is never a frame's. */
static int plan_garbage(struct tine_self *self, const struct plan *plan)
{
	unsigned char bytes[64];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = plan_byte(plan, i) | 0x80;
	(void)write(self->channel, bytes, 1 + plan->salt % sizeof bytes);
	return plan_hang();
}

/* Half of them in the task's group, half in a session of their own, which
 * nobody can find, and which end by themselves. */
static int plan_hold(struct tine_self *self, const struct plan *plan)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (plan->brutal)
			(void)setsid();
		(void)usleep(100000);
		_exit(0);
	}
	return pid < 0 ? 97 : plan_send(self, plan);
}

static int plan_after(struct tine_self *self, const struct plan *plan)
{
	(void)plan_send(self, plan);
	self_done(self, 0);
	(void)raise(plan->code);
	return plan_hang();
}

static int plan_race(struct tine_self *self, const struct plan *plan)
{
	(void)usleep((useconds_t)(plan->salt % 3000));
	return plan_send(self, plan);
}

int plan_run(struct tine_self *self, const void *arg, size_t size)
{
	struct plan plan;

	memcpy(&plan, arg, size);
	tine_note(self, "task %llu: %s", (unsigned long long)plan.number,
		  plan_name(plan.kind));
	switch (plan.kind) {
	case PLAN_VALUE:
	case PLAN_LARGE:
	case PLAN_OVERSIZE: return plan_send(self, &plan);
	case PLAN_CRASH: return raise(plan.code);
	case PLAN_CODE: return plan_leave(&plan);
	case PLAN_CUT: return plan_cut(self, &plan);
	case PLAN_GARBAGE: return plan_garbage(self, &plan);
	case PLAN_HOLD: return plan_hold(self, &plan);
	case PLAN_AFTER: return plan_after(self, &plan);
	case PLAN_RACE: return plan_race(self, &plan);
	case PLAN_HANG:
	case PLAN_CANCEL:
	case PLAN_KINDS: break;
	}
	return plan_hang();
}

/* ---- The oracle -------------------------------------------------------- */

static bool is_value(const struct plan *plan, const struct tine_result *result)
{
	const unsigned char *bytes = result->data;

	if (result->end != TINE_OK || result->size != plan_size(plan))
		return false;
	for (size_t i = 0; i < result->size; i++)
		if (bytes[i] != plan_byte(plan, i))
			return false;
	return true;
}

static bool is(const struct tine_result *result, enum tine_end end, int code)
{
	return result->end == end && result->code == code;
}

static bool is_cancelled(const struct plan *plan,
			 const struct tine_result *result)
{
	return plan->brutal ? is(result, TINE_KILLED, SIGKILL)
			    : is(result, TINE_SHUTDOWN, SIGTERM);
}

/* What it sent before is handed over, whatever came then. */
static bool is_cut(const struct tine_result *result)
{
	return result->end == TINE_GARBLED && result->size == 5 &&
	       memcmp(result->data, "whole", 5) == 0;
}

static bool is_left(const struct plan *plan, const struct tine_result *result)
{
	return plan->code == 0 && !plan->brutal
		       ? is(result, TINE_OK, 0)
		       : is(result, TINE_FAILED, plan->code);
}

bool plan_agrees(const struct plan *plan, const struct tine_result *result)
{
	switch (plan->kind) {
	case PLAN_VALUE:
	case PLAN_LARGE:
	case PLAN_HOLD:
	case PLAN_AFTER: return is_value(plan, result);
	case PLAN_CRASH: return is(result, TINE_CRASHED, plan->code);
	case PLAN_CODE: return is_left(plan, result);
	case PLAN_HANG: return is(result, TINE_TIMEOUT, SIGTERM);
	case PLAN_CUT: return is_cut(result);
	case PLAN_GARBAGE: return result->end == TINE_GARBLED;
	case PLAN_OVERSIZE: return result->end == TINE_LIMIT;
	case PLAN_CANCEL: return is_cancelled(plan, result);
	case PLAN_RACE:
		return is_value(plan, result) || is_cancelled(plan, result);
	case PLAN_KINDS: break;
	}
	return false;
}
