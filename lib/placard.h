/* SPDX-License-Identifier: MIT */
/* placard.h - what is to be seen of a stream on the board of its context. */
#ifndef TINE_PLACARD_H
#define TINE_PLACARD_H

#include "stream.h"

/* The stream has gone on: it is to be seen, now or in a moment. */
void placard_stir(struct tine_stream *stream);

/* It is over, and nothing of it is to be seen any more. */
void placard_take_down(struct tine_stream *stream);

#endif
