/* SPDX-License-Identifier: MIT */
/*
 * session.c - what the sink says to a client, and the faults it has.
 */
#include <err.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "ledger.h"
#include "message.h"
#include "session.h"

enum fault { FAULT_NONE, FAULT_LATE, FAULT_HANGUP, FAULT_FORGET, FAULT_NOBODY };

static const char *const fault_names[] = { "", "late@", "hangup@", "forget@",
					   "nobody@" };

struct session {
	const struct sink *sink;
	FILE *in, *out;
	enum fault fault;
};

/* ---- Faults ------------------------------------------------------------- */

static enum fault fault_of(const char *recipient)
{
	for (size_t i = FAULT_LATE; i <= FAULT_NOBODY; i++)
		if (strncmp(recipient, fault_names[i],
			    strlen(fault_names[i])) == 0)
			return (enum fault)i;
	return FAULT_NONE;
}

static enum fault fault_by_chance(const struct sink *sink)
{
	return random() % 100 < sink->faults
		       ? (enum fault)(FAULT_LATE + random() % 3)
		       : FAULT_NONE;
}

static enum fault fault_choose(const struct sink *sink, const char *recipient)
{
	static atomic_uint met[FAULT_NOBODY + 1];
	enum fault fault = fault_of(recipient);
	unsigned before = atomic_fetch_add(&met[fault], 1);

	if ((fault == FAULT_LATE && before % 3 == 2) ||
	    (fault == FAULT_HANGUP && before % 2 == 1) ||
	    (fault == FAULT_FORGET && before % 2 == 1))
		return FAULT_NONE;
	return fault == FAULT_NONE ? fault_by_chance(sink) : fault;
}

/* ---- A session ---------------------------------------------------------- */

static bool session_say(struct session *session, const char *line)
{
	return fprintf(session->out, "%s\r\n", line) > 0 &&
	       fflush(session->out) == 0;
}

/* Up to the line with a dot alone; false: it never came. */
static bool session_read(struct session *session, FILE *message)
{
	char *line = NULL;
	size_t room = 0;
	bool whole = false;

	while (!whole && getline(&line, &room, session->in) > 0) {
		whole = strcmp(line, ".\r\n") == 0;
		if (!whole)
			(void)fputs(line, message);
	}
	free(line);
	return whole;
}

/*
 * A time at which the client was there, so that the message was not recorded as
 * sent before it; the clock is that of the times of files. Or "gone".
 */
static void session_time(const struct session *session, char text[32])
{
	struct pollfd client = { .fd = fileno(session->in),
				 .events = POLLRDHUP };
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (poll(&client, 1, 0) == 0)
		(void)snprintf(text, 32, "%lld.%09ld", (long long)now.tv_sec,
			       now.tv_nsec);
	else
		(void)snprintf(text, 32, "gone");
}

static void session_keep(const struct session *session,
			 const struct message *message)
{
	const char *ledger = session->sink->ledger;
	json_t *entry = json_pack("{s:s, s:s}", "from", message->from, "to",
				  message->to);
	int done = ledger_add(ledger, message->id, entry);
	char time[32];

	if (done < 0)
		errx(EXIT_FAILURE, "cannot write to '%s': %s", ledger,
		     strerror(-done));
	json_decref(entry);
	session_time(session, time);
	printf("%s %s %s\n", done == LEDGER_ADDED ? "new" : "old", message->id,
	       time);
}

static bool session_judge(struct session *session, FILE *file)
{
	struct message message;
	const char *fault = message_read(&message, "unnamed", file);

	if (!fault)
		session_keep(session, &message);
	message_done(&message);
	if (session->fault == FAULT_FORGET)
		return false;
	return session_say(session, fault ? "554 no addresses" : "250 taken");
}

static bool session_take(struct session *session)
{
	FILE *file = tmpfile();
	bool more;

	if (!file)
		err(EXIT_FAILURE, "cannot take a message");
	more = session_say(session, "354 go on") &&
	       session->fault != FAULT_HANGUP && session_read(session, file);
	(void)usleep((useconds_t)session->sink->delay_ms * 1000);
	rewind(file);
	if (more)
		more = session_judge(session, file);
	(void)fclose(file);
	return more;
}

/* RCPT TO:<somebody@somewhere> */
static bool session_recipient(struct session *session, const char *line)
{
	const char *bracket = strchr(line, '<');

	session->fault =
		fault_choose(session->sink, bracket ? bracket + 1 : "");
	if (session->fault == FAULT_LATE)
		return session_say(session, "451 later");
	if (session->fault == FAULT_NOBODY)
		return session_say(session, "550 no such mailbox");
	return session_say(session, "250 ok");
}

/* Whether it goes on. */
static bool session_answer(struct session *session, const char *line)
{
	if (strncasecmp(line, "DATA", 4) == 0)
		return session_take(session);
	if (strncasecmp(line, "RCPT", 4) == 0)
		return session_recipient(session, line);
	if (strncasecmp(line, "QUIT", 4) == 0)
		return session_say(session, "221 bye") && false;
	return session_say(session, "250 ok");
}

void session_run(const struct sink *sink, int fd)
{
	struct session session = { .sink = sink,
				   .in = fdopen(fd, "r"),
				   .out = fdopen(dup(fd), "w") };
	char *line = NULL;
	size_t room = 0;
	bool more;

	if (!session.in || !session.out)
		err(EXIT_FAILURE, "cannot serve a connection");
	more = session_say(&session, "220 sink");
	while (more && getline(&line, &room, session.in) > 0)
		more = session_answer(&session, line);
	free(line);
	(void)fclose(session.in);
	(void)fclose(session.out);
}
