/* SPDX-License-Identifier: MIT */
/*
 * stress_threads.c - tasks under a supervisor, of a program whose threads
 * allocate and log all the time.
 *
 * A child forked here would find the locks of malloc() and of stdio
 * as some thread had left them, now and then held for ever. The supervisor was
 * forked before there were threads: none of its children hangs.
 */
#include <argp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "remains.h"
#include "tine.h"

#define THREADS 8
#define WINDOW 16
#define HANGS_MS 60000 /* only a task that hangs takes so long */

struct stress {
	uint64_t count, right, wrong;
	struct tine_ctx *ctx;
	struct tine_super *super;
	struct tine_task *tasks[WINDOW];
	FILE *log;
	atomic_bool stop;
	atomic_ullong lines;
	pthread_t threads[THREADS];
};

/* ---- Threads ------------------------------------------------------------ */

#define KEPT 64
#define LOG_LINES 10000 /* and from the start again */

static void log_line(struct stress *stress, uint64_t random)
{
	if (atomic_fetch_add(&stress->lines, 1) % LOG_LINES == 0)
		rewind(stress->log);
	(void)fprintf(stress->log, "%016llx is random\n",
		      (unsigned long long)random);
}

static void *thread_main(void *data)
{
	struct stress *stress = data;
	void *kept[KEPT] = { NULL };
	uint64_t random = (uint64_t)(uintptr_t)&random;

	while (!stress->stop) {
		void **place;

		random = chance_mix(random);
		place = &kept[random % KEPT];
		free(*place);
		*place = malloc(random % 5000);
		log_line(stress, random);
	}
	for (int i = 0; i < KEPT; i++)
		free(kept[i]);
	return NULL;
}

static bool threads_start(struct stress *stress)
{
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&stress->threads[i], NULL, thread_main,
				   stress) != 0)
			return false;
	return true;
}

static void threads_end(struct stress *stress)
{
	stress->stop = true;
	for (int i = 0; i < THREADS; i++)
		(void)pthread_join(stress->threads[i], NULL);
}

/* ---- Tasks -------------------------------------------------------------- */

/* Whatever needs those locks. */
static int task_run(struct tine_self *self, const void *arg, size_t size)
{
	uint64_t value;
	FILE *file;
	char *text = NULL;
	size_t length = 0;

	memcpy(&value, arg, size);
	file = open_memstream(&text, &length);
	if (!file)
		return 1;
	(void)fprintf(file, "%llu", (unsigned long long)chance_mix(value));
	(void)fclose(file);
	tine_note(self, "%s", text);
	return tine_send(self, text, length) < 0;
}

static bool is_right(const struct tine_result *result, uint64_t number)
{
	char text[32];
	int length = snprintf(text, sizeof text, "%llu",
			      (unsigned long long)chance_mix(number));

	return result->end == TINE_OK && result->size == (size_t)length &&
	       memcmp(result->data, text, result->size) == 0;
}

static void stress_start(struct stress *stress, uint64_t number)
{
	struct tine_options options = { .under = stress->super };
	struct tine_task **task = &stress->tasks[number % WINDOW];
	int error = tine_async(stress->ctx, task_run, &number, sizeof number,
			       &options, task);

	if (error < 0)
		(void)fprintf(stderr, "task %llu: %s\n",
			      (unsigned long long)number, tine_strerror(error));
}

static void stress_finish(struct stress *stress, uint64_t number)
{
	struct tine_task **task = &stress->tasks[number % WINDOW];
	const struct tine_result *result = tine_await(*task, HANGS_MS);

	if (is_right(result, number)) {
		stress->right++;
	} else {
		stress->wrong++;
		(void)fprintf(stderr, "task %llu: %s: %s\n",
			      (unsigned long long)number,
			      tine_end_name(result->end), result->message);
	}
	tine_free(*task);
	*task = NULL;
}

static void stress_tasks(struct stress *stress)
{
	for (uint64_t i = 0; i < stress->count + WINDOW; i++) {
		if (i >= WINDOW)
			stress_finish(stress, i - WINDOW);
		if (i < stress->count)
			stress_start(stress, i);
	}
}

static int stress_run(struct stress *stress)
{
	const struct tine_super_options options = { .spares = 2 };

	stress->log = tmpfile();
	if (!stress->log || tine_ctx_new(NULL, &stress->ctx) < 0 ||
	    tine_super_start(stress->ctx, &options, &stress->super) < 0 ||
	    !threads_start(stress))
		return 2;
	stress_tasks(stress);
	threads_end(stress);
	stress->wrong += stress->lines == 0;
	tine_super_free(stress->super);
	tine_ctx_free(stress->ctx);
	stress->wrong += remains_child();
	(void)fclose(stress->log);
	(void)printf("%llu lines\n%llu passed, %llu failed\n",
		     (unsigned long long)stress->lines,
		     (unsigned long long)stress->right,
		     (unsigned long long)stress->wrong);
	return stress->wrong > 0;
}

/* ---- The command line --------------------------------------------------- */

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct stress *stress = state->input;

	if (key != 'n')
		return ARGP_ERR_UNKNOWN;
	stress->count = strtoull(value, NULL, 0);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "tasks", 'n', "N", 0, "how many; 10000", 0 },
		{ 0 },
	};
	static const struct argp argp = { options, parse, NULL, NULL,
					  NULL,    NULL,  NULL };
	static struct stress stress = { .count = 10000 };

	if (argp_parse(&argp, argc, argv, 0, NULL, &stress))
		return 2;
	return stress_run(&stress);
}
