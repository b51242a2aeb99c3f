/* SPDX-License-Identifier: MIT */
/*
 * buf.c - bytes that grow, up to a limit that is part of the object.
 *
 * Memory is taken for bytes that have come, never for bytes that somebody
 * announced.
 */
#include "buf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tine.h"

#define BUF_FIRST 256 /* most results are smaller */

void buf_init(struct buf *buf, size_t limit)
{
	*buf = (struct buf){ .limit = limit };
}

void buf_done(struct buf *buf)
{
	free(buf->data);
	buf_init(buf, buf->limit);
}

void buf_clear(struct buf *buf)
{
	buf->size = 0;
}

static int buf_reserve(struct buf *buf, size_t size)
{
	size_t room = buf->room ? buf->room : BUF_FIRST;
	unsigned char *data;

	if (size <= buf->room)
		return 0;
	while (room < size)
		room = room > buf->limit / 2 ? buf->limit : room * 2;
	data = realloc(buf->data, room);
	if (!data)
		return TINE_ENOMEM;
	buf->data = data;
	buf->room = room;
	return 0;
}

int buf_add(struct buf *buf, const void *data, size_t size)
{
	int error;

	if (size > buf->limit - buf->size)
		return TINE_ETOOBIG;
	if (size == 0)
		return 0;
	error = buf_reserve(buf, buf->size + size);
	if (error < 0)
		return error;
	memcpy(buf->data + buf->size, data, size);
	buf->size += size;
	return 0;
}

void buf_drop(struct buf *buf, size_t size)
{
	assert(size <= buf->size);
	if (size == 0)
		return;
	buf->size -= size;
	memmove(buf->data, buf->data + size, buf->size);
}
