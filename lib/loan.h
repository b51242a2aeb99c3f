/* SPDX-License-Identifier: MIT */
/*
 * loan.h - a task whose child is forked by a supervisor, from the side of its
 * owner.
 *
 * The child answers straight to the owner, who has its channel and its slate
 * and holds its pidfd. The supervisor forks it, reaps it, and tells how it
 * ended.
 */
#ifndef TINE_LOAN_H
#define TINE_LOAN_H

#include "host.h"
#include "post.h"
#include "spec.h"
#include "wire.h"

struct tine_super;

extern const struct host loan_host;

/* The supervisor says that a task has ended. */
void loan_ended(struct tine_super *super, const struct letter *letter);

/* It is gone, and so are its children, in a moment: their ends are seen by
 * their pidfds. */
void loan_forsake_all(struct tine_super *super);

#endif
