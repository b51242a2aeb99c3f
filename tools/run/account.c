/* SPDX-License-Identifier: MIT */
/*
 * account.c - all there is to say of a command that has ended.
 *
 * What came home is looked at before it is believed: it is from a process that
 * may have been killed in the middle of anything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "defer.h"
#include "run/account.h"
#include "text.h"
#include "units.h"

/* ---- What came home ----------------------------------------------------- */

static bool is_whole(const struct tine_result *result, struct ending *ending)
{
	if (result->size < sizeof *ending)
		return false;
	memcpy(ending, result->data, sizeof *ending);
	return result->size ==
	       sizeof *ending + ending->out.size + (size_t)ending->err.size;
}

/* Nobody is left who could tell. */
static void lose(struct account *account, const struct tine_result *result)
{
	account->why_lost = result->message;
	account->ending = (struct ending){
		.end = TINE_LOST,
		.exit = -1,
		.wall_us = result->wall_us,
	};
}

static void find_bytes(struct account *account,
		       const struct tine_result *result)
{
	const char *bytes = (const char *)result->data + sizeof(struct ending);

	account->out.bytes = bytes;
	account->err.bytes = bytes + account->ending.out.size;
}

/* A file that did not come, for want of descriptors, is lost. */
static void find_file(struct account *account, struct account_output *found,
		      struct ending_output *output, struct parcels *parcels,
		      enum parcel_what what)
{
	bool sent = output->spilled || account->why_lost;

	found->file = sent ? parcels_take(parcels, account->seq, what) : -1;
	if (output->spilled && found->file < 0)
		output->lost = output->total;
}

static bool is_bad(const struct account *account)
{
	return account->begun && !account->stopped &&
	       account->ending.end != TINE_OK;
}

bool account_open(struct account *account, const struct tine_result *result,
		  struct parcels *parcels, const struct errand_plan *plan)
{
	const struct errand_item *item = result->input;

	*account = (struct account){ .seq = item->seq,
				     .input = item->input,
				     .attempts = result->attempts };
	if (is_whole(result, &account->ending))
		find_bytes(account, result);
	else
		lose(account, result);
	find_file(account, &account->out, &account->ending.out, parcels,
		  PARCEL_OUT);
	find_file(account, &account->err, &account->ending.err, parcels,
		  PARCEL_ERR);
	account->begun = account->ending.end != TINE_PENDING;
	account->stopped = account->ending.end == TINE_SHUTDOWN ||
			   account->ending.end == TINE_KILLED;
	account->failed = is_bad(account);
	account->words = command_build(&plan->command, account->input);
	account->text = account->words ? command_text(account->words) : NULL;
	return account->text != NULL;
}

void account_close(struct account *account)
{
	defer_close(&account->out.file);
	defer_close(&account->err.file);
	command_free(account->words);
	free(account->text);
}

/* ---- For people --------------------------------------------------------- */

static void say_by(const struct ending *ending, char *to, size_t room)
{
	char name[TEXT_SIGNAL];

	if (ending->error != 0)
		(void)snprintf(to, room, "cannot be started: %s",
			       strerror(ending->error));
	else if (ending->signal != 0)
		(void)snprintf(to, room, "killed by %s%s",
			       text_signal(name, ending->signal),
			       ending->core ? ", which left a core" : "");
	else
		(void)snprintf(to, room, "exit %d", ending->exit);
}

void account_say(const struct account *account, const struct errand_plan *plan,
		 char says[ACCOUNT_SAYS])
{
	const struct ending *ending = &account->ending;
	char by[256], time[UNITS_ROOM];

	say_by(ending, by, sizeof by);
	if (account->why_lost)
		(void)snprintf(says, ACCOUNT_SAYS,
			       "lost, since who watched it was: %s",
			       account->why_lost);
	else if (!account->begun)
		(void)snprintf(says, ACCOUNT_SAYS, "not begun");
	else if (ending->timed_out)
		(void)snprintf(says, ACCOUNT_SAYS, "ran longer than %s: %s",
			       units_duration(time, plan->timeout_ms * 1000),
			       by);
	else if (account->stopped)
		(void)snprintf(says, ACCOUNT_SAYS, "stopped: %s", by);
	else if (ending->end == TINE_LIMIT)
		(void)snprintf(says, ACCOUNT_SAYS,
			       "used more than %us of processor time: %s",
			       (unsigned)plan->rules.cpu_s, by);
	else
		(void)snprintf(says, ACCOUNT_SAYS, "%s", by);
}
