/* SPDX-License-Identifier: MIT */
/*
 * errand.h - one message, sent and recorded, in a child.
 */
#ifndef ERRAND_H
#define ERRAND_H

#include "settings.h"
#include "spool.h"
#include "tine.h"

struct errand {
	const struct settings *settings; /* older than the supervisor */
	char name[SPOOL_NAME_MAX + 1];
};

/*
 * Its argument is a struct errand. It ends well when the message is out of new/
 * and its note says where to; or it fails and may be started again. However
 * often it is started, also twice at once, and wherever it is killed: a message
 * that is in sent/ is not sent.
 */
tine_fn errand_run;

#endif
