/* SPDX-License-Identifier: MIT */
/*
 * screen.c - what tine top shows, by ncurses.
 *
 * Columns are as wide as what stands in them just now; the last one has the
 * rest of the line. Nothing comes here that was not cleaned: see slot.h.
 */
#include "screen.h"

#include <curses.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sheet.h"
#include "stem.h"
#include "tine.h"
#include "units.h"

#define SCREEN_HEAD 3 /* lines above the rows, */
#define SCREEN_FOOT 1 /* and below */
#define SCREEN_NAME 32

static SCREEN *terminal;

/* ncurses takes terminals on which it then draws nothing. */
static bool can_move(void)
{
	char name[] = "cup";
	const char *move = tigetstr(name);

	return move && move != (const char *)-1;
}

bool screen_open(void)
{
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return false;
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return false;
	if (!can_move()) {
		screen_close();
		return false;
	}
	(void)cbreak();
	(void)noecho();
	(void)keypad(stdscr, TRUE);
	(void)set_escdelay(25);
	(void)curs_set(0);
	if (has_colors()) {
		(void)start_color();
		(void)use_default_colors();
		for (short colour = 1; colour < 8; colour++)
			(void)init_pair(colour, colour, -1);
	}
	return true;
}

void screen_close(void)
{
	(void)endwin();
	delscreen(terminal);
	terminal = NULL;
}

size_t screen_height(void)
{
	int left = LINES - SCREEN_HEAD - SCREEN_FOOT;

	return left > 1 ? (size_t)left : 1;
}

int screen_key(int64_t wait_ms)
{
	timeout(wait_ms > 0 ? (int)wait_ms : 0);
	return getch();
}

bool screen_is_gone(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&in, 1, 0) > 0 &&
	       (in.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

static int attributes_of(enum term_colour colour)
{
	switch (colour) {
	case TERM_PLAIN: return A_NORMAL;
	case TERM_BOLD: return A_BOLD;
	case TERM_DIM: return A_DIM;
	case TERM_RED: return COLOR_PAIR(COLOR_RED);
	case TERM_GREEN: return COLOR_PAIR(COLOR_GREEN);
	case TERM_YELLOW: return COLOR_PAIR(COLOR_YELLOW);
	case TERM_BLUE: return COLOR_PAIR(COLOR_BLUE);
	}
	return A_NORMAL;
}

/* As much as fits from that column on, and no more than `width`. */
static void put(int line, int column, int width, bool right, const char *text)
{
	int room = COLS - column < width ? COLS - column : width;
	int wide = term_columns(text);

	if (room <= 0)
		return;
	if (right && wide < room)
		column += room - wide;
	(void)mvaddnstr(line, column, text, (int)term_cut(text, room));
}

/* ---- Above -------------------------------------------------------------- */

struct sums {
	unsigned programs, supers, tasks;
	uint64_t ended, bad;
};

static void sums_add_tally(struct sums *sums, const struct board_tally *tally)
{
	for (int end = 0; end < BOARD_END_KINDS; end++)
		sums->ended += tally->ended[end];
	for (int end = TINE_OK + 1; end < BOARD_END_KINDS; end++)
		sums->bad += tally->ended[end];
}

static struct sums sums_of(const struct forest *forest)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < forest->walk_count; i++) {
		const struct row *row = forest->walk[i];

		sums.programs += row->kind == ROW_PROGRAM;
		sums.supers += row->kind == ROW_SUPER;
		sums.tasks += row->kind > ROW_STREAM;
	}
	for (size_t i = 0; i < forest->scan->count; i++)
		if (forest->scan->boards[i].alive)
			sums_add_tally(&sums, &forest->scan->boards[i].tally);
	return sums;
}

