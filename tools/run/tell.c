/* SPDX-License-Identifier: MIT */
/*
 * tell.c - what a run says of each command.
 *
 * All of one command is written before anything of the next.
 */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "defer.h"
#include "record.h"
#include "run/output.h"
#include "run/tell.h"
#include "term.h"

#define TELL_MOST ((size_t)1 << 20) /* of an output, in JSON */

/* ---- Output ------------------------------------------------------------- */

static int pass_on(int to, const struct account_output *output, size_t size)
{
	if (output->file >= 0)
		return output_copy(to, output->file);
	return output_write(to, output->bytes, size);
}

/* ---- JSON --------------------------------------------------------------- */

/* A number; if it is below `least` there is none. */
static json_t *number(int64_t value, int64_t least)
{
	return value >= least ? json_integer(value) : json_null();
}

static int64_t us_of(struct timeval time)
{
	return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

static json_t *json_words(char *const *words)
{
	json_t *all = json_array();

	for (size_t i = 0; words[i]; i++)
		(void)json_array_append_new(all, record_text(words[i]));
	return all;
}

static json_t *json_output(const struct account_output *output, size_t size)
{
	AUTO_FREE char *bytes = NULL;
	ssize_t got;

	if (output->file < 0)
		return record_bytes(output->bytes ? output->bytes : "", size);
	bytes = malloc(TELL_MOST);
	got = bytes ? pread(output->file, bytes, TELL_MOST, 0) : -1;
	return got < 0 ? NULL : record_bytes(bytes, (size_t)got);
}

static void add_end(json_t *record, const struct ending *ending)
{
	const struct rusage *usage = &ending->usage;

	(void)json_object_set_new(record, "end",
				  json_string(tine_end_name(ending->end)));
	(void)json_object_set_new(record, "exit", number(ending->exit, 0));
	(void)json_object_set_new(record, "signal", number(ending->signal, 1));
	(void)json_object_set_new(record, "core", json_boolean(ending->core));
	(void)json_object_set_new(record, "timed_out",
				  json_boolean(ending->timed_out));
	(void)json_object_set_new(record, "started_us",
				  number(ending->started_us, 1));
	(void)json_object_set_new(record, "wall_us",
				  json_integer(ending->wall_us));
	(void)json_object_set_new(record, "user_us",
				  json_integer(us_of(usage->ru_utime)));
	(void)json_object_set_new(record, "system_us",
				  json_integer(us_of(usage->ru_stime)));
	(void)json_object_set_new(record, "max_rss_kib",
				  json_integer(usage->ru_maxrss));
	(void)json_object_set_new(record, "strays",
				  json_integer(ending->strays));
}

static void add_outputs(json_t *record, const struct account *account,
			bool with_bytes)
{
	const struct ending *ending = &account->ending;

	(void)json_object_set_new(record, "stdout_bytes",
				  json_integer((json_int_t)ending->out.total));
	(void)json_object_set_new(record, "stderr_bytes",
				  json_integer((json_int_t)ending->err.total));
	(void)json_object_set_new(record, "lost_bytes",
				  json_integer((json_int_t)(ending->out.lost +
							    ending->err.lost)));
	if (!with_bytes)
		return;
	(void)json_object_set_new(record, "stdout",
				  json_output(&account->out, ending->out.size));
	(void)json_object_set_new(record, "stderr",
				  json_output(&account->err, ending->err.size));
}

static json_t *json_account(const struct tell *tell,
			    const struct account *account)
{
	json_t *record = record_new(TELL_SCHEMA);
	char says[ACCOUNT_SAYS];

	account_say(account, tell->plan, says);
	(void)json_object_set_new(record, "kind", json_string("run"));
	(void)json_object_set_new(record, "seq",
				  json_integer((json_int_t)account->seq));
	(void)json_object_set_new(record, "input", record_text(account->input));
	(void)json_object_set_new(record, "command",
				  json_words(account->words));
	add_end(record, &account->ending);
	(void)json_object_set_new(record, "attempts",
				  json_integer(account->attempts));
	(void)json_object_set_new(record, "message", record_text(says));
	add_outputs(record, account, tell->json == TELL_JSON);
	return record;
}

static int tell_json(const struct tell *tell, const struct account *account)
{
	AUTO_FREE char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	bool good;

	if (!stream)
		return ENOMEM;
	good = record_print(json_account(tell, account), stream, RECORD_LINE);
	if (fclose(stream) != 0 || !good)
		return ENOMEM;
	return output_write(tell->json == TELL_JSON ? STDOUT_FILENO
						    : tell->file,
			    text, size);
}

/* ---- Complaints --------------------------------------------------------- */

/* That it failed by its exit code is its own to say. */
static bool is_remarkable(const struct account *account)
{
	const struct ending *ending = &account->ending;

	return account->failed &&
	       (ending->end != TINE_FAILED || ending->error != 0);
}

static void complain(const struct account *account, const char *says)
{
	AUTO_FREE char *safe = term_safe(account->text, strlen(account->text));

	if (safe)
		warnx("%s: %s", safe, says);
}

static void complain_of_loss(const struct account *account,
			     const struct ending_output *output,
			     const char *name)
{
	char says[128];

	if (output->lost == 0)
		return;
	(void)snprintf(says, sizeof says, "%llu bytes of its %s are lost: %s",
		       (unsigned long long)output->lost, name,
		       output->error ? strerror(output->error)
				     : "no descriptor for them");
	complain(account, says);
}

int tell_account(const struct tell *tell, const struct account *account)
{
	const struct ending *ending = &account->ending;
	char says[ACCOUNT_SAYS];
	int error = 0;

	if (!account->begun)
		return 0;
	if (tell->json != TELL_JSON) {
		error = pass_on(STDOUT_FILENO, &account->out, ending->out.size);
		if (error == 0) /* who does not hear that is not stopped */
			(void)pass_on(STDERR_FILENO, &account->err,
				      ending->err.size);
	}
	if (error == 0 && tell->json != TELL_NO_JSON)
		error = tell_json(tell, account);
	account_say(account, tell->plan, says);
	if (is_remarkable(account))
		complain(account, says);
	complain_of_loss(account, &ending->out, "output");
	complain_of_loss(account, &ending->err, "errors");
	return error;
}
