/* SPDX-License-Identifier: MIT */
/* facts.c - facts about the end of a child, one by one or all together. */
#include "facts.h"

static const struct tine_options options = {
	.timeout_ms = 500,
	.max_result = 1 << 20,
	.limits = { .memory_bytes = 64 << 20,
		    .file_bytes = 1536,
		    .cpu_ms = 250,
		    .files = 7,
		    .processes = 9 },
};

struct facts facts_filled(struct facts facts)
{
	facts.options = &options;
	facts.said = facts.said ? facts.said : "";
	facts.note = facts.note ? facts.note : "";
	return facts;
}

enum tine_end end_of(struct facts facts, int *code)
{
	facts = facts_filled(facts);
	return verdict_end(&facts, code);
}

static const int hows[][2] = {
	{ EXIT_UNKNOWN, 0 },      { EXIT_CODE, 0 },
	{ EXIT_CODE, 3 },         { EXIT_CODE, 255 },
	{ EXIT_SIGNAL, SIGKILL }, { EXIT_SIGNAL, SIGTERM },
	{ EXIT_SIGNAL, SIGSEGV }, { EXIT_SIGNAL, SIGXCPU },
	{ EXIT_SIGNAL, 64 },
};

static void each_limit(struct facts *facts, facts_fn *fn)
{
	for (int limit = LIMIT_NONE; limit < LIMIT_COUNT; limit++) {
		facts->limit = (enum limit)limit;
		for (facts->value = -1; facts->value <= 10; facts->value++)
			fn(facts);
	}
}

static void each_cause(struct facts *facts, facts_fn *fn)
{
	for (int cause = CAUSE_NONE; cause <= CAUSE_FOUL; cause++)
		for (int killed = 0; killed < 2; killed++) {
			facts->cause = (enum cause)cause;
			facts->killed = killed;
			each_limit(facts, fn);
		}
}

void each_combination(struct facts facts, facts_fn *fn)
{
	facts = facts_filled(facts);
	for (size_t how = 0; how < COUNT(hows); how++)
		for (int last = LAST_NONE; last <= LAST_CLOSED; last++) {
			facts.how = (enum exit_kind)hows[how][0];
			facts.status = hows[how][1];
			facts.last = (enum last_word)last;
			each_cause(&facts, fn);
		}
}
