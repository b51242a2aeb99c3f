/* SPDX-License-Identifier: MIT */
/* image.h - what stands at an address: the program, a library, or neither. */
#ifndef TINE_IMAGE_H
#define TINE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_NAME 128
#define IMAGE_BUILD_ID 32

struct image {
	char name[IMAGE_NAME]; /* of its file: "libc.so.6" */
	uint64_t offset; /* the address, as its file and addr2line have it */
	bool code;       /* the address is one of its instructions */
	size_t build_id_size; /* 0: it has none */
	unsigned char build_id[IMAGE_BUILD_ID];
};

/* False: neither. */
bool image_find(struct image *image, uint64_t address);

/* Whether there is code of the program, or of a library. */
bool image_has_code(uint64_t address);

/* The program needs no loader, so that it must not load anything either: what
 * it loads brings a second libc along, for which nobody has made room. */
bool image_is_static(void);

#endif