static void draw_sums(const struct forest *forest)
{
	struct sums sums = sums_of(forest);
	time_t now = time(NULL);
	struct tm day;
	char text[256], clock[16];

	(void)localtime_r(&now, &day);
	(void)strftime(clock, sizeof clock, "%H:%M:%S", &day);
	(void)snprintf(text, sizeof text,
		       "%s  programs %u  supervisors %u  tasks %u  "
		       "ended %llu, badly %llu",
		       clock, sums.programs, sums.supers, sums.tasks,
		       (unsigned long long)sums.ended,
		       (unsigned long long)sums.bad);
	attron(A_BOLD);
	put(0, 0, COLS, false, text);
	attroff(A_BOLD);
}

/* What went wrong last, wherever. */
static const struct board_end *last_bad(const struct scan *scan,
					const struct scan_board **board)
{
	const struct board_end *last = NULL;

	for (size_t i = 0; i < scan->count; i++)
		for (size_t k = 0; k < scan->boards[i].end_count; k++) {
			const struct board_end *end = &scan->boards[i].ends[k];

			if (end->end == TINE_OK || end->end == TINE_SHUTDOWN ||
			    (last && end->ended_us <= last->ended_us))
				continue;
			last = end;
			*board = &scan->boards[i];
		}
	return last;
}

static void draw_last(const struct scan *scan)
{
	const struct scan_board *board = NULL;
	const struct board_end *end = last_bad(scan, &board);
	char text[BOARD_MESSAGE + 256], id[ROW_ID], ago[UNITS_ROOM];

	if (!end)
		return;
	row_write_id(end->id, id);
	(void)snprintf(
		text, sizeof text, "%s ago: %s %s %s: %s",
		units_duration(ago, scan->now_us > end->ended_us
					    ? scan->now_us - end->ended_us
					    : 0),
		id, end->name, tine_end_name((enum tine_end)end->end),
		end->message);
	attron(COLOR_PAIR(COLOR_RED));
	put(1, 0, COLS, false, text);
	attroff(COLOR_PAIR(COLOR_RED));
}

/* ---- Rows --------------------------------------------------------------- */

struct layout {
	int widths[CHOICE_FIELDS];
	int name;
};

