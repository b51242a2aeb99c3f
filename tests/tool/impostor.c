/* SPDX-License-Identifier: MIT */
/*
 * impostor.c - writes a board that says what is not so: that somebody else's
 * process is its own, or that the board is somebody else's.
 *
 *	impostor HOW VICTIM
 *
 * Says "ready" when the board is there, and lives until its stdin ends.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"
#include "program.h"
#include "rundir.h"

#define FILE_SIZE (1 << 20)

static struct board board;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* A board of our own, which says that the victim is a task of ours. */
static void claim(pid_t victim, enum slot_kind kind, unsigned flags)
{
	struct board_slot slot = {
		.id = 77,
		.pid = victim,
		.kind = (uint8_t)kind,
		.last_end = 9,
		.grace_ms = 100,
		.slate = 0,
		.flags = flags,
		.name = "victim",
	};

	board_init(&board, "forger");
	if (kind == SLOT_GUEST || kind == SLOT_CHILD)
		board.head.kind = BOARD_SUPER;
	if (!board_open(&board))
		die("board");
	board_put(&board, board_take(&board), &slot);
}

/* A board in the victim's name, with a lock that is nobody's in particular. */
static void impersonate(pid_t victim)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct rundir_name name = { .number = 1 };
	struct program program;
	int rundir = rundir_open(true), fd;
	char text[RUNDIR_NAME];

	board_init(&board, "forger");
	(void)program_of(victim, &program);
	name.pid = board.head.pid = victim;
	name.started = board.head.started = program.began;
	board.head.number = name.number;
	rundir_write_name(&name, text);
	fd = openat(rundir, text, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || fcntl(fd, F_OFD_SETLK, &lock) < 0)
		die(text);
	slot_seal(&board.head, sizeof board.head);
	slot_seal(&board.tally, sizeof board.tally);
	if (pwrite(fd, &board.head, sizeof board.head, 0) < 0 ||
	    pwrite(fd, &board.tally, sizeof board.tally, BOARD_TALLY) < 0)
		die("pwrite");
}

/* A child of our own, and a plain file as what it shares with us. */
static void offer_a_file(void)
{
	int file = open("file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	pid_t pid;

	if (file < 0 || ftruncate(file, FILE_SIZE) < 0)
		die("file");
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		for (;;)
			(void)pause();
	}
	(void)setpgid(pid, pid);
	claim(pid, SLOT_TASK, 0);
	board.tally.slates = file;
	(void)board_sum_up(&board);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	pid_t victim = argc > 2 ? (pid_t)atoi(argv[2]) : 1;
	char word;

	if (strcmp(how, "task") == 0)
		claim(victim, SLOT_TASK, 0);
	else if (strcmp(how, "child") == 0)
		claim(victim, SLOT_CHILD, 0);
	else if (strcmp(how, "guest") == 0)
		claim(victim, SLOT_GUEST, 0);
	else if (strcmp(how, "guardian") == 0)
		claim(victim, SLOT_SUPER, SLOT_KEEPS_TREE);
	else if (strcmp(how, "program") == 0)
		impersonate(victim);
	else if (strcmp(how, "file") == 0)
		offer_a_file();
	else
		return 2;
	(void)printf("ready %d\n", (int)getpid());
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &word, 1) > 0)
		;
	return 0;
}
