/* SPDX-License-Identifier: MIT */
/*
 * outbox.c - in a pooled child: the results on their way into the ring.
 *
 * What is sent is in the ring at once, and its size is told behind it: so it is
 * the parent's, also if the function crashes in its next line. A few bytes
 * stand in the record itself; more in room that the parent gives back by
 * reading; what is too much for that goes into a memory file, which is passed
 * when it is made and sealed when it is complete.
 *
 * The parent is woken only if it sleeps, and then as seldom as it wants.
 */
#include "outbox.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "defer.h"
#include "fd.h"
#include "mail.h"
#include "sealed.h"

#define OUTBOX_FILES 8 /* that the parent has not taken yet */

static struct ring_record *outbox_record(const struct outbox *outbox)
{
	return &outbox->ring->records[outbox->number % RING_SLOTS];
}

void outbox_init(struct outbox *outbox, struct ring *ring, int side)
{
	outbox->ring = ring;
	outbox->side = side;
	outbox->number = outbox->kept = 0;
	outbox->files = 0;
	outbox->file = -1;
	bump_init(&outbox->out, RING_OUT);
}

/* ---- Waking and sleeping ----------------------------------------------- */

/* If its queue is full it has been told before; if there is no memory for the
 * message, it still wants to hear of it. */
static void outbox_wake(const struct outbox *outbox)
{
	if (atomic_exchange(&outbox->ring->armed, 0) &&
	    send(outbox->side, "w", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
	    errno != EAGAIN)
		atomic_store(&outbox->ring->armed, 1);
}

static void outbox_tell(const struct outbox *outbox)
{
	struct ring *ring = outbox->ring;
	uint32_t left;

	if (!atomic_load(&ring->armed))
		return;
	left = atomic_load_explicit(&ring->wake_at, memory_order_relaxed) -
	       outbox->number;
	if (left == 0 || left > RING_SLOTS)
		outbox_wake(outbox);
}

uint32_t outbox_bell(const struct outbox *outbox)
{
	return atomic_load(&outbox->ring->bell);
}

void outbox_doze(struct outbox *outbox)
{
	atomic_store(&outbox->ring->asleep, 1);
}

static bool outbox_is_heard(const struct outbox *outbox)
{
	if (atomic_load_explicit(&outbox->ring->armed, memory_order_relaxed))
		outbox_wake(outbox);
	return !atomic_load_explicit(&outbox->ring->armed,
				     memory_order_relaxed);
}

/* Whoever could not tell its parent, or has a system without futexes, asks
 * again in a while. */
void outbox_sleep(struct outbox *outbox, uint32_t bell)
{
	const struct timespec while_ = { .tv_nsec = 1000000 };

	if (!outbox_is_heard(outbox) ||
	    (syscall(SYS_futex, &outbox->ring->bell, FUTEX_WAIT, bell, NULL,
		     NULL, 0) < 0 &&
	     errno != EAGAIN && errno != EINTR))
		(void)nanosleep(&while_, NULL);
}

/* ---- Room -------------------------------------------------------------- */

/* What the parent has read is free again. */
static void outbox_reclaim(struct outbox *outbox)
{
	uint32_t got =
		atomic_load_explicit(&outbox->ring->got, memory_order_acquire);

	for (; outbox->kept != got && outbox->kept != outbox->number;
	     outbox->kept++) {
		uint32_t slot = outbox->kept % RING_SLOTS;

		if (outbox->ends[slot] != BUMP_NONE)
			bump_give(&outbox->out, outbox->ends[slot]);
		outbox->files -= outbox->filed[slot];
	}
}

static uint32_t outbox_take(struct outbox *outbox, size_t size)
{
	uint32_t at;

	if (size > RING_RESULT_MOST)
		return BUMP_NONE;
	outbox_reclaim(outbox);
	at = bump_take(&outbox->out, (uint32_t)size);
	if (at != BUMP_NONE)
		outbox->ends[outbox->number % RING_SLOTS] = outbox->out.end;
	return at;
}

/* ---- One result -------------------------------------------------------- */

/* Its slot may be kept for another one, which the parent has read long ago: as
 * long as nobody needs room, nobody looks. */
void outbox_open(struct outbox *outbox, int64_t started_ns)
{
	struct ring_record *record = outbox_record(outbox);
	uint32_t slot = outbox->number % RING_SLOTS;

	if (outbox->number - outbox->kept >= RING_SLOTS)
		outbox_reclaim(outbox);
	outbox->ends[slot] = BUMP_NONE;
	outbox->filed[slot] = false;
	atomic_store_explicit(&record->span, ring_pair(RING_HERE, 0),
			      memory_order_relaxed);
	atomic_store_explicit(&record->marks, 0, memory_order_relaxed);
	atomic_store_explicit(&record->started_ns, started_ns,
			      memory_order_relaxed);
	atomic_signal_fence(memory_order_release); /* it may be killed here */
	record->proof = ring_begun(outbox->number);
}

static unsigned char *outbox_bytes(const struct outbox *outbox, uint64_t span)
{
	return ring_high(span) == RING_HERE
		       ? outbox_record(outbox)->bytes
		       : outbox->ring->out + ring_high(span);
}

/* Files are descriptors of the parent's until it has read what they are of. */
static void outbox_wait_for_files(struct outbox *outbox)
{
	uint32_t bell;

	for (outbox_reclaim(outbox); outbox->files >= OUTBOX_FILES;
	     outbox_reclaim(outbox)) {
		bell = outbox_bell(outbox);
		outbox_doze(outbox);
		outbox_reclaim(outbox);
		if (outbox->files >= OUTBOX_FILES)
			outbox_sleep(outbox, bell);
	}
}

/* Lets the file have what there is so far. Until it does, what is in the ring
 * counts; and if it cannot be, that stays the result. */
static bool outbox_spill(struct outbox *outbox, uint64_t span, size_t size)
{
	const struct mail_letter letter = { MAIL_FILE, outbox->number };
	struct ring_record *record = outbox_record(outbox);
	AUTO_CLOSE int file = -1;

	outbox_wait_for_files(outbox);
	file = sealed_new(size);
	if (file < 0 ||
	    !sealed_add(file, outbox_bytes(outbox, span), ring_low(span)) ||
	    !fd_pass(outbox->side, &letter, sizeof letter, file, 0))
		return false;
	outbox->file = steal_fd(&file);
	outbox->filed[outbox->number % RING_SLOTS] = true;
	outbox->files++;
	atomic_fetch_or(&record->marks, RING_FILE);
	atomic_store(&record->span, ring_pair(RING_HERE, 0));
	return true;
}

/* Where a result of that size can stand that is `span` now; BUMP_NONE: not in
 * the ring. */
static uint32_t outbox_grow(struct outbox *outbox, uint64_t span, size_t size)
{
	uint32_t at = ring_high(span);

	if (at == RING_HERE && size <= RING_RESULT)
		return RING_HERE;
	if (at != RING_HERE && size <= RING_RESULT_MOST &&
	    bump_extend(&outbox->out, at, (uint32_t)size)) {
		outbox->ends[outbox->number % RING_SLOTS] = outbox->out.end;
		return at;
	}
	at = outbox_take(outbox, size);
	if (at != BUMP_NONE)
		memcpy(outbox->ring->out + at, outbox_bytes(outbox, span),
		       ring_low(span));
	return at;
}

bool outbox_add(struct outbox *outbox, const void *data, size_t size)
{
	struct ring_record *record = outbox_record(outbox);
	uint64_t span =
		atomic_load_explicit(&record->span, memory_order_relaxed);
	size_t total = ring_low(span) + size;
	uint32_t at;

	if (outbox->file >= 0)
		return sealed_add(outbox->file, data, size);
	if (size == 0)
		return true;
	at = outbox_grow(outbox, span, total);
	if (at == BUMP_NONE)
		return outbox_spill(outbox, span, total) &&
		       sealed_add(outbox->file, data, size);
	memcpy(outbox_bytes(outbox, ring_pair(at, 0)) + ring_low(span), data,
	       size);
	atomic_store_explicit(&record->span, ring_pair(at, (uint32_t)total),
			      memory_order_release);
	return true;
}

void outbox_exceed(struct outbox *outbox, uint64_t size)
{
	struct ring_record *record = outbox_record(outbox);

	record->excess = size;
	atomic_fetch_or(&record->marks, RING_EXCESS);
}

struct ring_words *outbox_words(const struct outbox *outbox)
{
	return &outbox->ring->words[outbox->number % RING_SLOTS];
}

static void outbox_prove_words(const struct outbox *outbox, uint32_t marks)
{
	struct ring_words *words = outbox_words(outbox);

	words->proof = ring_prove_words(outbox->number, marks, words);
}

void outbox_close(struct outbox *outbox, int code, uint32_t marks,
		  int64_t took_ns)
{
	struct ring_record *record = outbox_record(outbox);
	uint64_t span =
		atomic_load_explicit(&record->span, memory_order_relaxed);

	if (outbox->file >= 0)
		(void)sealed_shut(outbox->file);
	defer_close(&outbox->file);
	outbox->file = -1;
	if (marks & RING_WORDS)
		outbox_prove_words(outbox, marks);
	marks |= atomic_load_explicit(&record->marks, memory_order_relaxed);
	atomic_store_explicit(&record->marks, marks, memory_order_relaxed);
	record->code = code;
	record->took_ns = took_ns;
	record->proof = ring_proof(outbox->number, code, marks,
				   outbox_bytes(outbox, span), ring_low(span));
	outbox->number++;
	atomic_store(&outbox->ring->done, outbox->number);
	outbox_tell(outbox);
}
