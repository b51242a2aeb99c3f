/* SPDX-License-Identifier: MIT */
/* question.h - what a supervisor is asked, but for tasks, which are guests. */
#ifndef TINE_QUESTION_H
#define TINE_QUESTION_H

struct client;
struct letter;

#define ASK_LATER 1 /* the answer comes later */

/* The value of the answer; or an enum tine_error. */
int question_answer(struct client *client, const struct letter *letter);

#endif
