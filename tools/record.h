/* SPDX-License-Identifier: MIT */
/*
 * record.h - JSON that the tool prints: an object that says first which version
 * of its schema it follows.
 */
#ifndef RECORD_H
#define RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum record_layout {
	RECORD_LINE,  /* all in one line */
	RECORD_PRETTY /* for people, too */
};

/* {"schema": schema}; what is set later stands behind it, in that order. NULL:
 * no memory. */
json_t *record_new(int schema);

/* A string of bytes that may be no UTF-8: what is not becomes U+FFFD. NULL: no
 * memory, or `text` is NULL. */
json_t *record_text(const char *text);
json_t *record_bytes(const char *bytes, size_t size);

/* Prints it and a newline, and gives it back; takes NULL, too. False: no memory
 * (it was NULL), or it cannot be written, and errno says why. */
bool record_print(json_t *record, FILE *stream, enum record_layout layout);

/*
 * An object with a list of rows, printed row by row: thousands take no memory,
 * and less time. A row may have rows itself.
 *
 *	{"schema": 1, "kind": "tree", "rows": [
 *	    {..., "rows": [ ... ]}, ...
 */
struct record_list {
	FILE *stream;
	unsigned depth;
	bool any; /* there is a row already, where the next one comes */
	bool failed;
};

void record_list_begin(struct record_list *list, FILE *stream, int schema,
		       const char *kind);

/* Prints a row and gives it back; takes NULL, too. */
void record_list_add(struct record_list *list, json_t *row);

/* The same, and what is added until it is closed is under it. */
void record_list_open(struct record_list *list, json_t *row);
void record_list_close(struct record_list *list);

/* False: no memory (a row was NULL), or it cannot be written; see errno. */
bool record_list_end(struct record_list *list);

#endif
