/* SPDX-License-Identifier: MIT */
/*
 * mail.c - what a pooled child sends beside its ring: wakings, and files.
 *
 * One message is one byte: that somebody is to wake up, which he has by reading
 * it, or a file of a result that is too large for the ring. Few files are under
 * way at a time, since a child of ours waits; one that does not is none.
 */
#include "mail.h"

#include <string.h>
#include <sys/types.h>

#include "defer.h"
#include "fd.h"

#define MAIL_SHARE 64 /* messages a turn, for the other children's sake */

void mail_init(struct mail *mail, int socket)
{
	*mail = (struct mail){ .socket = socket };
}

void mail_done(struct mail *mail)
{
	while (mail->count > 0)
		defer_close(&mail->files[--mail->count]);
	defer_close(&mail->socket);
	mail->socket = -1;
}

static void mail_keep(struct mail *mail, int file)
{
	if (mail->count < MAIL_FILES) {
		mail->files[mail->count++] = file;
		return;
	}
	defer_close(&file);
	mail->foul = true;
}

/* Returns whether there may be more. */
static bool mail_read_once(struct mail *mail)
{
	char word;
	int file;
	ssize_t got = fd_receive(mail->socket, &word, sizeof word, &file);

	if (got > 0 && word == 'f')
		mail_keep(mail, file);
	else if (got > 0)
		defer_close(&file);
	return got > 0;
}

void mail_read(struct mail *mail)
{
	for (int i = 0; i < MAIL_SHARE && !mail->foul; i++)
		if (!mail_read_once(mail))
			break;
}

int mail_take_file(struct mail *mail)
{
	int file;

	if (mail->count == 0)
		return -1;
	file = mail->files[0];
	mail->count--;
	memmove(mail->files, mail->files + 1,
		mail->count * sizeof *mail->files);
	return file;
}
