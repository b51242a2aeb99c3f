/* SPDX-License-Identifier: MIT */
/* libdw.c - the calls of libdw, loaded when they are first needed. */
#include "libdw.h"

#include <dlfcn.h>
#include <string.h>

#define LIBDW_NAME "libdw.so.1"

/* A pointer to a function is no pointer to an object, but dlsym() gives one. */
static bool libdw_find(void *library, const char *name, void *call)
{
	void *found = dlsym(library, name);

	memcpy(call, &found, sizeof found);
	return found;
}

bool libdw_load(struct libdw *libdw)
{
	bool whole = true;

	if (libdw->library)
		return true;
	libdw->library = dlopen(LIBDW_NAME, RTLD_NOW | RTLD_LOCAL);
	if (!libdw->library)
		return false;
#define LIBDW_FIND(name) \
	whole = whole && libdw_find(libdw->library, #name, &libdw->name);
	LIBDW_CALLS(LIBDW_FIND)
#undef LIBDW_FIND
	if (!whole)
		libdw_unload(libdw);
	return whole;
}

void libdw_unload(struct libdw *libdw)
{
	if (libdw->library)
		(void)dlclose(libdw->library);
	libdw->library = NULL;
}
