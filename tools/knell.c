/* SPDX-License-Identifier: MIT */
/* knell.c - a signal that ends the program, once it has tidied up. */
#include "knell.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t came;

static void on_signal(int number)
{
	came = number;
}

static void hear(int number)
{
	struct sigaction before;
	struct sigaction once = { .sa_handler = on_signal,
				  .sa_flags = (int)SA_RESETHAND };

	if (sigaction(number, NULL, &before) == 0 &&
	    before.sa_handler != SIG_IGN)
		(void)sigaction(number, &once, NULL);
}

static const int heard[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define HEARD (sizeof heard / sizeof *heard)

void knell_hear(void)
{
	for (size_t i = 0; i < HEARD; i++)
		hear(heard[i]);
}

void knell_forget(void)
{
	struct sigaction now;

	for (size_t i = 0; i < HEARD; i++)
		if (sigaction(heard[i], NULL, &now) == 0 &&
		    now.sa_handler == on_signal)
			(void)signal(heard[i], SIG_DFL);
}

int knell_signal(void)
{
	return came;
}

_Noreturn void knell_die(int number)
{
	sigset_t its;

	(void)sigemptyset(&its);
	(void)sigaddset(&its, number);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
	(void)sigprocmask(SIG_UNBLOCK, &its, NULL);
	_exit(128 + number);
}
