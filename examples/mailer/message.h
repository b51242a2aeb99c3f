/* SPDX-License-Identifier: MIT */
/*
 * message.h - a message, as far as who sends it has to know.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>
#include <stdio.h>

#define MESSAGE_ADDRESS 256

struct message {
	char from[MESSAGE_ADDRESS];
	char to[MESSAGE_ADDRESS];
	char id[MESSAGE_ADDRESS]; /* its Message-ID, without <> */
	char *text;               /* all lines, as they go over the wire */
	size_t size;
};

/*
 * Reads one. If it has no Message-ID it gets one, made of its name: the same
 * each time. Returns NULL, or what is wrong with it, for good; the message is
 * yours, for message_done(). Exits when there is no memory.
 */
const char *message_read(struct message *message, const char *name, FILE *file);
void message_done(struct message *message);

#endif
