/* SPDX-License-Identifier: MIT */
/*
 * brake.h - how a run is stopped: for its process, and for those in which its
 * commands are watched.
 */
#ifndef BRAKE_H
#define BRAKE_H

enum brake_level {
	BRAKE_OFF,
	BRAKE_SOON, /* nothing more is begun */
	BRAKE_NOW,  /* and what runs is asked to stop */
	BRAKE_KILL  /* and killed */
};

/*
 * One in a program. Each pipe ends when its level is reached, and both when the
 * program is gone, however that went; they are read by nobody.
 */
struct brake_pipes {
	int now, kill;
};

/*
 * From now on SIGINT, SIGTERM and SIGHUP pull the brake, unless they are
 * ignored: to BRAKE_NOW, and another one to BRAKE_KILL. Returns 0 or an enum
 * tine_error.
 */
int brake_init(struct brake_pipes *pipes);

/* Never to less than it is. In a child of the program, nothing that runs is
 * stopped until the program itself pulls it. */
void brake_pull(enum brake_level level);
void brake_pull_in_child(enum brake_level level);

/* Here, and in every process that was forked since brake_init(). */
enum brake_level brake_level(void);

/* The signal that pulled it; 0: none did. */
int brake_signal(void);

#endif
