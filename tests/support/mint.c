/* SPDX-License-Identifier: MIT */
/* mint.c - boards that no library wrote. */
#include "mint.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "program.h"
#include "tine.h"

void mint_raw(struct mint *mint, off_t at, const void *bytes, size_t size)
{
	if (pwrite(mint->fd, bytes, size, at) != (ssize_t)size)
		err(1, "a board cannot be written");
}

void mint_tear(struct mint *mint, off_t at)
{
	unsigned char byte;

	if (pread(mint->fd, &byte, 1, at) != 1)
		err(1, "a board cannot be read");
	byte ^= 0x40;
	mint_raw(mint, at, &byte, 1);
}

void mint_head(struct mint *mint)
{
	slot_seal(&mint->head, sizeof mint->head);
	mint_raw(mint, 0, &mint->head, sizeof mint->head);
}

void mint_tally(struct mint *mint)
{
	slot_seal(&mint->tally, sizeof mint->tally);
	mint_raw(mint, BOARD_TALLY, &mint->tally, sizeof mint->tally);
}

static void mint_open(struct mint *mint)
{
	const char *home = getenv("TINE_DIR");
	char path[RUNDIR_PATH], name[RUNDIR_NAME];

	if (!home)
		errx(1, "TINE_DIR is not set");
	(void)mkdir(home, 0700);
	rundir_write_name(&mint->name, name);
	(void)snprintf(path, sizeof path, "%s/%s", home, name);
	mint->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_TRUNC, 0600);
	if (mint->fd < 0)
		err(1, "%s", path);
}

static int64_t now_of_day_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void mint_begin(struct mint *mint, enum board_kind kind, pid_t pid,
		unsigned long long started)
{
	struct board_head *head = &mint->head;

	*mint = (struct mint){ .name = { pid, started, 1 } };
	mint_open(mint);
	memcpy(head->magic, BOARD_MAGIC, sizeof head->magic);
	head->version = BOARD_VERSION;
	head->kind = kind;
	head->pid = pid;
	head->started = started;
	head->number = 1;
	head->mono_us = clock_us();
	head->real_us = now_of_day_us();
	(void)strcpy(head->app, "shop");
	(void)strcpy(head->path, kind == BOARD_SUPER ? "crew" : "");
	mint->tally.slates = -1;
	mint_head(mint);
	mint_tally(mint);
}

void mint_begin_own(struct mint *mint, enum board_kind kind)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct program program;

	if (program_of(getpid(), &program) < 0)
		errx(1, "there is no /proc");
	mint_begin(mint, kind, getpid(), program.began);
	if (fcntl(mint->fd, F_SETLK, &lock) < 0)
		err(1, "a board cannot be locked");
}

void mint_done(struct mint *mint)
{
	(void)close(mint->fd);
	mint->fd = -1;
}

static uint64_t mint_id(const struct mint *mint, unsigned number)
{
	return (uint64_t)mint->name.pid << 32 | number;
}

void mint_slot(struct mint *mint, struct board_slot slot)
{
	off_t at = BOARD_SLOTS + mint->slots++ * (off_t)sizeof slot;

	if (slot.kind == SLOT_FREE) {
		slot.kind = SLOT_TASK;
		slot.last_end = TINE_PENDING;
		slot.slate = -1;
	}
	if (slot.id == 0)
		slot.id = mint_id(mint, mint->slots);
	slot_seal(&slot, sizeof slot);
	mint_raw(mint, at, &slot, sizeof slot);
}

/* In the ring, where the place of a number is. */
void mint_end(struct mint *mint, struct board_end end)
{
	off_t place;

	if (end.kind == SLOT_FREE)
		end.kind = SLOT_TASK;
	if (end.number == 0)
		end.number = ++mint->ends;
	if (end.id == 0)
		end.id = mint_id(mint, 1000 + mint->ends);
	place = (off_t)((end.number - 1) % BOARD_ENDS_KEPT);
	slot_seal(&end, sizeof end);
	mint_raw(mint, BOARD_ENDS + place * (off_t)sizeof end, &end,
		 sizeof end);
}

void mint_crash(struct mint *mint, struct board_crash crash)
{
	off_t at = BOARD_CRASHES + mint->crashes++ * (off_t)sizeof crash;

	if (crash.fingerprint == 0)
		crash.fingerprint = mint->crashes;
	if (crash.count == 0)
		crash.count = 1;
	slot_seal(&crash, sizeof crash);
	mint_raw(mint, at, &crash, sizeof crash);
}
