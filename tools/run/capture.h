/* SPDX-License-Identifier: MIT */
/*
 * capture.h - what a command writes to one of its descriptors.
 *
 * The first 64 KiB are kept in memory; if there is more all of it goes to a
 * file without a name.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAPTURE_ROOM 65536

struct capture {
	int ends[2]; /* a pipe: ours, and that of commands */
	char *bytes;
	size_t size;    /* of the bytes; 0 if they are in the file */
	uint64_t total; /* what there was */
	uint64_t lost;  /* of that, what could not be kept, */
	int error;      /* and why not: an errno */
	int spill;      /* the file; -1: none */
};

/* One pipe serves many commands. False: it cannot be had, and errno says why.
 * capture_close() in any case. */
bool capture_open(struct capture *capture);
void capture_close(struct capture *capture);

/* Forgets what there was. */
void capture_clear(struct capture *capture);

/* Takes what lies in the pipe, without waiting. */
void capture_read(struct capture *capture);

#endif
