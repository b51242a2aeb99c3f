/* SPDX-License-Identifier: MIT */
/*
 * deed.c - what a pooled child must not do, to the memory and the sockets that
 * it shares with its parent.
 *
 * It finds them where the library does, inside its struct tine_self.
 */
#include "deed.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "act.h"
#include "fd.h"
#include "outbox.h"
#include "self.h"

/* ---- Chance ------------------------------------------------------------- */

static uint64_t chance = 88172645463325252u;

static uint64_t random_bits(void)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return chance;
}

static void deed_chance(uint32_t seed)
{
	chance = 88172645463325252u + seed;
}

static void scribble(volatile void *where, size_t size)
{
	volatile unsigned char *bytes = where;

	for (size_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)(random_bits() >> 32);
}

/* Now a wild number, now one that is nearly right. */
static uint32_t random_number(uint32_t near)
{
	uint64_t bits = random_bits();

	return bits % 3 == 0 ? (uint32_t)(bits >> 32)
			     : near + (uint32_t)(bits >> 32) % 7 - 3;
}

/* ---- Deeds: once --------------------------------------------------------- */

static struct ring *ring_of(const struct tine_self *self)
{
	return self->outbox->ring;
}

static void count_done(struct tine_self *self)
{
	struct ring *ring = ring_of(self);

	atomic_store(&ring->done, random_number(atomic_load(&ring->done)));
}

static void claim(struct tine_self *self)
{
	struct ring *ring = ring_of(self);
	uint64_t now = atomic_load(&ring->claim);

	atomic_store(&ring->claim, ring_pair(random_number(ring_high(now)),
					     random_number(ring_low(now))));
}

static void claim_all(struct tine_self *self)
{
	struct ring *ring = ring_of(self);
	uint64_t now = atomic_load(&ring->claim);

	atomic_store(&ring->claim, ring_pair(ring_low(now), ring_low(now)));
}

static void claim_less(struct tine_self *self)
{
	struct ring *ring = ring_of(self);
	uint64_t now = atomic_load(&ring->claim);

	atomic_store(&ring->claim,
		     ring_pair(ring_high(now) - 1, ring_low(now)));
}

static void header(struct tine_self *self)
{
	struct ring *ring = ring_of(self);

	scribble(ring, offsetof(struct ring, orders));
}

static void wakings(struct tine_self *self)
{
	struct ring *ring = ring_of(self);

	atomic_store(&ring->armed, (uint32_t)random_bits() & 1);
	atomic_store(&ring->asleep, (uint32_t)random_bits() & 1);
	atomic_store(&ring->bell, random_number(atomic_load(&ring->bell)));
	atomic_store(&ring->wake_at, (uint32_t)random_bits());
	atomic_store(&ring->got, random_number(atomic_load(&ring->got)));
}

static void orders(struct tine_self *self)
{
	struct ring *ring = ring_of(self);

	scribble(ring->orders, sizeof ring->orders);
}

static void own_record(struct tine_self *self)
{
	struct ring *ring = ring_of(self);

	scribble(&ring->records[self->outbox->number % RING_SLOTS],
		 sizeof ring->records[0]);
}

static void records(struct tine_self *self)
{
	struct ring *ring = ring_of(self);

	scribble(ring->records, sizeof ring->records);
}

static void words(struct tine_self *self)
{
	struct ring *ring = ring_of(self);

	scribble(ring->words, sizeof ring->words);
}

static void bytes(struct tine_self *self)
{
	struct ring *ring = ring_of(self);

	scribble(ring->in, sizeof ring->in);
	scribble(ring->out, 100000);
}

static void everything(struct tine_self *self)
{
	struct ring *ring = ring_of(self);

	scribble(ring, offsetof(struct ring, in) + 4096);
}

static void slate(struct tine_self *self)
{
	scribble(self->slate, sizeof *self->slate);
}

static void slate_and_die(struct tine_self *self)
{
	slate(self);
	atomic_store(&self->slate->crashed, 1);
	(void)kill(getpid(), SIGKILL);
}

/* ---- Deeds: again and again ---------------------------------------------- */

struct spree {
	struct tine_self *self;
	deed_fn *deed;
};

static void *go_on(void *data)
{
	struct spree *spree = data;

	for (;;)
		spree->deed(spree->self);
	return NULL;
}

static void in_a_thread(struct tine_self *self, deed_fn *deed)
{
	static struct spree spree;
	pthread_t thread;

	spree = (struct spree){ self, deed };
	if (pthread_create(&thread, NULL, go_on, &spree) != 0)
		_exit(97);
}

static void thread_header(struct tine_self *self)
{
	in_a_thread(self, header);
}

static void thread_wakings(struct tine_self *self)
{
	in_a_thread(self, wakings);
}

