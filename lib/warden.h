/* SPDX-License-Identifier: MIT */
/*
 * warden.h - a process that outlives the program by a moment, to end its
 * children.
 */
#ifndef TINE_WARDEN_H
#define TINE_WARDEN_H

#include <stdbool.h>
#include <sys/types.h>

struct warden {
	pid_t pid;  /* 0: there is none */
	int pidfd;  /* -1: this system has none */
	int orders; /* a socket: whom to end */
	int bell;   /* a socket: there are orders to be read */
	unsigned unread;
};

void warden_init(struct warden *warden);

/* Returns 0, TINE_ELIMIT, TINE_ENOMEM or TINE_ESYS. */
int warden_start(struct warden *warden);

/* On return it is gone. The children it knows of are not touched. */
void warden_stop(struct warden *warden);

/* From now on that child ends with the program; pidfd is copied, -1: none.
 * Returns false when the warden is gone. */
bool warden_add(struct warden *warden, pid_t pid, int pidfd);

/* It was reaped, and its number may become a stranger's. */
void warden_drop(struct warden *warden, pid_t pid);

#endif
