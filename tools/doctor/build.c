/* SPDX-License-Identifier: MIT */
/* build.c - what is installed here. */
#include <gnu/libc-version.h>
#include <sys/utsname.h>

#include "doctor/check.h"

#ifdef HAVE_LIBDW
#include "libdw.h"
#endif

static void look_at_version(struct finding *finding)
{
	finding_say(finding, "%s", TINE_VERSION);
}

static void look_at_system(struct finding *finding)
{
	struct utsname name;

	if (uname(&name) == 0)
		finding_say(finding, "%s %s", name.sysname, name.release);
	finding_say(finding, "glibc %s", gnu_get_libc_version());
}

#ifdef HAVE_LIBDW
static void look_at_libdw(struct finding *finding)
{
	struct libdw libdw = { 0 };

	if (libdw_load(&libdw)) {
		finding_say(finding, "built in, and found");
		libdw_unload(&libdw);
		return;
	}
	finding_say(finding, "built in, but not found");
	finding_note(finding, "A crash is told by the nearest symbol.");
	finding_remedy(finding, "Install elfutils' libdw (Debian: libdw1).");
}
#else
static void look_at_libdw(struct finding *finding)
{
	finding_say(finding, "not built in");
	finding_note(finding, "A crash is told by the nearest symbol.");
	finding_remedy(finding, "Build without --without-libdw.");
}
#endif

const struct check checks_build[] = {
	{ .name = "version", .look = look_at_version },
	{ .name = "system", .look = look_at_system },
	{ .name = "libdw", .look = look_at_libdw },
	{ 0 },
};
