/* SPDX-License-Identifier: MIT */
/*
 * parcel.h - files with what commands wrote, and news, on their way home.
 */
#ifndef PARCEL_H
#define PARCEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum parcel_what {
	PARCEL_OUT,
	PARCEL_ERR,
	PARCEL_NEWS /* no file: who gets it is to look at the tally */
};

struct parcel;

/* At home. What has come and was not asked for is kept. */
struct parcels {
	int ours, theirs; /* a socket */
	struct parcel *kept;
	size_t count, room;
};

/* 0 or an enum tine_error; parcels_close() in any case. */
int parcels_open(struct parcels *parcels);
void parcels_close(struct parcels *parcels);

/* Takes in what has come, so that nobody has to wait to send. */
void parcels_read(struct parcels *parcels);

/* The file with what the command of that number wrote last, which is the
 * caller's to close; -1: it did not come. Others of it are dropped. */
int parcels_take(struct parcels *parcels, uint64_t seq, enum parcel_what what);

/* From elsewhere: the file, -1 if there is none, stays the caller's. */
bool parcel_send(int theirs, uint64_t seq, enum parcel_what what, int fd);

#endif
