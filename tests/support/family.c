/* SPDX-License-Identifier: MIT */
/* family.c - supervisors, and what is seen of them. */
#include "family.h"

#include <ev.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BEAT_S 10 /* a loop with nothing else in it does not wait */
#define PAGE 4096
#define MOMENT_US 3000

struct family_seen family_seen;

static struct ev_loop *loop;
static ev_timer beat;
static unsigned spares;

static struct family_memory {
	_Atomic uint32_t living, asked;
	_Atomic uint32_t place, length; /* on the page; what is written there */
	char page[PAGE];
} * memory;

/* ---- Reports ------------------------------------------------------------ */

static void keep(char *place, size_t size, const char *text)
{
	(void)snprintf(place, size, "%s", text);
}

static void see_result(const struct tine_result *result)
{
	struct family_seen *seen = &family_seen;

	assert_non_null(result->output);
	seen->last_end = result->end;
	seen->last_code = result->code;
	seen->last_size = result->size;
	seen->last_adopted = result->adopted;
	keep(seen->last_message, sizeof seen->last_message, result->message);
	keep(seen->last_note, sizeof seen->last_note, result->note);
	keep(seen->last_crash, sizeof seen->last_crash, result->crash);
	seen->last_fingerprint = result->fingerprint;
}

static const char *verb_of(const struct tine_event *event)
{
	if (event->kind == TINE_STARTED)
		return "up";
	return event->kind == TINE_GAVE_UP ? "given up"
					   : tine_end_name(event->result->end);
}

static void on_event(struct tine_super *super, const struct tine_event *event,
		     void *user)
{
	struct family_seen *seen = &family_seen;
	size_t room = sizeof seen->events - seen->length;
	int length =
		snprintf(seen->events + seen->length, room, "%s%s%s%s %s",
			 seen->length > 0 ? ", " : "", event->super,
			 event->super[0] ? "/" : "", event->id, verb_of(event));

	(void)user;
	assert_non_null(super);
	assert_true(length > 0 && (size_t)length < room);
	assert_int_equal(event->result == NULL, event->kind == TINE_STARTED);
	seen->length += (size_t)length;
	seen->missed += event->missed;
	seen->last_restarts = event->restarts;
	if (event->result)
		see_result(event->result);
}

static void on_end(struct tine_super *super, const struct tine_result *result,
		   void *user)
{
	struct family_seen *seen = &family_seen;

	(void)user;
	assert_int_equal(tine_super_pid(super), 0);
	seen->ends++;
	seen->end = result->end;
	keep(seen->message, sizeof seen->message, result->message);
}

/* ---- Starting, and waiting ---------------------------------------------- */

void family_listen(struct tine_super_options *options)
{
	options->on_event = on_event;
	options->on_end = on_end;
}

int family_try(void **state, const struct tine_super_options *options,
	       struct tine_super **super)
{
	struct tine_super_options with = { 0 };

	if (options)
		with = *options;
	family_listen(&with);
	with.spares = spares;
	return tine_super_start(fixture_ctx(state), &with, super);
}

struct tine_super *family_start(void **state,
				const struct tine_super_options *options)
{
	struct tine_super *super = NULL;

	assert_int_equal(family_try(state, options, &super), 0);
	assert_non_null(super);
	return super;
}

struct tine_task *family_task(void **state, struct tine_super *super,
			      tine_fn *fn, struct tine_options options)
{
	options.under = super;
	return fixture_start(state, fn, &options);
}

struct tine_task *family_task_act(void **state, struct tine_super *super,
				  struct act act, struct tine_options options)
{
	options.under = super;
	return fixture_start_with(state, act_run, &act, sizeof act, &options);
}

void family_until(bool (*is_so)(void *data), void *data)
{
	while (!is_so(data))
		(void)ev_run(loop, EVRUN_ONCE);
}

static bool heard_as_much(void *data)
{
	return family_seen.length >= strlen(data);
}

void family_expect(const char *events)
{
	char expected[sizeof family_seen.events];

	keep(expected, sizeof expected, events);
	family_until(heard_as_much, expected);
	assert_string_equal(family_seen.events, expected);
	family_seen.length = 0;
	family_seen.events[0] = '\0';
}

static bool has_ended(void *data)
{
	(void)data;
	return family_seen.ends > 0;
}

void family_wait_end(void)
{
	family_until(has_ended, NULL);
}

/* ---- Asking ------------------------------------------------------------- */

