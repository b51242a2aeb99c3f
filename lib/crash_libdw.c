/* SPDX-License-Identifier: MIT */
/*
 * crash_libdw.c - the stack of a child that crashed, by libdw.
 *
 * The child left its registers and a piece of its stack. libdwfl unwinds those
 * as it would a core file, by the call frame information that every program
 * has. To read that, and the names of what is there, costs some milliseconds
 * the first time, and little later, so it is kept, and read anew when the
 * program has loaded or unloaded a library.
 */
#include "crash.h"

#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "began.h"
#include "libdw.h"
#include "place.h"

/* What was found out about an address, since the next crash is often there. */
struct name {
	Dwarf_Addr pc;
	char *text; /* as place.h has it; NULL: nothing yet */
};

#define NAMES 128

struct crash {
	struct libdw libdw;
	struct name names[NAMES];
	Dwfl *dwfl;
	unsigned long long loads;         /* as of when dwfl was made */
	const struct slate_crash *record; /* of the child that is looked at, */
	const struct registers *from;     /* and where that begins */
	struct story *story;
};

/* ---- What there is to unwind ------------------------------------------- */

/* One thread, whose id we make up. */
static pid_t crash_next_thread(Dwfl *dwfl, void *data, void **thread)
{
	(void)dwfl;
	if (*thread)
		return 0;
	*thread = data;
	return getpid();
}

/* Of its memory there is the piece of stack, and no more. */
static bool crash_read(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *word,
		       void *data)
{
	(void)dwfl;
	return slate_stack_word(((const struct crash *)data)->record, address,
				word);
}

static bool crash_set_registers(Dwfl_Thread *thread, void *data)
{
	const struct crash *crash = data;
	const struct libdw *dw = &crash->libdw;
	const struct registers *registers = crash->from;
	Dwarf_Word values[REGISTERS_MOST];

	for (uint32_t i = 0; i < registers->count; i++)
		values[i] = registers->value[i];
	dw->dwfl_thread_state_register_pc(thread, registers->pc);
	return dw->dwfl_thread_state_registers(thread, 0, registers->count,
					       values);
}

/* ---- The session ------------------------------------------------------- */

static int count_loads(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	*(unsigned long long *)data = info->dlpi_adds + info->dlpi_subs;
	return 1;
}

static int crash_open_file(const char *name)
{
	return name[0] == '/' ? open(name, O_RDONLY | O_CLOEXEC) : -1;
}

/* A program that gave up its privileges may not find the way to its own file
 * any more; but the kernel has it. */
static int crash_open_itself(const char *name)
{
	char path[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", path, sizeof path);

	if (size != (ssize_t)strlen(name) ||
	    memcmp(path, name, (size_t)size) != 0)
		return -1;
	return open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
}

/* It is mapped, so that no descriptor stays with the program until the end. */
static int crash_find_elf(Dwfl_Module *module, void **data, const char *name,
			  Dwarf_Addr base, char **file, Elf **elf)
{
	const struct libdw *dw = *data;
	int fd = crash_open_file(name);

	(void)module, (void)base, (void)file;
	if (fd < 0)
		fd = crash_open_itself(name);
	if (fd < 0)
		return -1;
	*elf = dw->elf_begin(fd, ELF_C_READ_MMAP_PRIVATE, NULL);
	if (*elf)
		(void)dw->elf_cntl(*elf, ELF_C_FDREAD);
	(void)close(fd);
	return -1;
}

static int crash_tell_libdw(Dwfl_Module *module, void **data, const char *name,
			    Dwarf_Addr base, void *libdw)
{
	(void)module, (void)name, (void)base;
	*data = libdw;
	return DWARF_CB_OK;
}

/* What stands in files of its own is large, and every fork would pay for it
 * afterwards: the program's own lines are in the program. */
static int crash_no_debuginfo(Dwfl_Module *module, void **data,
			      const char *name, Dwarf_Addr base,
			      const char *file, const char *link,
			      GElf_Word check, char **found)
{
	(void)module, (void)data, (void)name, (void)base;
	(void)file, (void)link, (void)check, (void)found;
	return -1;
}

static bool crash_open(struct crash *crash)
{
	struct libdw *dw = &crash->libdw;
	static const Dwfl_Callbacks modules = {
		.find_elf = crash_find_elf,
		.find_debuginfo = crash_no_debuginfo,
	};
	static const Dwfl_Thread_Callbacks threads = {
		.next_thread = crash_next_thread,
		.memory_read = crash_read,
		.set_initial_registers = crash_set_registers,
	};

	crash->dwfl = dw->dwfl_begin(&modules);
	return crash->dwfl &&
	       dw->dwfl_linux_proc_report(crash->dwfl, getpid()) == 0 &&
	       dw->dwfl_report_end(crash->dwfl, NULL, NULL) == 0 &&
	       dw->dwfl_getmodules(crash->dwfl, crash_tell_libdw, dw, 0) == 0 &&
	       dw->dwfl_attach_state(crash->dwfl, NULL, getpid(), &threads,
				     crash);
}

static void crash_close(struct crash *crash)
{
	for (int i = 0; i < NAMES; i++) {
		free(crash->names[i].text);
		crash->names[i].text = NULL;
	}
	if (crash->dwfl)
		crash->libdw.dwfl_end(crash->dwfl);
	crash->dwfl = NULL;
}

static bool crash_refresh(struct crash *crash)
{
	unsigned long long loads = 0;

	if (!libdw_load(&crash->libdw))
		return false;
	(void)dl_iterate_phdr(count_loads, &loads);
	if (crash->dwfl && crash->loads == loads)
		return true;
	crash_close(crash);
	crash->loads = loads;
	if (crash_open(crash))
		return true;
	crash_close(crash);
	return false;
}

void crash_free(struct crash *crash)
{
	if (!crash)
		return;
	crash_close(crash);
	libdw_unload(&crash->libdw);
	free(crash);
}

/* ---- Frames ------------------------------------------------------------ */

/* NULL: there is no memory for it. */
static const char *crash_name(struct crash *crash, Dwarf_Addr pc)
{
	struct name *name = &crash->names[(pc ^ pc >> 7) % NAMES];

	if (name->text && name->pc == pc)
		return name->text;
	free(name->text);
	name->pc = pc;
	name->text = place_name(&crash->libdw, crash->dwfl, pc);
	return name->text;
}

static int crash_on_frame(Dwfl_Frame *frame, void *data)
{
	struct crash *crash = data;
	Dwarf_Addr pc;
	bool exact;
	const char *name;

	if (!crash->libdw.dwfl_frame_pc(frame, &pc, &exact))
		return DWARF_CB_ABORT;
	pc -= !exact; /* a return address may be another function's first */
	name = began_at(pc) ? NULL : crash_name(crash, pc);
	return name && story_frame(crash->story, pc, name) ? DWARF_CB_OK
							   : DWARF_CB_ABORT;
}

void crash_unwind(struct crash **crash, const struct slate_crash *record,
		  const struct registers *from, struct story *story)
{
	struct crash *here = *crash;

	if (!here)
		here = *crash = calloc(1, sizeof *here);
	if (!here || !crash_refresh(here))
		return;
	here->record = record;
	here->from = from;
	here->story = story;
	(void)here->libdw.dwfl_getthread_frames(here->dwfl, getpid(),
						crash_on_frame, here);
}
