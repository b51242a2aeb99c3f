/* SPDX-License-Identifier: MIT */
/*
 * list.h - the URLs of some files, as the source of a stream.
 */
#ifndef LIST_H
#define LIST_H

#include "lines.h"
#include "stop.h"
#include "tine.h"

struct list {
	char **paths; /* "-": standard input */
	size_t path_count;
	size_t path_next;
	struct ev_loop *loop;
	const struct stop *stop;
	struct lines lines; /* of the file that is open */
	bool open;
	bool waits;    /* for who writes it, and may not be quick */
	bool ended;    /* the last file has been read             */
	size_t pulled; /* URLs that the stream has got            */
	size_t faults; /* files that could not be read            */
};

void list_init(struct list *list, char **paths, size_t path_count,
	       struct ev_loop *loop, const struct stop *stop);

/* How many URLs there are. 0: that cannot be told before they come. */
size_t list_count(const struct list *list);

/* An item is a URL, and the NUL behind it. */
struct tine_source list_source(struct list *list);

#endif
