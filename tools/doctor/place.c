/* SPDX-License-Identifier: MIT */
/*
 * place.c - the directory where boards are, by which programs are seen.
 */
#include <errno.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "defer.h"
#include "doctor/check.h"
#include "rundir.h"
#include "slot.h"
#include "text.h"
#include "tine.h"

#define ROOM ((uint64_t)16 << 20) /* for the boards of some programs */

#define UNSEEN "Programs run, and are not seen."

/* Why the library does not trust it. */
static void say_fault(struct finding *finding, const char *path)
{
	struct stat is;

	if (lstat(path, &is) < 0)
		finding_say(finding, "%s", strerror(errno));
	else if (S_ISLNK(is.st_mode))
		finding_say(finding, "is a link");
	else if (!S_ISDIR(is.st_mode))
		finding_say(finding, "is no directory");
	else if (is.st_uid != geteuid())
		finding_say(finding, "belongs to user %u", (unsigned)is.st_uid);
	else
		finding_say(finding, "is open to others (mode %03o)",
			    (unsigned)is.st_mode & 0777);
	finding_note(finding, UNSEEN);
	finding_remedy(finding,
		       "Make %.100s a directory of your own, with "
		       "mode 700; or set TINE_DIR to one.",
		       path);
}

/* The first program that has something to show makes it. */
static void say_missing(struct finding *finding, char *path)
{
	const char *parent = dirname(path);

	if (access(parent, W_OK | X_OK) == 0) {
		finding_say(finding, "to be made");
		return;
	}
	finding_say(finding, "cannot be made in %.100s: %s", parent,
		    strerror(errno));
	finding_note(finding, UNSEEN);
	finding_remedy(finding, "Set TINE_DIR to a directory of your own.");
}

struct kind {
	long magic;
	const char *name;
	bool shared; /* with other machines: locks may be slow, or none */
};

static const struct kind *kind_of(const struct statfs *home)
{
	static const struct kind kinds[] = {
		{ TMPFS_MAGIC, "tmpfs", false },
		{ EXT4_SUPER_MAGIC, "ext4", false },
		{ XFS_SUPER_MAGIC, "xfs", false },
		{ BTRFS_SUPER_MAGIC, "btrfs", false },
		{ F2FS_SUPER_MAGIC, "f2fs", false },
		{ OVERLAYFS_SUPER_MAGIC, "overlay", false },
		{ NFS_SUPER_MAGIC, "nfs", true },
		{ SMB2_SUPER_MAGIC, "smb", true },
		{ CIFS_SUPER_MAGIC, "cifs", true },
		{ V9FS_MAGIC, "9p", true },
		{ FUSE_SUPER_MAGIC, "fuse", true },
	};
	static const struct kind other = { 0, "another file system", false };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].magic == (long)home->f_type)
			return &kinds[i];
	return &other;
}

static void say_home(struct finding *finding, int rundir)
{
	const struct kind *kind;
	char size[TEXT_SIZE];
	struct statfs home;
	uint64_t left;

	if (fstatfs(rundir, &home) < 0)
		return;
	kind = kind_of(&home);
	left = (uint64_t)home.f_bavail * (uint64_t)home.f_bsize;
	finding_say(finding, "%s", kind->name);
	finding_say(finding, "%s free", text_size(size, left));
	finding_number(finding, "free", (int64_t)left);
	if (left < ROOM)
		finding_note(finding, "What there is no room for is not seen.");
	finding_remedy(finding, "Make room there, or set TINE_DIR to another "
				"directory.");
	if (kind->shared)
		finding_note(finding, "Boards are locked over a network, and "
				      "each change goes there.");
	finding_remedy(finding, "Set TINE_DIR to a directory in memory.");
}

static void look_at_rundir(struct finding *finding)
{
	char path[RUNDIR_PATH];
	AUTO_CLOSE int rundir = rundir_open(false);

	if (!rundir_path(path)) {
		finding_say(finding, "its path is too long, or relative");
		finding_note(finding, UNSEEN);
		finding_remedy(finding, "Set TINE_DIR to an absolute path.");
		return;
	}
	finding_say(finding, "%.100s", path);
	if (rundir >= 0)
		say_home(finding, rundir);
	else if (rundir == TINE_ENOENT)
		say_missing(finding, path);
	else
		say_fault(finding, path);
}

const struct check checks_place[] = {
	{ .name = "rundir", .look = look_at_rundir },
	{ 0 },
};
