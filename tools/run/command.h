/* SPDX-License-Identifier: MIT */
/*
 * command.h - the words of a command, with an input in their place for it.
 *
 * Never through a shell: a word is a word, whatever it has in it.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct command_plan {
	char *const *words; /* not NULL-terminated, at least one */
	size_t count;
};

/* Whether the first word is the same for all inputs. */
bool command_is_fixed(const struct command_plan *plan);

/*
 * The words, each {} in them replaced by the input; if there is none the input
 * is one more word. NULL-terminated, and before the first there is room for one
 * more. NULL: no memory. Freed by command_free().
 */
char **command_build(const struct command_plan *plan, const char *input);
void command_free(char **words);

/* As a shell would have to be told it, in one line; to be freed. NULL: no
 * memory. */
char *command_text(char *const *words);

#endif
