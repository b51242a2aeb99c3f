/* SPDX-License-Identifier: MIT */
/* wire.c - numbers and bytes, one behind the other. */
#include "wire.h"

#include <string.h>

/* ---- Writing ------------------------------------------------------------ */

void wire_begin(struct wire_out *out, size_t limit)
{
	buf_init(&out->buf, limit);
	out->error = 0;
}

void wire_done(struct wire_out *out)
{
	buf_done(&out->buf);
}

static void wire_add(struct wire_out *out, const void *data, size_t size)
{
	if (out->error == 0)
		out->error = buf_add(&out->buf, data, size);
}

void wire_put(struct wire_out *out, uint64_t number)
{
	wire_add(out, &number, sizeof number);
}

void wire_put_bytes(struct wire_out *out, const void *data, size_t size)
{
	wire_put(out, size);
	wire_add(out, data, size);
}

void wire_put_text(struct wire_out *out, const char *text)
{
	wire_put_bytes(out, text, text ? strlen(text) : 0);
}

/* ---- Reading ------------------------------------------------------------ */

struct wire_in wire_in(const void *data, size_t size)
{
	return (struct wire_in){ .at = data, .left = size };
}

static const void *wire_next(struct wire_in *in, size_t size)
{
	const unsigned char *at = in->at;

	if (in->bad || size > in->left) {
		in->bad = true;
		return NULL;
	}
	in->at += size;
	in->left -= size;
	return at;
}

uint64_t wire_take(struct wire_in *in)
{
	uint64_t number = 0;
	const void *at = wire_next(in, sizeof number);

	if (at)
		memcpy(&number, at, sizeof number);
	return number;
}

unsigned wire_take_below(struct wire_in *in, unsigned most)
{
	uint64_t number = wire_take(in);

	if (number <= most)
		return (unsigned)number;
	in->bad = true;
	return 0;
}

const void *wire_take_bytes(struct wire_in *in, size_t *size)
{
	uint64_t wanted = wire_take(in);
	const void *at =
		wanted <= in->left ? wire_next(in, (size_t)wanted) : NULL;

	if (!at)
		in->bad = true;
	*size = at ? (size_t)wanted : 0;
	return at;
}

size_t wire_take_part(struct wire_in *in, void *to, size_t most)
{
	size_t size;
	const void *at = wire_take_bytes(in, &size);

	if (!at || size > most) {
		in->bad = true;
		return 0;
	}
	memcpy(to, at, size);
	return size;
}

void wire_take_text(struct wire_in *in, char *text, size_t room)
{
	size_t size;
	const char *at = wire_take_bytes(in, &size);

	text[0] = '\0';
	if (!at || size >= room || memchr(at, '\0', size)) {
		in->bad = true;
		return;
	}
	memcpy(text, at, size);
	text[size] = '\0';
}

bool wire_is_whole(const struct wire_in *in)
{
	return !in->bad && in->left == 0;
}
