/* SPDX-License-Identifier: MIT */
/*
 * source.c - an array as the source of a stream.
 */
#include <stdint.h>
#include <stdlib.h>

#include "tine.h"

struct array {
	const char *base;
	size_t left, item_size;
};

static int array_next(void *state, const void **item, size_t *size)
{
	struct array *array = state;

	if (array->left == 0)
		return 0;
	array->left--;
	*item = array->base;
	*size = array->item_size;
	array->base += array->item_size;
	return 1;
}

/* There was no memory for the array's state, or it makes no sense. */
static int no_memory(void *state, const void **item, size_t *size)
{
	(void)state;
	(void)item;
	(void)size;
	return TINE_ENOMEM;
}

static int no_array(void *state, const void **item, size_t *size)
{
	(void)state;
	(void)item;
	(void)size;
	return TINE_EUSAGE;
}

struct tine_source tine_array(const void *base, size_t count, size_t item_size)
{
	struct array *array;

	if ((!base && count > 0 && item_size > 0) ||
	    (item_size > 0 && count > SIZE_MAX / item_size))
		return (struct tine_source){ .next = no_array };
	array = malloc(sizeof *array);
	if (!array)
		return (struct tine_source){ .next = no_memory };
	*array = (struct array){ base, count, item_size };
	return (struct tine_source){ array_next, free, array };
}
