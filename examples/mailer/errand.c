/* SPDX-License-Identifier: MIT */
/*
 * errand.c - one message, sent and recorded, in a child.
 *
 * What it has done is on disk and nowhere else, so it may be killed anywhere,
 * and another one does what is left:
 *
 *   killed before the message was sent     nothing has happened
 *   killed while, or before it was moved   maybe it was sent; it is again
 *   killed behind that                     it is in sent/, not in new/
 *
 * Two of them may meet at one message: of a mailer that was killed, whose
 * supervisor has not yet ended its children, and of the next mailer. So the
 * message is locked, and has to be in new/ still when the lock is there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errand.h"
#include "sender.h"

#define ERRAND_FAILED 1

static bool errand_is_there(const char *path, int fd)
{
	struct stat named, opened;

	return stat(path, &named) == 0 && fstat(fd, &opened) == 0 &&
	       named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/* NULL, with errno: ENOENT if somebody else has done the errand. */
static FILE *errand_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		return NULL;
	if (errand_is_there(path, fd))
		return fdopen(fd, "r");
	errno = ENOENT;
	return NULL;
}

static int errand_move(struct tine_self *self, const struct errand *errand,
		       const char *folder, const char *why)
{
	int error = spool_move(errand->settings->spool, errand->name, folder);

	if (error < 0)
		return tine_fail(self, ERRAND_FAILED,
				 "cannot move it to %s: %s", folder,
				 strerror(-error));
	tine_note(self, "%s%s%s", folder, *why != '\0' ? ": " : "", why);
	return 0;
}

static bool errand_was_sent(const struct errand *errand)
{
	char *path = spool_path(errand->settings->spool, "sent", errand->name);
	bool found = access(path, F_OK) == 0;

	free(path);
	return found;
}

static enum sending errand_send(const struct errand *errand, FILE *file,
				char why[SENDING_WHY])
{
	const struct settings *settings = errand->settings;
	struct message message;
	const char *fault = message_read(&message, errand->name, file);
	enum sending sending = SENDING_REFUSED;

	if (errand_was_sent(errand))
		fault = "one of that name was sent before";
	if (fault)
		(void)snprintf(why, SENDING_WHY, "%s", fault);
	else if (settings->file)
		sending = sender_file(settings->file, errand->name, &message,
				      why);
	else
		sending = sender_smtp(settings->smtp, errand->name, &message,
				      why);
	message_done(&message);
	return sending;
}

static int errand_do(struct tine_self *self, const struct errand *errand,
		     FILE *file)
{
	char why[SENDING_WHY] = "";

	switch (errand_send(errand, file, why)) {
	case SENDING_DONE: return errand_move(self, errand, "sent", "");
	case SENDING_REFUSED: return errand_move(self, errand, "refused", why);
	case SENDING_LATER: break;
	}
	return tine_fail(self, ERRAND_FAILED, "%s", why);
}

int errand_run(struct tine_self *self, const void *arg, size_t size)
{
	const struct errand *errand = arg;
	char *path = spool_path(errand->settings->spool, "new", errand->name);
	FILE *file = errand_open(path);

	(void)size;
	free(path);
	if (file) /* open, and with it locked, until the process ends */
		return errand_do(self, errand, file);
	if (errno == ELOOP)
		return errand_move(self, errand, "refused", "it is a link");
	if (errno != ENOENT)
		return tine_fail(self, ERRAND_FAILED, "cannot open it: %s",
				 strerror(errno));
	tine_note(self, "done before");
	return 0;
}
