/* SPDX-License-Identifier: MIT */
/*
 * parcel.c - files with what commands wrote, on their way home.
 *
 * They have no name, so that nothing is left of them whoever is killed: the
 * descriptors are sent. One socket is enough for all who send.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "run/parcel.h"
#include "tine.h"

struct parcel {
	uint64_t seq;
	enum parcel_what what;
	int fd;
};

/* What goes along with the descriptor. */
struct parcel_note {
	uint64_t seq;
	uint64_t what;
};

int parcels_open(struct parcels *parcels)
{
	int pair[2] = { -1, -1 };
	int error = fd_socketpair(SOCK_SEQPACKET, pair);

	*parcels = (struct parcels){ .ours = pair[0], .theirs = pair[1] };
	return error;
}

void parcels_close(struct parcels *parcels)
{
	for (size_t i = 0; i < parcels->count; i++)
		(void)close(parcels->kept[i].fd);
	free(parcels->kept);
	defer_close(&parcels->ours);
	defer_close(&parcels->theirs);
	*parcels = (struct parcels){ .ours = -1, .theirs = -1 };
}

static bool parcels_keep(struct parcels *parcels, const struct parcel *parcel)
{
	size_t room = parcels->room ? parcels->room * 2 : 16;
	struct parcel *kept;

	if (parcels->count == parcels->room) {
		kept = reallocarray(parcels->kept, room, sizeof *kept);
		if (!kept)
			return false;
		parcels->kept = kept;
		parcels->room = room;
	}
	parcels->kept[parcels->count++] = *parcel;
	return true;
}

void parcels_read(struct parcels *parcels)
{
	struct parcel_note note;
	int fd;

	while (fd_receive(parcels->ours, &note, sizeof note, &fd) ==
	       sizeof note) {
		struct parcel parcel = { note.seq, (enum parcel_what)note.what,
					 fd };

		if (fd >= 0 && !parcels_keep(parcels, &parcel))
			(void)close(fd);
	}
}

int parcels_take(struct parcels *parcels, uint64_t seq, enum parcel_what what)
{
	int found = -1;
	size_t left = 0;

	parcels_read(parcels);
	for (size_t i = 0; i < parcels->count; i++) {
		struct parcel *parcel = &parcels->kept[i];

		if (parcel->seq != seq || parcel->what != what) {
			parcels->kept[left++] = *parcel;
			continue;
		}
		defer_close(&found);
		found = parcel->fd;
	}
	parcels->count = left;
	return found;
}

bool parcel_send(int theirs, uint64_t seq, enum parcel_what what, int fd)
{
	const struct parcel_note note = { seq, what };

	return fd_pass(theirs, &note, sizeof note, fd, 0);
}
