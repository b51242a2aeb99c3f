/* SPDX-License-Identifier: MIT */
/*
 * settings.h - what the user asks for on the command line of `tine run`.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "run/halt.h"
#include "run/joblog.h"
#include "run/tell.h"

#define SETTINGS_WRONG 255 /* the exit status, when they make no sense */

struct settings {
	unsigned jobs;      /* 0: one for each processor */
	int64_t timeout_ms; /* TINE_FOREVER: none */
	int64_t grace_ms;
	int64_t backoff_ms;
	unsigned retries;
	uint64_t memory; /* 0: no limit */
	uint64_t cpu_s;  /* 0: no limit */
	bool keep_order;
	bool quiet;
	char end; /* of a line of input */
	struct halt halt;
	const char *joblog; /* NULL: none */
	enum joblog_resume resume;
	enum tell_json json;
	const char *json_file;
	char **words; /* of the command */
	size_t word_count;
	char **inputs; /* NULL: on stdin */
	size_t input_count;
};

/* Exits, after it said why, when the command line makes no sense. */
void settings_read(struct settings *settings, int argc, char **argv);

#endif
