/* SPDX-License-Identifier: MIT */
/* receipt.h - from the record a pooled child wrote to how an item ended. */
#ifndef TINE_RECEIPT_H
#define TINE_RECEIPT_H

#include "feeder.h"
#include "item.h"
#include "mail.h"

/* The item is over without a record: that is its end, and why. */
void receipt_fail(struct item *item, enum tine_end end, const char *text);

/*
 * Reads the record of the feeder's next item: what was sent, copied or mapped,
 * and, of a whole one, how it ended. Of one that the child did not come to
 * finish there is only what was sent. Returns false when it is no record.
 */
bool receipt_take(const struct feeder *feeder, struct mail *mail,
		  const struct tine_options *options, bool whole,
		  struct item *item, struct feeder_result *result);

#endif
