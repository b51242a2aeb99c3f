/* SPDX-License-Identifier: MIT */
/*
 * modules.h - which functions there are in a process that was forked.
 *
 * A function stands at the same address in every process of a program, if its
 * module was loaded when they parted. So what is asked of a supervisor is
 * looked up in what was loaded when it began.
 */
#ifndef TINE_MODULES_H
#define TINE_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct module {
	uintptr_t from, to; /* of its code */
};

struct modules {
	struct module *list;
	size_t count;
	bool lost; /* memory was out: nothing is known */
};

void modules_read(struct modules *modules);
void modules_done(struct modules *modules);
bool modules_have(const struct modules *modules, uintptr_t address);

#endif
