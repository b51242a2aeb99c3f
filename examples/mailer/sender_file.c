/* SPDX-License-Identifier: MIT */
/*
 * sender_file.c - a message, sent to a file.
 */
#include <string.h>

#include "ledger.h"
#include "sender.h"

enum sending sender_file(const char *where, const char *name,
			 const struct message *message, char why[SENDING_WHY])
{
	json_t *text = json_stringn(message->text, message->size);
	json_t *entry = text ? json_pack("{s:o}", "message", text) : NULL;
	int done;

	if (!entry) {
		(void)snprintf(why, SENDING_WHY, "it is not UTF-8");
		return SENDING_REFUSED;
	}
	done = ledger_add(where, name, entry);
	json_decref(entry);
	if (done >= 0)
		return SENDING_DONE;
	(void)snprintf(why, SENDING_WHY, "cannot write to '%s': %s", where,
		       strerror(-done));
	return SENDING_LATER;
}
