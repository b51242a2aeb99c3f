/* SPDX-License-Identifier: MIT */
/*
 * top.c - tine top: what runs, live, and a hand on it.
 *
 * A look is taken every now and then, and after each key that asks for another
 * one. What is to be stopped is stopped by a task: so the screen goes on, and
 * whatever that has to say comes back as its result.
 */
#include <curses.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "knell.h"
#include "pulse.h"
#include "screen.h"
#include "stem.h"
#include "term.h"
#include "tine.h"
#include "units.h"
#include "verb.h"

#define TOP_ACTION_MS 60000

enum page { PAGE_ROWS, PAGE_ROW, PAGE_HELP };

struct top {
	struct choice choice;
	int64_t delay_us;
	struct scan scan;
	struct forest forest;
	struct outline outline;
	struct pulse pulse;
	struct tine_ctx *ctx;
	struct tine_task *action; /* what was asked for last; NULL: nothing */
	char what[128];           /* it is */
	char message[512];
	char asking; /* 's' or 'k': whether it is meant; 0 */
	enum page page;
	bool over;
};

static const char *const usual[] = { "id",       "state", "age",  "load", "rss",
				     "restarts", "last",  "note", NULL };

/* ---- Looking ------------------------------------------------------------ */

static void top_say(struct top *top, const char *what, const char *how)
{
	(void)snprintf(top->message, sizeof top->message, "%s: %s", what, how);
}

static bool top_look(struct top *top)
{
	int error;

	forest_done(&top->forest);
	scan_done(&top->scan);
	error = scan_read(&top->scan, SCAN_SLOTS | SCAN_ENDS);
	if (error < 0) {
		top->scan = (struct scan){ .now_us = clock_us() };
		top_say(top, "boards cannot be read", tine_strerror(error));
	}
	if (!forest_grow(&top->forest, &top->scan, top->choice.all,
			 FOREST_PROC | FOREST_NOTES))
		return false;
	pulse_take(&top->pulse, &top->forest);
	if (!choice_sort_forest(&top->choice, &top->forest))
		return false;
	stem_mark(&top->choice, &top->forest);
	return outline_look(&top->outline, &top->forest, screen_height());
}

static void top_draw(const struct top *top)
{
	const struct row *row = outline_chosen(&top->outline);

	if (top->page == PAGE_HELP)
		screen_draw_help();
	else if (top->page == PAGE_ROW && row)
		screen_draw_row(row, top->scan.now_us);
	else
		screen_draw(&top->outline, &top->choice, &top->forest,
			    top->message);
}

/* ---- Stopping ----------------------------------------------------------- */

struct action {
	bool kill;
	char id[ROW_ID];
};

/* In a child: what it prints is not to be seen where the rows are. */
static int action_run(struct tine_self *self, const void *arg, size_t size)
{
	const struct action *action = arg;
	char id[ROW_ID];
	char *argv[] = { NULL, id, NULL };

	(void)self;
	(void)size;
	knell_forget();
	memcpy(id, action->id, sizeof id);
	if (!freopen("/dev/null", "w", stdout))
		return VERB_NOTHING;
	return verb_call(action->kill ? "kill" : "stop", 2, argv);
}

static void top_act(struct top *top, const struct row *row)
{
	const struct tine_options options = { .name = "action",
					      .timeout_ms = TOP_ACTION_MS,
					      .capture = true };
	struct action action = { .kill = top->asking == 'k' };
	int error;

	row_id(row, action.id);
	tine_free(top->action);
	top->action = NULL;
	(void)snprintf(top->what, sizeof top->what, "%s %s %.64s",
		       action.kill ? "kill" : "stop", action.id, row->name);
	error = tine_async(top->ctx, action_run, &action, sizeof action,
			   &options, &top->action);
	top_say(top, top->what, error < 0 ? tine_strerror(error) : "...");
}

/* The last line of what it said, if it failed. */
static void top_hear(struct top *top)
{
	const struct tine_result *result =
		top->action ? tine_yield(top->action, 0) : NULL;
	const char *line;

	if (!result || result->end == TINE_PENDING)
		return;
	line = result->output[0] ? result->output : result->message;
	top_say(top, top->what, result->end == TINE_OK ? "done" : line);
	top->message[strcspn(top->message, "\n")] = '\0';
	tine_free(top->action);
	top->action = NULL;
}

static void top_ask(struct top *top, char what)
{
	const struct row *row = outline_chosen(&top->outline);
	char id[ROW_ID];

	if (!row)
		return;
	row_id(row, id);
	top->asking = what;
	(void)snprintf(top->message, sizeof top->message,
		       "%s %s %s '%s'? y or n", what == 'k' ? "kill" : "stop",
		       row_kind_name(row->kind), id, row->name);
}

static void top_answer(struct top *top, int key)
{
	const struct row *row = outline_chosen(&top->outline);

	top->message[0] = '\0';
	if (row && (key == 'y' || key == 'Y'))
		top_act(top, row);
	top->asking = 0;
}

/* ---- Keys --------------------------------------------------------------- */

