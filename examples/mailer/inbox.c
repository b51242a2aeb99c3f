/* SPDX-License-Identifier: MIT */
/*
 * inbox.c - the messages in new/, as they come.
 *
 * The kernel tells of what is moved there. It is asked to before we look what
 * is there already, so that nothing comes unseen in between.
 */
#include <dirent.h>
#include <err.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "../common/plain.h"
#include "inbox.h"

static void inbox_add(struct inbox *inbox, const char *name)
{
	struct inbox_item *item;

	if (!spool_is_message(name)) {
		if (*name != '.')
			warnx("'%s%s' is not the name of a message",
			      inbox->folder, plain(name));
		return;
	}
	item = calloc(1, sizeof *item);
	if (!item)
		err(EXIT_FAILURE, "cannot note a message");
	inbox->news = true;
	strcpy(item->name, name);
	STAILQ_INSERT_TAIL(&inbox->items, item, next);
}

const char *inbox_first(const struct inbox *inbox)
{
	const struct inbox_item *first = STAILQ_FIRST(&inbox->items);

	return first ? first->name : NULL;
}

void inbox_drop_first(struct inbox *inbox)
{
	struct inbox_item *first = STAILQ_FIRST(&inbox->items);

	STAILQ_REMOVE_HEAD(&inbox->items, next);
	free(first);
}

static void inbox_clear(struct inbox *inbox)
{
	while (inbox_first(inbox))
		inbox_drop_first(inbox);
}

void inbox_look(struct inbox *inbox)
{
	struct dirent **entries;
	int count = scandir(inbox->folder, &entries, NULL, alphasort);

	if (count < 0)
		err(EXIT_FAILURE, "cannot look into '%s'", inbox->folder);
	inbox_clear(inbox);
	for (int i = 0; i < count; i++) {
		inbox_add(inbox, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static void on_news(struct ev_loop *loop, ev_io *io, int events)
{
	struct inbox *inbox = io->data;
	union {
		struct inotify_event first; /* for its alignment */
		char bytes[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
	} news;
	ssize_t size = read(io->fd, &news, sizeof news);
	const char *at = news.bytes;

	(void)loop;
	(void)events;
	while (size > 0 && at < news.bytes + size) {
		const struct inotify_event *event = (const void *)at;

		if (event->len > 0)
			inbox_add(inbox, event->name);
		else if (event->mask & IN_Q_OVERFLOW)
			inbox_look(inbox);
		else
			errx(EXIT_FAILURE, "'%s' is gone", inbox->folder);
		at += sizeof *event + event->len;
	}
}

void inbox_init(struct inbox *inbox, const char *spool, struct ev_loop *loop)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	*inbox = (struct inbox){ .folder = spool_path(spool, "new", "") };
	STAILQ_INIT(&inbox->items);
	if (fd < 0 || inotify_add_watch(fd, inbox->folder,
					IN_MOVED_TO | IN_DELETE_SELF |
						IN_MOVE_SELF | IN_ONLYDIR) < 0)
		err(EXIT_FAILURE, "cannot watch '%s'", inbox->folder);
	ev_io_init(&inbox->watch, on_news, fd, EV_READ);
	inbox->watch.data = inbox;
	ev_io_start(loop, &inbox->watch);
	inbox_look(inbox);
}

void inbox_done(struct inbox *inbox, struct ev_loop *loop)
{
	ev_io_stop(loop, &inbox->watch);
	(void)close(inbox->watch.fd);
	inbox_clear(inbox);
	free(inbox->folder);
}
