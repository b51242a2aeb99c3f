/* SPDX-License-Identifier: MIT */
/*
 * session.h - what the sink says to a client.
 */
#ifndef SESSION_H
#define SESSION_H

struct sink {
	const char *ledger;
	long port;
	long faults;   /* percent of the messages */
	long delay_ms; /* for each of them */
};

/* Serves the client at the other end of fd, and closes that. */
void session_run(const struct sink *sink, int fd);

#endif
