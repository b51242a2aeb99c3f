/* SPDX-License-Identifier: MIT */
/*
 * mail.c - what a pooled child sends beside its ring: wakings, and files.
 *
 * A message says that somebody is to wake up, which he has by reading it, or
 * brings the file of a result that is too large for the ring, and says of which
 * item. Few files are under way at a time, since a child of ours waits; one
 * that does not is none.
 */
#include "mail.h"

#include <errno.h>
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

static void mail_keep(struct mail *mail, uint32_t number, int file)
{
	if (mail->count < MAIL_FILES) {
		mail->numbers[mail->count] = number;
		mail->files[mail->count++] = file;
		return;
	}
	defer_close(&file);
	mail->foul = true;
}

/* Returns whether there may be more. */
static bool mail_read_once(struct mail *mail)
{
	struct mail_letter letter = { 0 };
	int file;
	ssize_t got = fd_receive(mail->socket, &letter, sizeof letter, &file);

	mail->unread = got < 0 && errno != EAGAIN;
	if (got > 0 && letter.word == MAIL_FILE)
		mail_keep(mail, letter.number, file);
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

static int mail_shift(struct mail *mail)
{
	int file = mail->files[0];

	mail->count--;
	memmove(mail->files, mail->files + 1,
		mail->count * sizeof *mail->files);
	memmove(mail->numbers, mail->numbers + 1,
		mail->count * sizeof *mail->numbers);
	return file;
}

void mail_forget(struct mail *mail, uint32_t number)
{
	while (mail->count > 0 && (int32_t)(mail->numbers[0] - number) < 0) {
		AUTO_CLOSE int file = mail_shift(mail);

		(void)file;
	}
}

int mail_take_file(struct mail *mail)
{
	if (mail->count > 0)
		return mail_shift(mail);
	return mail->unread ? FD_NO_ROOM : -1;
}
