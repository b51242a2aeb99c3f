/* SPDX-License-Identifier: MIT */
/*
 * sender.h - a way to send a message.
 */
#ifndef SENDER_H
#define SENDER_H

#include "message.h"

enum sending {
	SENDING_DONE,
	SENDING_LATER,  /* it failed, and may not the next time */
	SENDING_REFUSED /* it will never be taken */
};

#define SENDING_WHY 256

/*
 * Sends the message to `where`, under `name`. Returns an enum sending, and if
 * it is not done says why not. It may take its time, but not for ever.
 */
typedef enum sending sender_fn(const char *where, const char *name,
			       const struct message *message,
			       char why[SENDING_WHY]);

sender_fn sender_smtp; /* to "host:port" */
sender_fn sender_file; /* to a path */

#endif
