/* SPDX-License-Identifier: MIT */
/*
 * began.h - where a task's function was called: what is further out on its
 * stack is ours, or the program's.
 *
 * The functions that call it stand in a section of their own, which linkers
 * name the ends of. So they are known also when their names are stripped.
 */
#ifndef TINE_BEGAN_H
#define TINE_BEGAN_H

#include <stdbool.h>
#include <stdint.h>

#define CALLS_TASK __attribute__((section("tine_calls")))

extern const char __start_tine_calls[] __attribute__((visibility("hidden")));
extern const char __stop_tine_calls[] __attribute__((visibility("hidden")));

static inline bool began_at(uint64_t pc)
{
	return pc >= (uintptr_t)__start_tine_calls &&
	       pc < (uintptr_t)__stop_tine_calls;
}

#endif
