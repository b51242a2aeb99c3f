/* SPDX-License-Identifier: MIT */
/*
 * endpoints - a small HTTP server with good and bad routes, to fetch from.
 *
 * It listens on the loopback address only. The first line it prints is the
 * port; then comes a line for each request, its route, when the answer begins.
 *
 * It ends on SIGTERM or SIGINT, and when its stdin is a pipe that nobody holds
 * open any more: who starts it with one cannot leave it behind.
 */
#include <argp.h>
#include <arpa/inet.h>
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "../common/option.h"
#include "routes.h"

static const char doc[] =
	"Serve JSON over HTTP on the loopback address, well and badly."
	"\v"
	"Routes:\n"
	"  /fast       an object, at once\n"
	"  /slow?ms=N  an object, after N milliseconds (3000)\n"
	"  /broken     the connection closes in the middle of the body\n"
	"  /failing    status 500\n"
	"  /garbage    a body that is not JSON\n"
	"  /large?bytes=N  a string of N bytes (1048576)\n"
	"\n"
	"The first line printed is the port. It ends on SIGTERM or SIGINT, or "
	"when its standard input is a pipe that the other side has closed.";

static error_t main_take(int key, char *value, struct argp_state *state)
{
	long *port = state->input;

	switch (key) {
	case 'p':
		*port = option_number(state, "--port", value, 0, 65535);
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static in_port_t main_port(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ .name = "port",
		  .key = 'p',
		  .arg = "N",
		  .doc = "Listen on port N (default: 0, any that is free)" },
		{ 0 },
	};
	static const struct argp argp = {
		.options = options,
		.parser = main_take,
		.doc = doc,
	};
	long port = 0;

	argp_err_exit_status = 2;
	(void)argp_parse(&argp, argc, argv, 0, NULL, &port);
	return (in_port_t)port;
}

static struct MHD_Daemon *main_listen(in_port_t port, int *quit)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	return MHD_start_daemon(MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD |
					MHD_USE_THREAD_PER_CONNECTION,
				port, NULL, NULL, routes_answer, quit,
				MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
}

/* A descriptor for the signals that end us, blocked for all threads. */
static int main_signals(void)
{
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}

static void main_wait(int signals)
{
	struct pollfd ends[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = STDIN_FILENO }, /* only whether it hangs up */
	};

	while (poll(ends, 2, -1) < 0)
		continue;
}

int main(int argc, char **argv)
{
	in_port_t port = main_port(argc, argv);
	int signals = main_signals();
	int quit = eventfd(0, EFD_CLOEXEC);
	struct MHD_Daemon *daemon;

	if (signals < 0 || quit < 0)
		err(EXIT_FAILURE, "cannot wait for an end");
	(void)signal(SIGPIPE, SIG_IGN); /* clients come and go */
	(void)setvbuf(stdout, NULL, _IOLBF, 0);

	daemon = main_listen(port, &quit);
	if (!daemon)
		err(EXIT_FAILURE, "cannot listen on port %d", port);
	printf("%d\n",
	       MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	main_wait(signals);

	(void)eventfd_write(quit, 1);
	MHD_stop_daemon(daemon);
	return EXIT_SUCCESS;
}