static void thread_claim(struct tine_self *self)
{
	in_a_thread(self, claim);
}

static void thread_claim_less(struct tine_self *self)
{
	in_a_thread(self, claim_less);
}

static void thread_records(struct tine_self *self)
{
	in_a_thread(self, records);
}

static void thread_everything(struct tine_self *self)
{
	in_a_thread(self, everything);
}

static void fork_everything(struct tine_self *self)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct spree spree = { self, everything };

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)go_on(&spree);
	}
	deed_note(pid);
}

/* ---- Deeds: by the sockets ----------------------------------------------- */

static void words_by_socket(struct tine_self *self)
{
	char noise[4096];

	scribble(noise, sizeof noise);
	for (size_t i = 0; i < 500; i++)
		(void)send(self->outbox->side, i % 2 ? "f" : noise,
			   i % 2 ? 1 : i, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void thread_words_by_socket(struct tine_self *self)
{
	in_a_thread(self, words_by_socket);
}

static void files_by_socket(struct tine_self *self)
{
	int memory = memfd_create("x", MFD_ALLOW_SEALING);
	int ends[2] = { -1, -1 };

	(void)!pipe(ends);
	(void)!ftruncate(memory, 4096);
	for (int i = 0; i < 7; i++) {
		(void)fd_pass(self->outbox->side, "f", 1, memory, MSG_DONTWAIT);
		(void)fd_pass(self->outbox->side, "f", 1, ends[i % 2],
			      MSG_DONTWAIT);
	}
}

static void many_files_by_socket(struct tine_self *self)
{
	for (int i = 0; i < 10; i++)
		files_by_socket(self);
}

static void mark_of_a_file(struct tine_self *self)
{
	struct ring *ring = ring_of(self);

	atomic_fetch_or(&ring->records[self->outbox->number % RING_SLOTS].marks,
			RING_FILE);
}

static void wrong_file(struct tine_self *self)
{
	files_by_socket(self);
	mark_of_a_file(self);
}

static void huge_file(struct tine_self *self)
{
	int memory = memfd_create("x", MFD_ALLOW_SEALING);

	(void)!ftruncate(memory, (off_t)1 << 40);
	(void)fcntl(memory, F_ADD_SEALS,
		    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
	(void)fd_pass(self->outbox->side, "f", 1, memory, MSG_DONTWAIT);
	mark_of_a_file(self);
}

static void cut_off(struct tine_self *self)
{
	(void)shutdown(self->outbox->side, SHUT_RDWR);
	(void)close(self->outbox->side);
}

static void noise_by_channel(struct tine_self *self)
{
	char noise[4096];

	scribble(noise, sizeof noise);
	(void)send(self->channel, noise, sizeof noise,
		   MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void close_channel(struct tine_self *self)
{
	(void)close(self->channel);
}

static void close_all(struct tine_self *self)
{
	(void)self;
	(void)close_range(3, ~0u, 0);
}

/* ---- All of them --------------------------------------------------------- */

#define DEED(name)          \
	{                   \
#name, name \
	}

const struct deed deeds[] = {
	[DEED_NOTHING] = { "nothing", NULL },
	DEED(count_done),
	DEED(claim),
	DEED(claim_all),
	DEED(claim_less),
	DEED(header),
	DEED(wakings),
	DEED(orders),
	DEED(own_record),
	DEED(records),
	DEED(words),
	DEED(bytes),
	DEED(everything),
	DEED(slate),
	DEED(slate_and_die),
	DEED(thread_claim),
	DEED(thread_claim_less),
	DEED(thread_header),
	DEED(thread_wakings),
	DEED(thread_records),
	DEED(thread_everything),
	DEED(fork_everything),
	DEED(words_by_socket),
	DEED(thread_words_by_socket),
	DEED(files_by_socket),
	DEED(many_files_by_socket),
	DEED(mark_of_a_file),
	DEED(wrong_file),
	DEED(huge_file),
	DEED(cut_off),
	DEED(noise_by_channel),
	DEED(close_channel),
	DEED(close_all),
};

const uint32_t deed_count = sizeof deeds / sizeof *deeds;

/* ---- Who does it --------------------------------------------------------- */

void deed_note(pid_t pid)
{
	uint32_t at = atomic_fetch_add(&act_memory->ended, 1) % ACT_ITEMS;

	atomic_store(&act_memory->pids[at], pid);
}

bool deed_is_by(pid_t pid)
{
	for (size_t i = 0; i < ACT_ITEMS; i++)
		if (atomic_load(&act_memory->pids[i]) == pid)
			return true;
	return false;
}

void deed_do(uint32_t deed, uint32_t seed, struct tine_self *self)
{
	if (deed == DEED_NOTHING)
		return;
	deed_chance(seed);
	deed_note(getpid());
	deeds[deed].deed(self);
}
