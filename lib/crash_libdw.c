/* SPDX-License-Identifier: MIT */
/*
 * crash_libdw.c - the stack of a child that crashed, by libdw.
 *
 * The child left its registers and a piece of its stack. libdwfl unwinds those
 * as it would a core file, by the call frame information that every program
 * has, and names each address by the symbols and lines that are there. To read
 * those costs some milliseconds the first time, and little later, so they are
 * kept, and read anew when the program has loaded or unloaded a library.
 */
#include "crash.h"

#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdw.h"

#define FRAMES_MOST 48

/* What was found out about an address, since the next crash is often there. */
struct name {
	Dwarf_Addr pc;
	char *text; /* NULL: nothing yet; "": the task began there */
};

#define NAMES 128

struct crash {
	struct libdw libdw;
	struct name names[NAMES];
	Dwfl *dwfl;
	unsigned long long loads; /* as of when dwfl was made */
	struct slate_crash record;
};

struct trace {
	struct crash *crash;
	char *text;
	size_t size;
	FILE *out;
	int frames;
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
static bool record_read(const struct slate_crash *record, uint64_t address,
			uint64_t *word)
{
	uint64_t at = address - record->stack_from;

	if (record->stack_size < sizeof *word ||
	    at > record->stack_size - sizeof *word)
		return false;
	memcpy(word, record->stack + at, sizeof *word);
	return true;
}

static bool crash_read(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *word,
		       void *data)
{
	(void)dwfl;
	return record_read(&((const struct crash *)data)->record, address,
			   word);
}

static bool crash_set_registers(Dwfl_Thread *thread, void *data)
{
	const struct crash *crash = data;
	const struct libdw *dw = &crash->libdw;
	const struct registers *registers = &crash->record.registers;
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
static int crash_find_elf(Dwfl_Module *module, void **data, const char *name,
			  Dwarf_Addr base, char **file, Elf **elf)
{
	int fd = crash_open_file(name);
	char path[PATH_MAX];
	ssize_t size;

	(void)module, (void)data, (void)base, (void)elf;
	if (fd >= 0) {
		*file = strdup(name);
		return fd;
	}
	size = readlink("/proc/self/exe", path, sizeof path);
	if (size != (ssize_t)strlen(name) ||
	    memcmp(path, name, (size_t)size) != 0)
		return -1;
	return open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
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
	const struct libdw *dw = &crash->libdw;
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

/* ---- The text ---------------------------------------------------------- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* " at page.c:41", or " (libpage.so+0x1234)" where nobody knows the line. */
static void name_place(const struct libdw *dw, FILE *out, Dwfl_Module *module,
		       Dwarf_Addr pc)
{
	Dwfl_Line *line = dw->dwfl_module_getsrc(module, pc);
	Dwarf_Addr start = 0;
	int number = 0;
	const char *file =
		line ? dw->dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL)
		     : NULL;
	const char *name = dw->dwfl_module_info(module, NULL, &start, NULL,
						NULL, NULL, NULL, NULL);

	if (file)
		(void)fprintf(out, " at %s:%d", base_name(file), number);
	else
		(void)fprintf(out, " (%s+0x%llx)", name ? base_name(name) : "?",
			      (unsigned long long)(pc - start));
}

/* Where the child became a task, or a pooled one took the item: what is below
 * is ours, or the program's. */
static bool is_where_it_began(const char *name)
{
	return name && (strcmp(name, "spawn_main") == 0 ||
			strcmp(name, "toil_call") == 0 ||
			strcmp(name, "toil_item") == 0 ||
			strcmp(name, "toil_run") == 0);
}

static char *name_find(const struct crash *crash, Dwarf_Addr pc)
{
	const struct libdw *dw = &crash->libdw;
	Dwfl_Module *module = dw->dwfl_addrmodule(crash->dwfl, pc);
	const char *name = module ? dw->dwfl_module_addrname(module, pc) : NULL;
	char *text = NULL;
	size_t size;
	FILE *out;

	if (is_where_it_began(name))
		return calloc(1, 1);
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	(void)fprintf(out, "%s", name ? name : "?");
	if (module)
		name_place(dw, out, module, pc);
	else
		(void)fprintf(out, " (0x%llx)", (unsigned long long)pc);
	(void)fclose(out);
	return text;
}

/* NULL: there is no memory for it. */
static const char *crash_name(struct crash *crash, Dwarf_Addr pc)
{
	struct name *name = &crash->names[(pc ^ pc >> 7) % NAMES];

	if (name->text && name->pc == pc)
		return name->text;
	free(name->text);
	name->pc = pc;
	name->text = name_find(crash, pc);
	return name->text;
}

static int trace_frame(Dwfl_Frame *frame, void *data)
{
	struct trace *trace = data;
	Dwarf_Addr pc;
	bool fault;
	const char *name;

	if (trace->frames == FRAMES_MOST ||
	    !trace->crash->libdw.dwfl_frame_pc(frame, &pc, &fault))
		return DWARF_CB_ABORT;
	pc -= !fault; /* a return address may be another function's first */
	name = crash_name(trace->crash, pc);
	if (!name || *name == '\0')
		return DWARF_CB_ABORT;
	(void)fprintf(trace->out, "#%d %s\n", trace->frames++, name);
	return DWARF_CB_OK;
}

/* Who called what is no function is found as if he had just done so. */
static void trace_nowhere(struct trace *trace, struct slate_crash *record)
{
	uint64_t pc = record->registers.pc, top = 0;

	if (trace->crash->libdw.dwfl_addrmodule(trace->crash->dwfl, pc) ||
	    !record_read(record, record->registers.sp, &top))
		return;
	(void)fprintf(trace->out, "#%d ? (0x%llx)\n", trace->frames++,
		      (unsigned long long)pc);
	registers_leave(&record->registers, top);
}

char *crash_text(struct crash **crash, const struct slate_crash *record)
{
	struct trace trace = { .frames = 0 };

	if (!*crash)
		*crash = calloc(1, sizeof **crash);
	if (!*crash || record->registers.count == 0)
		return NULL;
	if (!crash_refresh(*crash))
		return crash_line(record);
	(*crash)->record = *record;
	trace.crash = *crash;
	trace.out = open_memstream(&trace.text, &trace.size);
	if (!trace.out)
		return NULL;
	trace_nowhere(&trace, &(*crash)->record);
	(void)(*crash)->libdw.dwfl_getthread_frames((*crash)->dwfl, getpid(),
						    trace_frame, &trace);
	(void)fclose(trace.out);
	return trace.text;
}
