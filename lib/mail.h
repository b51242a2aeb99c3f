/* SPDX-License-Identifier: MIT */
/* mail.h - what a pooled child sends beside its ring: wakings, and files. */
#ifndef TINE_MAIL_H
#define TINE_MAIL_H

#include <stdbool.h>

#define MAIL_FILES 16

struct mail {
	int socket;
	int files[MAIL_FILES]; /* that came, and not yet their records */
	unsigned count;
	bool foul; /* they were too many */
};

void mail_init(struct mail *mail, int socket);
void mail_done(struct mail *mail);

/* Reads what is there, not more than a fair share of it. */
void mail_read(struct mail *mail);

/* The file that came first, the caller's to close; FD_NO_ROOM: it was lost;
 * any other negative number: there is none. */
int mail_take_file(struct mail *mail);

#endif
