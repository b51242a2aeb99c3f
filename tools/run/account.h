/* SPDX-License-Identifier: MIT */
/*
 * account.h - all there is to say of a command that has ended.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run/ending.h"
#include "run/errand.h"
#include "run/parcel.h"

struct account_output {
	const char *bytes; /* of the ending's size, or */
	int file;          /* all of it; -1: none */
};

struct account {
	uint64_t seq;
	const char *input;
	char **words;
	char *text; /* the words in one line */
	struct ending ending;
	struct account_output out, err;
	unsigned attempts;
	const char *why_lost; /* NULL: it is not */
	bool begun;           /* else it was too late for that */
	bool stopped;         /* the brake did that; it did not fail */
	bool failed;
};

/* Of the result of an errand, on loan for as long as the account lives. False:
 * no memory. account_close() in any case. */
bool account_open(struct account *account, const struct tine_result *result,
		  struct parcels *parcels, const struct errand_plan *plan);
void account_close(struct account *account);

/* How it ended, for a person. */
#define ACCOUNT_SAYS 1024
void account_say(const struct account *account, const struct errand_plan *plan,
		 char says[ACCOUNT_SAYS]);

#endif
