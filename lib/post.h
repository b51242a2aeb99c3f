/* SPDX-License-Identifier: MIT */
/*
 * post.h - letters between a supervisor and those who ask it something.
 *
 * A letter arrives as a whole or not at all, in order, with descriptors if it
 * has some. What is too long for a message goes in a sealed file.
 */
#ifndef TINE_POST_H
#define TINE_POST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "list.h"

#define POST_FDS 4 /* one less, if the body is long */

struct letter {
	struct list_node node;
	uint32_t kind;
	uint64_t serial; /* of a question, and of its answer */
	int64_t value;
	const void *body; /* until letter_free(), if it was received */
	size_t size;
	int fds[POST_FDS]; /* received: yours if you set them to -1 */
	size_t fd_count;
	void *map; /* where a long body is mapped; NULL: it is short */
};

struct post {
	int socket; /* -1: it is closed */
	bool lifts; /* descriptors that come, out of the program's way */
	struct list_node unsent;
	size_t unsent_count;
};

/* On a connected socket, which is the post's from then on. */
void post_open(struct post *post, int socket);
void post_close(struct post *post);

/*
 * Does not wait: a letter that the socket has no room for is kept, and goes out
 * with a later call of this or of post_flush(). 0 or an enum tine_error;
 * TINE_EGONE: nobody is there.
 */
int post_send(struct post *post, const struct letter *letter);
int post_flush(struct post *post);

/* Waits for room, if need be. */
int post_send_all(struct post *post, const struct letter *letter,
		  int64_t deadline);

/* 1: a letter, to be freed; 0: there is none yet; TINE_EGONE: the other end is
 * closed; TINE_ENOMEM: one was lost. What is no letter is skipped. Where there
 * is no room for all of its descriptors a letter comes without any. */
int post_receive(struct post *post, struct letter **letter);
void letter_free(struct letter *letter);

/* Waits until there is something to receive, or the other end is closed. */
bool post_wait(const struct post *post, int64_t deadline);

/* Whether the other end is there. */
bool post_is_open(const struct post *post);

#endif
