/* SPDX-License-Identifier: MIT */
/* flow.h - a stream's items, from the source to their ends. */
#ifndef TINE_FLOW_H
#define TINE_FLOW_H

#include "stream.h"

/* Whether anything more may be started. */
bool flow_is_live(const struct tine_stream *stream);

/*
 * Takes what has ended, pulls the source while there is room, and gives items
 * to children. When there is nothing more to come it is wound up. The context
 * is to be held: this calls the source, which may free it.
 */
void flow_advance(struct tine_stream *stream);

/* From here on nothing is pulled, or given to a child; the first error stays.
 * Whoever is in the middle of an advance winds up at its end. */
void flow_stop(struct tine_stream *stream, int error);

/* What waits for another attempt gets none, and never ends. Returns whether
 * there was any. */
bool flow_drop_resting(struct tine_stream *stream);

/* Closes the source; kills and reaps all children. What has ended stays, to be
 * taken. */
void flow_wind_up(struct tine_stream *stream);

#endif