static void row_title(const struct outline *outline, const struct row *row,
		      char text[STEM_ROOM])
{
	stem_write(row, text);
	(void)strncat(text, row->name[0] ? row->name : row_kind_name(row->kind),
		      FIELD_ROOM - 1);
	if (outline_is_folded(outline, row) && row->row_count > 0)
		(void)strcat(text, " [+]");
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

static struct layout layout_of(const struct outline *outline,
			       const struct choice *choice, int64_t now_us)
{
	struct layout layout = { .name = 4 };
	char room[FIELD_ROOM], title[STEM_ROOM];
	size_t end = outline->top + screen_height();

	for (size_t i = 0; i < choice->field_count; i++)
		layout.widths[i] = term_columns(choice->fields[i]->title);
	for (size_t k = outline->top; k < end && k < outline->count; k++) {
		const struct row *row = outline->rows[k];

		row_title(outline, row, title);
		layout.name = most(layout.name, term_columns(title));
		for (size_t i = 0; i < choice->field_count; i++)
			layout.widths[i] = most(
				layout.widths[i],
				term_columns(field_print(choice->fields[i], row,
							 now_us, room)));
	}
	if (layout.name > SCREEN_NAME)
		layout.name = SCREEN_NAME;
	return layout;
}

/* The last field has what is left of the line. */
static int width_of(const struct layout *layout, const struct choice *choice,
		    size_t i)
{
	return i + 1 < choice->field_count ||
			       choice->fields[i]->unit != FIELD_TEXT
		       ? layout->widths[i]
		       : COLS;
}

static void draw_titles(const struct layout *layout,
			const struct choice *choice)
{
	int column = layout->name + 2;

	attron(A_REVERSE);
	(void)mvhline(SCREEN_HEAD - 1, 0, ' ', COLS);
	put(SCREEN_HEAD - 1, 0, layout->name, false, "NAME");
	for (size_t i = 0; i < choice->field_count; i++) {
		const struct field *field = choice->fields[i];

		put(SCREEN_HEAD - 1, column, width_of(layout, choice, i),
		    field->unit != FIELD_TEXT, field->title);
		column += layout->widths[i] + 2;
	}
	attroff(A_REVERSE);
}

static void draw_cell(const struct field *field, const struct row *row,
		      const char *text, int line, int column, int width,
		      bool chosen)
{
	int attributes = attributes_of(sheet_colour(field, row, text));

	if (!chosen)
		attron(attributes);
	put(line, column, width, field->unit != FIELD_TEXT, text);
	if (!chosen)
		attroff(attributes);
}

static void draw_row(const struct outline *outline, const struct choice *choice,
		     const struct layout *layout, size_t place, int64_t now_us)
{
	const struct row *row = outline->rows[place];
	int line = SCREEN_HEAD + (int)(place - outline->top);
	int column = layout->name + 2;
	bool chosen = place == outline->chosen;
	char room[FIELD_ROOM], title[STEM_ROOM];

	if (chosen)
		attron(A_REVERSE);
	(void)mvhline(line, 0, ' ', COLS);
	row_title(outline, row, title);
	draw_cell(field_find("name"), row, title, line, 0, layout->name,
		  chosen);
	for (size_t i = 0; i < choice->field_count; i++) {
		const struct field *field = choice->fields[i];

		draw_cell(field, row, field_print(field, row, now_us, room),
			  line, column, width_of(layout, choice, i), chosen);
		column += layout->widths[i] + 2;
	}
	if (chosen)
		attroff(A_REVERSE);
}

/* ---- All ---------------------------------------------------------------- */

void screen_draw(const struct outline *outline, const struct choice *choice,
		 const struct forest *forest, const char *message)
{
	int64_t now_us = forest->scan->now_us;
	struct layout layout = layout_of(outline, choice, now_us);
	size_t end = outline->top + screen_height();

	(void)erase();
	draw_sums(forest);
	draw_last(forest->scan);
	draw_titles(&layout, choice);
	for (size_t k = outline->top; k < end && k < outline->count; k++)
		draw_row(outline, choice, &layout, k, now_us);
	if (outline->count == 0)
		put(SCREEN_HEAD, 0, COLS, false,
		    "Nothing runs that uses tine, or is to be seen here.");
	put(LINES - 1, 0, COLS, false,
	    *message ? message
		     : "q quit  arrows move  space fold  enter more  s stop  "
		       "k kill  o sort  ? help");
	(void)refresh();
}

void screen_draw_row(const struct row *row, int64_t now_us)
{
	char room[FIELD_ROOM];
	int line = 0;

	(void)erase();
	for (const struct field *field = fields; field->name; field++) {
		const char *text = field_print(field, row, now_us, room);

		if (!*text || line >= LINES - 2)
			continue;
		attron(A_BOLD);
		put(line, 0, 10, true, field->name);
		attroff(A_BOLD);
		put(line++, 12, COLS, false, text);
	}
	put(LINES - 1, 0, COLS, false,
	    "any key goes back; tine show has all, and the past");
	(void)refresh();
}

void screen_draw_help(void)
{
	static const char *const lines[] = {
		"up, down, page up, page down, home, end   choose a row",
		"space, left, right   fold what is under it, and unfold it",
		"*                    unfold everything",
		"enter                everything about it",
		"s                    stop it: it is asked, and killed if need "
		"be",
		"k                    kill it at once",
		"o, O                 sort by the next field, or the one "
		"before",
		"r                    sort the other way",
		"a                    show programs that were killed, or hide "
		"them",
		"q                    quit",
	};
	int line = 0;

	(void)erase();
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		put(line++, 2, COLS, false, lines[i]);
	put(LINES - 1, 0, COLS, false, "any key goes back");
	(void)refresh();
}
