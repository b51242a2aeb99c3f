/* SPDX-License-Identifier: MIT */
/* troupe.c - functions for children of a supervisor, for every kind of end. */
#include "troupe.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static int stay(void)
{
	while (pause() < 0)
		;
	return 0;
}

static int stay_in_spite(void)
{
	(void)signal(SIGTERM, SIG_IGN);
	return stay();
}

/* One in its session, and one whom it has left behind already. */
static int stay_with_strays(void)
{
	for (int i = 0; i < 2; i++) {
		if (fork() > 0)
			continue;
		(void)setsid();
		if (i > 0 && fork() > 0)
			_exit(0);
		return stay_in_spite();
	}
	return stay();
}

int troupe_play(struct tine_self *self, const void *arg, size_t size)
{
	struct part part;

	memcpy(&part, arg, size);
	if (part.role >= ROLE_RETURN)
		(void)usleep(part.delay_us);
	switch (part.role) {
	case ROLE_STAY: return stay();
	case ROLE_IGNORE: return stay_in_spite();
	case ROLE_STRAYS: return stay_with_strays();
	case ROLE_FAIL: return 7;
	case ROLE_CRASH: return raise(SIGKILL);
	case ROLE_RETURN:
	case ROLES: break;
	}
	return tine_send(self, &part.value, sizeof part.value);
}

bool troupe_agrees(const struct part *part, const struct tine_result *result)
{
	switch (part->role) {
	case ROLE_RETURN:
		return result->end == TINE_OK &&
		       result->size == sizeof part->value &&
		       memcmp(result->data, &part->value, result->size) == 0;
	case ROLE_FAIL: return result->end == TINE_FAILED && result->code == 7;
	case ROLE_CRASH:
		return result->end == TINE_CRASHED && result->code == SIGKILL;
	case ROLE_STAY:
	case ROLE_IGNORE:
	case ROLE_STRAYS:
	case ROLES: break;
	}
	return false;
}
