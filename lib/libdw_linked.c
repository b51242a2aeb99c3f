/* SPDX-License-Identifier: MIT */
/* libdw_linked.c - libdw, of a program that was linked with it. */
#include "libdw.h"

const struct libdw tine_with_libdw = {
#define LIBDW_ENTRY(name) .name = name,
	LIBDW_CALLS(LIBDW_ENTRY)
#undef LIBDW_ENTRY
};
