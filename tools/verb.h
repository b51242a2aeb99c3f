/* SPDX-License-Identifier: MIT */
/*
 * verb.h - what a verb of the tool is: a word, a line about it, and a function
 * in a file of that name.
 *
 * The function gets the command line behind the verb, with "tine VERB" as its
 * argv[0], and reads it with argp, whose errors end the program with
 * VERB_USAGE. It returns what the program exits with.
 */
#ifndef VERB_H
#define VERB_H

#include <stdbool.h>
#include <stddef.h>

/* What every verb exits with. `tine run` alone has its own, as GNU parallel. */
enum verb_status {
	VERB_DONE = 0,    /* it did what it was asked */
	VERB_NOTHING = 1, /* it failed, or there is nothing of that kind */
	VERB_USAGE = 2    /* the command line is wrong */
};

struct verb {
	const char *name;
	const char *brief; /* one line, at most 60 columns */
	int (*main)(int argc, char **argv);
};

int verb_crashes(int argc, char **argv);
int verb_doctor(int argc, char **argv);
int verb_ends(int argc, char **argv);
int verb_kill(int argc, char **argv);
int verb_metrics(int argc, char **argv);
int verb_ps(int argc, char **argv);
int verb_run(int argc, char **argv);
int verb_show(int argc, char **argv);
int verb_stop(int argc, char **argv);
int verb_top(int argc, char **argv);
int verb_tree(int argc, char **argv);
int verb_wait(int argc, char **argv);

/* As if the tool had been called with that verb. */
int verb_call(const char *name, int argc, char **argv);

/* What to exit with when all is printed; or was not, and errno says why. */
int verb_finish(bool good);

/* A number from 1, of an option; if it is none the program ends. */
struct argp_state;
size_t verb_count(const struct argp_state *state, const char *value);

/* Shows what runs, as it was chosen. */
struct choice;
struct forest;
int verb_live(const struct choice *choice,
	      bool (*show)(const struct choice *choice, struct forest *forest));

#endif