static void top_sort(struct top *top, int by)
{
	const struct field *field = top->choice.sort;
	long count = 0, at;

	while (fields[count].name)
		count++;
	at = field ? field - fields : by > 0 ? -1 : count;
	at += by;
	top->choice.sort = at >= 0 && at < count ? &fields[at] : NULL;
	(void)snprintf(top->message, sizeof top->message, "sorted by %s",
		       top->choice.sort ? top->choice.sort->name
					: "nothing, as they began");
}

static void top_fold(struct top *top, int key)
{
	const struct row *row = outline_chosen(&top->outline);
	bool fold;

	if (!row)
		return;
	fold = key == KEY_LEFT ||
	       (key == ' ' && !outline_is_folded(&top->outline, row));
	(void)outline_fold(&top->outline, row, fold);
}

static void top_move(struct top *top, int key)
{
	long page = (long)screen_height();
	long by = key == KEY_UP      ? -1
		  : key == KEY_DOWN  ? 1
		  : key == KEY_PPAGE ? -page
		  : key == KEY_NPAGE ? page
		  : key == KEY_HOME  ? -(long)top->outline.count
				     : (long)top->outline.count;

	outline_move(&top->outline, by, screen_height());
}

static void top_key(struct top *top, int key)
{
	if (top->page != PAGE_ROWS) {
		top->page = PAGE_ROWS;
		return;
	}
	if (top->asking) {
		top_answer(top, key);
		return;
	}
	if (!top->action)
		top->message[0] = '\0';
	switch (key) {
	case 'q': top->over = true; break;
	case 's': top_ask(top, 's'); break;
	case 'k': top_ask(top, 'k'); break;
	case '\n':
	case KEY_ENTER: top->page = PAGE_ROW; break;
	case '?':
	case 'h': top->page = PAGE_HELP; break;
	case 'o': top_sort(top, 1); break;
	case 'O': top_sort(top, -1); break;
	case 'r': top->choice.reverse = !top->choice.reverse; break;
	case 'a': top->choice.all = !top->choice.all; break;
	case '*': outline_unfold_all(&top->outline); break;
	case ' ':
	case KEY_LEFT:
	case KEY_RIGHT: top_fold(top, key); break;
	case KEY_UP:
	case KEY_DOWN:
	case KEY_PPAGE:
	case KEY_NPAGE:
	case KEY_HOME:
	case KEY_END: top_move(top, key); break;
	default: break;
	}
}

/* What a key changes is seen at once, in the rows that there are. */
static bool top_look_again(struct top *top)
{
	if (!choice_sort_forest(&top->choice, &top->forest))
		return false;
	return outline_look(&top->outline, &top->forest, screen_height());
}

static bool top_run(struct top *top)
{
	int64_t due_us = 0;
	bool good = true;
	int key;

	while (good && !top->over && knell_signal() == 0) {
		if (clock_us() >= due_us) {
			top_hear(top);
			good = top_look(top);
			due_us = clock_us() + top->delay_us;
		} else {
			good = top_look_again(top);
		}
		top_draw(top);
		key = screen_key((due_us - clock_us()) / 1000 + 1);
		if (key != ERR)
			top_key(top, key);
		else if (screen_is_gone())
			top->over = true;
		if (key == 'a' || key == KEY_RESIZE)
			due_us = 0;
	}
	return good;
}

/* ---- The command line --------------------------------------------------- */

static const struct argp_option options[] = {
	{ "delay", 'd', "TIME", 0, "between two looks; 1s", 0 }, { 0 }
};

static error_t take(int key, char *value, struct argp_state *state)
{
	struct top *top = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &top->choice; return 0;
	case 'd':
		if (!units_parse_duration(value, &top->delay_us) ||
		    top->delay_us < 50000)
			argp_error(state, "'%s' is no time of 50ms or more",
				   term_brief(value));
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &choice_argp_live, 0, NULL, 0 },
					      { 0 } };
static const struct argp argp = {
	.options = options,
	.parser = take,
	.children = children,
	.doc = "Watch what runs, and stop or kill it.\v"
	       "The key ? lists the keys.",
};

static void top_done(struct top *top)
{
	tine_free(top->action);
	tine_ctx_free(top->ctx);
	outline_done(&top->outline);
	pulse_done(&top->pulse);
	forest_done(&top->forest);
	scan_done(&top->scan);
}

int verb_top(int argc, char **argv)
{
	static const struct tine_ctx_options unseen = { .hidden = true };
	struct top top = { .delay_us = 1000000 };
	bool good;
	int error;

	(void)argp_parse(&argp, argc, argv, 0, NULL, &top);
	choice_default(&top.choice, usual);
	if (!scan_or_say(&top.scan, 0))
		return VERB_NOTHING;
	error = tine_ctx_new(&unseen, &top.ctx);
	if (error < 0)
		errx(VERB_NOTHING, "%s", tine_strerror(error));
	if (!screen_open())
		errx(VERB_NOTHING, "this is no terminal that top can draw on; "
				   "tine tree shows the same, once");
	knell_hear();
	good = top_run(&top);
	screen_close();
	top_done(&top);
	if (knell_signal() != 0)
		knell_die(knell_signal());
	return verb_finish(good);
}