const char *family_list(struct tine_super *super)
{
	static char text[PAGE];
	struct tine_child_info infos[64];
	int count = tine_children(super, infos, 64);
	size_t length = 0;

	assert_in_range(count, 0, 64);
	text[0] = '\0';
	for (int i = 0; i < count; i++)
		length += (size_t)snprintf(text + length, sizeof text - length,
					   "%s%s%s", i > 0 ? " " : "",
					   infos[i].id,
					   infos[i].pid > 0 ? "" : "-");
	return text;
}

const char *family_counts(struct tine_super *super)
{
	static char text[200];
	struct tine_counts counts = { 0 };

	assert_int_equal(tine_count(super, &counts), 0);
	(void)snprintf(text, sizeof text,
		       "%zu specs, %zu active, %zu supervisors, %zu workers",
		       counts.specs, counts.active, counts.supervisors,
		       counts.workers);
	return text;
}

struct tine_child_info family_info(struct tine_super *super, const char *id)
{
	struct tine_child_info infos[64];
	int count = tine_children(super, infos, 64);

	assert_in_range(count, 0, 64);
	for (int i = 0; i < count; i++)
		if (strcmp(infos[i].id, id) == 0)
			return infos[i];
	fail_msg("there is no child '%s'", id);
	return infos[0];
}

pid_t family_pid(struct tine_super *super, const char *id)
{
	return family_info(super, id).pid;
}

/* ---- Children ----------------------------------------------------------- */

struct tine_child family_act(const char *id, const struct act *act)
{
	return (struct tine_child){
		.id = id, .fn = act_run, .arg = act, .size = sizeof *act
	};
}

static void write_down(char what, char name)
{
	uint32_t at = atomic_fetch_add(&memory->place, 2);

	memory->page[at % PAGE] = what;
	memory->page[(at + 1) % PAGE] = name;
	act_raise(&memory->length);
	act_raise(&memory->length);
}

int family_polite(struct tine_self *self, const void *arg, size_t size)
{
	struct family_role role;

	if (size != sizeof role)
		return 98;
	memcpy(&role, arg, sizeof role);
	(void)tine_stopping(self);
	act_raise(&memory->living);
	while (!tine_stopping(self))
		(void)usleep(1000);
	write_down('-', role.name);
	act_raise(&memory->asked);
	act_wait(&memory->asked, role.together);
	(void)usleep(MOMENT_US);
	write_down('!', role.name);
	return 0;
}

struct tine_child family_role(const char *id, const struct family_role *role)
{
	return (struct tine_child){
		.id = id,
		.fn = family_polite,
		.arg = role,
		.size = sizeof *role,
		.shutdown_ms = TINE_FOREVER,
	};
}

void family_wait_living(uint32_t count)
{
	act_wait(&memory->living, count);
}

const char *family_page(void)
{
	static char text[PAGE];

	memcpy(text, memory->page, sizeof text);
	text[atomic_exchange(&memory->length, 0) % PAGE] = '\0';
	atomic_store(&memory->place, 0);
	return text;
}

void family_wait_page(size_t length)
{
	act_wait(&memory->length, (uint32_t)length);
}

void family_begin(void)
{
	atomic_store(&memory->living, 0);
	atomic_store(&memory->asked, 0);
}

/* ---- The fixture -------------------------------------------------------- */

static void on_beat(struct ev_loop *at, ev_timer *timer, int events)
{
	(void)at;
	(void)timer;
	(void)events;
}

static int setup(void **state)
{
	struct tine_ctx_options options;
	struct fixture *fixture;

	memset(&family_seen, 0, sizeof family_seen);
	memory = mmap(NULL, sizeof *memory, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || act_setup(state) < 0)
		return -1;
	fixture = *state;
	tine_ctx_free(fixture->ctx);
	loop = ev_loop_new(0);
	ev_timer_init(&beat, on_beat, BEAT_S, BEAT_S);
	ev_timer_start(loop, &beat);
	options = (struct tine_ctx_options){ .loop = loop };
	return tine_ctx_new(&options, &fixture->ctx);
}

int family_setup(void **state)
{
	spares = 0;
	return setup(state);
}

int family_setup_spares(void **state)
{
	spares = 2;
	return setup(state);
}

int family_teardown(void **state)
{
	struct fixture *fixture = *state;

	tine_ctx_free(fixture->ctx);
	fixture->ctx = NULL;
	ev_loop_destroy(loop);
	act_assert_all_dead();
	(void)munmap(memory, sizeof *memory);
	return act_teardown(state);
}
