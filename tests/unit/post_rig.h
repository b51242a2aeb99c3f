/* SPDX-License-Identifier: MIT */
/*
 * post_rig.h - both ends of a post, and what may be put into one by hand.
 *
 * The test's state is the struct rig. Its teardown fails the test when a
 * descriptor, of whatever came, is left.
 */
#ifndef TINE_POST_RIG_H
#define TINE_POST_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>

#include "post.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define SHORT 16384 /* the longest body that needs no file */
#define HEAD 32     /* bytes before the body */
#define AT_SIZE 24  /* where the head says how long the body is */

struct rig {
	struct post ours, theirs;
	size_t fds; /* open before */
};

int rig_setup(void **state);
int rig_teardown(void **state);

#define RIG_TEST(name) \
	cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

/* A new pair in place of the old one. */
void rig_renew(struct rig *rig);

/* A file of `size` bytes. */
#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)
int memory_file(size_t size, int seals);

/* Bytes that differ from each other. */
const unsigned char *pattern(size_t size);

/* ---- Good letters ------------------------------------------------------- */

/* They send; its serial is `number`. */
void put_letter(struct rig *rig, uint64_t number, const void *body,
		size_t size);

/* We receive it, and it is that; it is freed. */
void assert_letter(struct rig *rig, uint64_t number, const void *body,
		   size_t size);
void assert_nothing(struct rig *rig);

/* ---- Others ------------------------------------------------------------- */

/* The bytes that a letter with this short body is, in memory of their own;
 * returns how many. */
size_t raw_letter(const void *body, size_t size, unsigned char **bytes);

/* They send these as one message, and descriptors along, which stay open. */
void put_raw(struct rig *rig, const void *bytes, size_t size, const int *fds,
	     size_t count);

/* Nothing of it is left, and the next letter comes. */
void assert_skipped(struct rig *rig);

#endif
