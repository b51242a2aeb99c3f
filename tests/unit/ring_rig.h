/* SPDX-License-Identifier: MIT */
/*
 * ring_rig.h - both sides of a ring in one process: the parent's feeder, and
 * the child's outbox.
 *
 * Nothing waits here: who does one thing after the other has to know when the
 * child may do what.
 */
#ifndef RING_RIG_H
#define RING_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include "feeder.h"
#include "mail.h"
#include "outbox.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MAX_RESULT ((size_t)RING_OUT)

struct ring_rig {
	struct ring *ring;
	struct feeder feeder;
	struct outbox outbox;
	struct mail mail; /* what the outbox sends beside the ring */
};

/* For cmocka: one for all tests of a group, renewed before each of them. */
int ring_rig_new(void **state);
int ring_rig_free(void **state);
int ring_rig_renew(void **state);

/* As if so many items had been run before. */
void ring_rig_count_from(struct ring_rig *rig, uint32_t number);

/* The child: takes the next item; false: there is none. */
bool ring_rig_take(struct ring_rig *rig);
const struct ring_order *ring_rig_order(const struct ring_rig *rig);
const unsigned char *ring_rig_item(const struct ring_rig *rig);

/* The child: takes an item, and sends that for it; the second goes on until the
 * record is complete. */
void ring_rig_begin(struct ring_rig *rig, const void *data, size_t size);
void ring_rig_run(struct ring_rig *rig, const void *data, size_t size,
		  int code);

/* The parent: adds and offers so many items of one byte. */
void ring_rig_feed(struct ring_rig *rig, uint32_t count);

/* The parent: the next record, which must be there, is such a one. */
void ring_rig_expect(struct ring_rig *rig, const void *data, size_t size,
		     int code);

/* Whether the child woke the parent since this was asked last. */
bool ring_rig_woken(struct ring_rig *rig);

/* Memory of their own, in which bytes follow from a number. */
unsigned char *bytes_of(uint64_t number, size_t size);

#endif
