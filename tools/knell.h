/* SPDX-License-Identifier: MIT */
/* knell.h - a signal that ends the program, once it has tidied up. */
#ifndef KNELL_H
#define KNELL_H

/* From now on SIGINT, SIGTERM, SIGHUP and SIGQUIT interrupt, and are kept; a
 * second one ends it at once. What was ignored stays so. */
void knell_hear(void);

/* In a child, which they end as any other. */
void knell_forget(void);

/* The one that came; 0: none. */
int knell_signal(void);

/* Ends by it, as if it had not been caught. */
_Noreturn void knell_die(int number);

#endif
