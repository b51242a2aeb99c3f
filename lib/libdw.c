/* SPDX-License-Identifier: MIT */
/* libdw.c - the calls of libdw, loaded when they are first needed. */
#include "libdw.h"

#include <dlfcn.h>
#include <string.h>

#include "image.h"

#define LIBDW_NAME "libdw.so.1"

/* A pointer to a function is no pointer to an object, but dlsym() gives one. */
static bool libdw_find(void *library, const char *name, void *call)
{
	void *found = dlsym(library, name);

	memcpy(call, &found, sizeof found);
	return found;
}

static bool libdw_find_all(struct libdw *libdw)
{
	bool whole = true;

#define LIBDW_FIND(name) \
	whole = whole && libdw_find(libdw->library, #name, &libdw->name);
	LIBDW_CALLS(LIBDW_FIND)
#undef LIBDW_FIND
	return whole;
}

bool libdw_load(struct libdw *libdw)
{
	if (libdw->dwfl_begin)
		return true;
	if (&tine_with_libdw) {
		*libdw = tine_with_libdw;
		return true;
	}
	if (image_is_static())
		return false;
	libdw->library = dlopen(LIBDW_NAME, RTLD_NOW | RTLD_LOCAL);
	if (!libdw->library)
		return false;
	if (libdw_find_all(libdw))
		return true;
	libdw_unload(libdw);
	return false;
}

void libdw_unload(struct libdw *libdw)
{
	if (libdw->library)
		(void)dlclose(libdw->library);
	*libdw = (struct libdw){ .library = NULL };
}
