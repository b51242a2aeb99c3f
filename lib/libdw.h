/* SPDX-License-Identifier: MIT */
/*
 * libdw.h - the calls of libdw, loaded when they are first needed.
 *
 * libdw brings six libraries along, and what a program has mapped costs each of
 * its forks: a crash may pay for that, and a program that has none shall not.
 */
#ifndef TINE_LIBDW_H
#define TINE_LIBDW_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>

#define LIBDW_CALLS(X)                   \
	X(dwarf_attr)                    \
	X(dwarf_child)                   \
	X(dwarf_diename)                 \
	X(dwarf_filesrc)                 \
	X(dwarf_formudata)               \
	X(dwarf_getsrcfiles)             \
	X(dwarf_haspc)                   \
	X(dwarf_siblingof)               \
	X(dwarf_tag)                     \
	X(dwfl_addrmodule)               \
	X(dwfl_attach_state)             \
	X(dwfl_begin)                    \
	X(dwfl_end)                      \
	X(dwfl_frame_pc)                 \
	X(dwfl_getmodules)               \
	X(dwfl_getthread_frames)         \
	X(dwfl_lineinfo)                 \
	X(dwfl_linux_proc_report)        \
	X(dwfl_module_addrdie)           \
	X(dwfl_module_addrinfo)          \
	X(dwfl_module_getsrc)            \
	X(dwfl_report_end)               \
	X(dwfl_thread_state_register_pc) \
	X(dwfl_thread_state_registers)   \
	X(elf_begin)                     \
	X(elf_cntl)

struct libdw {
	void *library; /* NULL: it is not loaded here */
#define LIBDW_MEMBER(name) __typeof__(&name) name;
	LIBDW_CALLS(LIBDW_MEMBER)
#undef LIBDW_MEMBER
};

/*
 * Of a program that was linked with libdw: a static one cannot load it later.
 * It stands apart in the archive (libdw_linked.c), since most programs do not
 * want it, and is asked for by its name, as "cc -static -u tine_with_libdw".
 */
extern const struct libdw tine_with_libdw
	__attribute__((weak, visibility("hidden")));

/* False: this system has none. Once is enough. */
bool libdw_load(struct libdw *libdw);
void libdw_unload(struct libdw *libdw);

#endif
