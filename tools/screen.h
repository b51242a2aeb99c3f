/* SPDX-License-Identifier: MIT */
/* screen.h - what tine top shows, by ncurses. */
#ifndef SCREEN_H
#define SCREEN_H

#include "choice.h"
#include "outline.h"

/* False: it is no terminal that can be used. */
bool screen_open(void);
void screen_close(void);

/* How many rows of an outline have a place. */
size_t screen_height(void);

/* All of it. The message stands at the bottom, "" for a help on keys. */
void screen_draw(const struct outline *outline, const struct choice *choice,
		 const struct forest *forest, const char *message);

/* Everything about one row, instead. */
void screen_draw_row(const struct row *row, int64_t now_us);

/* The keys there are, instead. */
void screen_draw_help(void);

/* A key, as ncurses has it; ERR: none came for so long. */
int screen_key(int64_t wait_ms);

/* Nobody looks any more, and no key will come. */
bool screen_is_gone(void);

#endif
