/* SPDX-License-Identifier: MIT */
/*
 * ledger.h - a file of JSON lines, in which no id stands twice.
 */
#ifndef LEDGER_H
#define LEDGER_H

#include <jansson.h>

enum ledger_entry {
	LEDGER_ADDED, /* it is in the file, by us */
	LEDGER_HAD    /* it was there already     */
};

/*
 * Adds {"id": id, ...} with the members of `entry`, of which there has to be
 * one, unless the id is there. Whoever may be killed, of those who add to the
 * file at the same time: the line is there, whole, or it is not. Returns an
 * enum ledger_entry, and then the line is on disk; or a negative errno.
 */
int ledger_add(const char *path, const char *id, const json_t *entry);

#endif
