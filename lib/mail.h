/* SPDX-License-Identifier: MIT */
/* mail.h - what a pooled child sends beside its ring: wakings, and files. */
#ifndef TINE_MAIL_H
#define TINE_MAIL_H

#include <stdbool.h>
#include <stdint.h>

#define MAIL_FILES 16

#define MAIL_FILE 'f'

/* The message that a file comes along with. Any other is a waking. */
struct mail_letter {
	uint32_t word;   /* MAIL_FILE */
	uint32_t number; /* of the item whose result it is */
};

struct mail {
	int socket;
	int files[MAIL_FILES];        /* that came, and not yet their records */
	uint32_t numbers[MAIL_FILES]; /* of their items */
	unsigned count;
	bool foul;   /* they were too many */
	bool unread; /* there may be more, but no memory to read it */
};

void mail_init(struct mail *mail, int socket);
void mail_done(struct mail *mail);

/* Reads what is there, not more than a fair share of it. */
void mail_read(struct mail *mail);

/* Closes what came for the items before that one: who could not be read in time
 * has lost his file, and it is not the next one's. */
void mail_forget(struct mail *mail, uint32_t number);

/* The file that came first, the caller's to close; FD_NO_ROOM: it was lost;
 * any other negative number: there is none. */
int mail_take_file(struct mail *mail);

#endif
