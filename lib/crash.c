/* SPDX-License-Identifier: MIT */
/*
 * crash.c - the stack of a child that crashed, made readable.
 *
 * The innermost frame, and the caller of a function that is none, are told
 * whatever there is to read on this machine.
 *
 * Not here: the other frames (crash_libdw.c), the text (story.c).
 */
#include "crash.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "image.h"

/* By what the dynamic loader knows. */
static void crash_frame(struct story *story, uint64_t pc)
{
	void *place = (void *)(uintptr_t)pc;
	Dl_info info = { .dli_sname = NULL };
	char *name;

	(void)dladdr(place, &info);
	name = story_name(pc, info.dli_sname, NULL, 0);
	if (name)
		(void)story_frame(story, pc, name);
	free(name);
}

/* Who called what is no function is found as if he had just done so. */
static void crash_nowhere(struct story *story, const struct slate_crash *record,
			  struct registers *from)
{
	uint64_t top = 0, caller;

	if (image_has_code(from->pc) ||
	    !slate_stack_word(record, from->sp, &top))
		return;
	caller = registers_caller(from, top);
	if (!image_has_code(caller - 1))
		return;
	crash_frame(story, from->pc);
	registers_leave(from, caller);
}

char *crash_text(struct crash **crash, const struct slate_crash *record,
		 bool overflowed)
{
	struct registers from = record->registers;
	struct story story;
	unsigned told;

	if (record->registers.count == 0 || !story_begin(&story))
		return NULL;
	crash_nowhere(&story, record, &from);
	told = story.frames;
	crash_unwind(crash, record, &from, &story);
	if (story.frames == told)
		crash_frame(&story, from.pc);
	return story_end(&story, record, overflowed);
}
