/* SPDX-License-Identifier: MIT */
/*
 * settings.c - what the user asks for on the command line.
 */
#include <argp.h>
#include <string.h>

#include "../common/option.h"
#include "settings.h"

static const char doc[] =
	"Send each message that comes into a spool folder, in a supervised "
	"child process, and try again until it is sent."
	"\v"
	"Write a message to DIR/tmp/NAME and move it to DIR/new/NAME; it goes "
	"on to DIR/sent, or to DIR/refused if it can never be sent. Its From: "
	"and its To: have an address each. A NAME is of letters, digits and "
	"._+=,- and 63 characters long at most, and is used once.\n"
	"\n"
	"Whatever is killed, and when: no message is lost, and none is sent "
	"that is in DIR/sent. If it happens between the sending and the move, "
	"a message is sent twice; --file, and a server that drops a Message-ID "
	"that it has seen, make one of the two. A message without a "
	"Message-ID is given one, the same each time.\n"
	"\n"
	"A line is {\"message\", \"event\", \"attempt\", \"pid\", "
	"\"note\"}. The event is started, ok (the note says which folder it "
	"is in) or how the attempt ended otherwise (and the note why).\n"
	"\n"
	"The exit status is 0 when it was told to stop by SIGINT or SIGTERM, "
	"or, with --once, when there are no messages left; 1 when it cannot "
	"work; 2 when the command line is wrong.";

enum { KEY_SPOOL = 256, KEY_SMTP, KEY_FILE, KEY_ONCE };

static const struct argp_option options[] = {
	{ .name = "spool",
	  .key = KEY_SPOOL,
	  .arg = "DIR",
	  .doc = "Take messages from DIR, which is made if it is missing" },
	{ .name = "smtp",
	  .key = KEY_SMTP,
	  .arg = "HOST:PORT",
	  .doc = "Send them to the SMTP server there" },
	{ .name = "file",
	  .key = KEY_FILE,
	  .arg = "PATH",
	  .doc = "Send them by adding a line of JSON to the file PATH, "
		 "{\"id\", \"message\"}, unless it has one of that NAME" },
	{ .name = "jobs",
	  .key = 'j',
	  .arg = "N",
	  .doc = "Have at most N under way, those included that wait for "
		 "another attempt (default: 8)" },
	{ .name = "once",
	  .key = KEY_ONCE,
	  .doc = "End when there are no messages left" },
	{ 0 },
};

static void settings_check(const struct settings *settings,
			   const struct argp_state *state)
{
	if (!settings->spool)
		argp_error(state, "name the folder of the messages: --spool");
	if (!settings->smtp == !settings->file)
		argp_error(state, "name either --smtp or --file to send to");
}

/* Better now than in each attempt of each message. */
static void smtp_check(const struct argp_state *state, const char *smtp)
{
	const char *port = strrchr(smtp, ':');

	if (!port || port == smtp)
		argp_error(state, "--smtp is HOST:PORT, not '%s'", smtp);
	else
		(void)option_number(state, "the port of --smtp", port + 1, 1,
				    65535);
}

static error_t settings_take(int key, char *value, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case KEY_SPOOL: settings->spool = value; return 0;
	case KEY_SMTP:
		smtp_check(state, value);
		settings->smtp = value;
		return 0;
	case KEY_FILE: settings->file = value; return 0;
	case 'j':
		settings->jobs = option_number(state, "--jobs", value, 1, 1000);
		return 0;
	case KEY_ONCE: settings->once = true; return 0;
	case ARGP_KEY_END: settings_check(settings, state); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

void settings_read(struct settings *settings, int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = settings_take,
		.doc = doc,
	};

	*settings = (struct settings){ .jobs = 8 };
	argp_err_exit_status = 2;
	(void)argp_parse(&argp, argc, argv, 0, NULL, settings);
}
