/* SPDX-License-Identifier: MIT */
/*
 * inbox_rig.h - a channel with an inbox at our end, and what a child may send.
 *
 * The test's state is the struct rig. Its teardown fails the test when a
 * descriptor, of whatever came, is left.
 */
#ifndef TINE_INBOX_RIG_H
#define TINE_INBOX_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>

#include "frame.h"
#include "inbox.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MAX_RESULT 10000

struct rig {
	int ours, theirs;
	struct inbox inbox;
	size_t fds; /* open before */
};

int rig_setup(void **state);
int rig_teardown(void **state);

#define RIG_TEST(name) \
	cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

void rig_open(struct rig *rig, size_t max_result);
void rig_close(struct rig *rig);
void rig_renew(struct rig *rig, size_t max_result);

/* Closes the child's end. */
void rig_hangup(struct rig *rig);

/* ---- What a child may send --------------------------------------------- */

void put(struct rig *rig, const void *bytes, size_t size);
void put_frame(struct rig *rig, enum frame_kind kind, int32_t value,
	       const void *body, size_t size);
void put_data(struct rig *rig, const char *text);
void put_done(struct rig *rig, int value);
void put_number(struct rig *rig, enum frame_kind kind, int value,
		uint64_t number);

/* A BULK frame that announces `size`, with a descriptor or -1; closes it. */
void put_bulk(struct rig *rig, int fd, uint64_t size);

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)
int memory_file(const void *bytes, size_t size, int seals);
void put_sealed(struct rig *rig, const char *text);

/* Data, up to 16 bytes, with a file that no frame speaks of. */
void put_stray(struct rig *rig, const char *text);

/* What can end a talk: three frames, and garbage. */
#define LASTS 4
extern const enum last_word lasts[LASTS];
void put_last(struct rig *rig, enum last_word last);

/* ---- What has become of it --------------------------------------------- */

enum last_word read_all(struct rig *rig);
void assert_result(const struct rig *rig, const char *text);
void assert_ends(struct rig *rig, enum last_word last, const char *text);

#endif
