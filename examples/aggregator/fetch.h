/* SPDX-License-Identifier: MIT */
/*
 * fetch.h - one URL, fetched in a task.
 */
#ifndef FETCH_H
#define FETCH_H

#include "tine.h"

#define FETCH_MAX_BODY ((size_t)4 << 20)

/* As JSON, a body that is all control characters is six times as long. */
#define FETCH_MAX_RESULT (6 * FETCH_MAX_BODY + 2)

/*
 * Its argument is the URL and the NUL that ends it. It sends the body as JSON:
 * what the body says, or a string of it if it is no JSON.
 */
tine_fn fetch_run;

#endif
