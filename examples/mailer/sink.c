/* SPDX-License-Identifier: MIT */
/*
 * sink - a small SMTP server that takes messages, well and badly.
 *
 * It listens on the loopback address only, and keeps nothing of a message but a
 * line in its ledger: so one that comes twice is there once. The first line it
 * prints is the port; then comes a line for each that came to its end.
 *
 * It ends when its stdin is a pipe that nobody holds open any more: who starts
 * it with one cannot leave it behind.
 */
#include <argp.h>
#include <arpa/inet.h>
#include <err.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "../common/option.h"
#include "session.h"

static const char doc[] =
	"Take messages by SMTP on the loopback address, and write {\"id\", "
	"\"from\", \"to\"} of each new one to the file LEDGER."
	"\v"
	"Faults, also of those to recipients of that name, as late@example:\n"
	"  late    \"451 later\", two times of three\n"
	"  hangup  the connection closes in the middle of the message, every "
	"other time\n"
	"  forget  the message is taken, and the connection closes before that "
	"is said, every other time\n"
	"  nobody  \"550 no such mailbox\", always; never by chance\n"
	"\n"
	"The first line printed is the port; then comes \"new ID TIME\" or "
	"\"old ID TIME\" for each message, a time in seconds when its client "
	"was there, or \"gone\". It ends when its standard input is a pipe "
	"that "
	"the other side has closed.";

static struct sink sink;

static error_t main_take(int key, char *value, struct argp_state *state)
{
	switch (key) {
	case 'p':
		sink.port = option_number(state, "--port", value, 0, 65535);
		return 0;
	case 'f':
		sink.faults = option_number(state, "--faults", value, 0, 100);
		return 0;
	case 'd':
		sink.delay_ms = option_number(state, "--delay", value, 0, 9999);
		return 0;
	case ARGP_KEY_ARG:
		sink.ledger = value;
		return state->arg_num == 0 ? 0 : ARGP_ERR_UNKNOWN;
	case ARGP_KEY_NO_ARGS: argp_error(state, "name the ledger"); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ .name = "port",
	  .key = 'p',
	  .arg = "N",
	  .doc = "Listen on port N (default: 0, any that is free)" },
	{ .name = "faults",
	  .key = 'f',
	  .arg = "PERCENT",
	  .doc = "Have so many messages meet a fault (default: 0)" },
	{ .name = "delay",
	  .key = 'd',
	  .arg = "MS",
	  .doc = "Take so long for a message (default: 0)" },
	{ 0 },
};

static int main_listen(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((in_port_t)sink.port),
				       .sin_addr.s_addr =
					       htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
	    listen(fd, SOMAXCONN) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &size) != 0)
		err(EXIT_FAILURE, "cannot listen on port %ld", sink.port);
	printf("%d\n", ntohs(address.sin_port));
	return fd;
}

static void *main_serve(void *connection)
{
	session_run(&sink, (int)(intptr_t)connection);
	return NULL;
}

static void main_accept(int listener)
{
	int fd = accept(listener, NULL, NULL);
	pthread_t thread;

	if (fd < 0)
		return;
	if (pthread_create(&thread, NULL, main_serve, (void *)(intptr_t)fd))
		errx(EXIT_FAILURE, "cannot serve a connection");
	(void)pthread_detach(thread);
}

int main(int argc, char **argv)
{
	static const struct argp argp = { .options = options,
					  .parser = main_take,
					  .args_doc = "LEDGER",
					  .doc = doc };
	struct pollfd ends[] = { { .fd = STDIN_FILENO }, /* if it hangs up */
				 { .events = POLLIN } };

	argp_err_exit_status = 2;
	(void)argp_parse(&argp, argc, argv, 0, NULL, NULL);
	(void)signal(SIGPIPE, SIG_IGN); /* clients come and go */
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	ends[1].fd = main_listen();
	while (poll(ends, 2, -1) >= 0 && ends[0].revents == 0)
		if (ends[1].revents != 0)
			main_accept(ends[1].fd);
	return EXIT_SUCCESS;
}
