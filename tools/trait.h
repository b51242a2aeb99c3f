/* SPDX-License-Identifier: MIT */
/*
 * trait.h - what a row has that can be shown: see fields.c for what each means.
 */
#ifndef TRAIT_H
#define TRAIT_H

#include "field.h"

typedef const char *trait_text_fn(const struct row *row, char room[FIELD_ROOM]);
typedef int64_t trait_number_fn(const struct row *row, int64_t now_us);

/* "" where there is nothing. */
trait_text_fn trait_id, trait_parent, trait_kind, trait_name, trait_app,
	trait_super, trait_state, trait_note, trait_last, trait_restart,
	trait_end, trait_cause, trait_message, trait_output, trait_fingerprint;

/* FIELD_NONE where there is nothing. */
trait_number_fn trait_pid, trait_left, trait_started, trait_cpu, trait_load,
	trait_rss, trait_restarts, trait_attempts, trait_index, trait_done,
	trait_bad, trait_busy, trait_code, trait_core, trait_ended, trait_ago,
	trait_wall, trait_faults, trait_adopted, trait_result, trait_printed;

#endif
