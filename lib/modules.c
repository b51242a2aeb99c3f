/* SPDX-License-Identifier: MIT */
/* modules.c - which functions there are in a process that was forked. */
#include "modules.h"

#include <link.h>
#include <stdlib.h>

static void modules_add(struct modules *modules, uintptr_t from, uintptr_t to)
{
	struct module *grown =
		realloc(modules->list, (modules->count + 1) * sizeof *grown);

	if (!grown) {
		modules->lost = true;
		return;
	}
	modules->list = grown;
	modules->list[modules->count++] = (struct module){ from, to };
}

static int modules_add_code(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uintptr_t from = info->dlpi_addr + part->p_vaddr;

		if (part->p_type == PT_LOAD && part->p_flags & PF_X)
			modules_add(data, from, from + part->p_memsz);
	}
	return 0;
}

void modules_read(struct modules *modules)
{
	*modules = (struct modules){ 0 };
	(void)dl_iterate_phdr(modules_add_code, modules);
}

void modules_done(struct modules *modules)
{
	free(modules->list);
	*modules = (struct modules){ 0 };
}

bool modules_have(const struct modules *modules, uintptr_t address)
{
	for (size_t i = 0; i < modules->count; i++)
		if (address >= modules->list[i].from &&
		    address < modules->list[i].to)
			return !modules->lost;
	return false;
}
