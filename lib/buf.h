/* SPDX-License-Identifier: MIT */
/* buf.h - bytes that grow, up to a limit that is part of the object. */
#ifndef TINE_BUF_H
#define TINE_BUF_H

#include <stddef.h>

struct buf {
	unsigned char *data; /* NULL as long as nothing was added */
	size_t size;
	size_t room;
	size_t limit;
};

void buf_init(struct buf *buf, size_t limit);
void buf_done(struct buf *buf);
void buf_clear(struct buf *buf); /* empties it, keeps the memory */

/* Returns 0, TINE_ETOOBIG or TINE_ENOMEM; on failure nothing was added. */
int buf_add(struct buf *buf, const void *data, size_t size);

/* Takes `size` bytes off the front. */
void buf_drop(struct buf *buf, size_t size);

#endif
