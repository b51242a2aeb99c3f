/* SPDX-License-Identifier: MIT */
/* rows.c - what there is to measure, and what it is held against. */
#include "rows.h"

#include <string.h>

#include "commands.h"
#include "ours.h"
#include "raw.h"
#include "streams.h"
#include "supers.h"

#define MIB ((size_t)1 << 20)
#define SPARES 4

#define RAW(operation)                           \
	{                                        \
		.name = "raw", .op = (operation) \
	}
#define PEER(who, what)                             \
	{                                           \
		.name = (who), .peer = who " " what \
	}
#define POOL_8                                                 \
	{                                                      \
		.result = 8, .children = 1000000, .abreast = 2 \
	}
#define ONE_8(count)                                               \
	{                                                          \
		.result = 8, .children = 20000, .abreast = (count) \
	}
#define LARGE                                                     \
	{                                                         \
		.result = 1000000, .children = 1000, .abreast = 2 \
	}
#define CRASH                                              \
	{                                                  \
		.result = 8, .children = 200, .abreast = 2 \
	}
#define COMMANDS                               \
	{                                      \
		.children = 2000, .abreast = 2 \
	}
#define GROWTH                                                  \
	{                                                       \
		.result = 8, .children = 10000000, .abreast = 2 \
	}
#define GROWTH_FROM                                             \
	{                                                       \
		"10,000", .op = streams_flow, .children = 10000 \
	}
#define PEAK_FROM                                                \
	{                                                        \
		"10,000", .op = streams_flow, .children = 10000, \
			  .figure = FIGURE_PEAK                  \
	}
#define UNDER(spare_count, mib)                              \
	{                                                    \
		.supervised = true, .spares = (spare_count), \
		.resident = (mib)*MIB                        \
	}

const struct row rows[] = {
	{ .name = "result",
	  .text = "a child sends 8 bytes",
	  .against = RAW(raw_result),
	  .ours = ours_result,
	  .work = { .result = 8 },
	  .operations = 200,
	  .quick = 60 },
	{ .name = "result-1m",
	  .text = "a child sends 1 MiB; raw: a pipe of 1 MiB",
	  .against = RAW(raw_result),
	  .ours = ours_result,
	  .work = { .result = MIB, .pipe = MIB },
	  .operations = 40,
	  .quick = 8 },
	{ .name = "result-256m",
	  .text = "a child sends 256 MiB; raw: a pipe of 1 MiB",
	  .against = RAW(raw_result),
	  .ours = ours_result,
	  .work = { .result = 256 * MIB, .pipe = MIB },
	  .operations = 1 },
	{ .name = "result-256m-64k",
	  .text = "a child sends 256 MiB; raw: a pipe as it comes",
	  .against = RAW(raw_result),
	  .ours = ours_result,
	  .work = { .result = 256 * MIB },
	  .operations = 1 },
	{ .name = "fork",
	  .text = "a child does nothing; raw: fork, _exit, wait",
	  .against = RAW(raw_exit),
	  .ours = ours_exit,
	  .operations = 200,
	  .quick = 60 },
	{ .name = "fork-256m",
	  .text = "the same, with 256 MiB resident",
	  .against = RAW(raw_exit),
	  .ours = ours_exit,
	  .work = { .resident = 256 * MIB },
	  .operations = 10,
	  .quick = 5 },
	{ .name = "fork-1024m",
	  .text = "the same, with 1024 MiB resident",
	  .against = RAW(raw_exit),
	  .ours = ours_exit,
	  .work = { .resident = 1024 * MIB },
	  .operations = 3 },
	{ .name = "kill",
	  .text = "a child that hangs is killed at once",
	  .against = RAW(raw_kill),
	  .ours = ours_kill,
	  .operations = 200,
	  .quick = 60 },
	{ .name = "crowd",
	  .text = "1,000 children hang at once, and are killed",
	  .against = RAW(raw_crowd),
	  .ours = ours_crowd,
	  .work = { .children = 1000 },
	  .operations = 1 },
	{ .name = "flight",
	  .text = "children send 8 bytes, four at a time",
	  .against = RAW(raw_flight),
	  .ours = ours_flight,
	  .work = { .result = 8, .children = 200, .abreast = 4 },
	  .operations = 1,
	  .quick = 1 },

	/* Streams. */
	{ .name = "fresh",
	  .text = "items in a process each, four at a time; raw: flight",
	  .against = RAW(raw_flight),
	  .ours = streams_fresh,
	  .work = { .result = 8, .children = 1000, .abreast = 4 },
	  .operations = 1,
	  .quick = 1 },
	{ .name = "pool",
	  .text = "8 byte items, 2 children, with a timeout",
	  .ours = streams_pool,
	  .work = POOL_8,
	  .operations = 1,
	  .quick = 1 },
	{ .name = "pool-elixir",
	  .text = "the same; Task.Supervisor.async_stream_nolink",
	  .against = PEER("elixir", "item"),
	  .ours = streams_pool,
	  .work = POOL_8,
	  .operations = 1 },
	{ .name = "pool-mce",
	  .text = "the same; MCE::Map in chunks of 1000",
	  .against = PEER("mce", "item"),
	  .ours = streams_pool,
	  .work = POOL_8,
	  .operations = 1 },
	{ .name = "pool-python",
	  .text = "the same; multiprocessing.Pool.imap in chunks of 1000",
	  .against = PEER("python", "item"),
	  .ours = streams_pool,
	  .work = POOL_8,
	  .operations = 1 },
	{ .name = "pool-futures",
	  .text = "the same; ProcessPoolExecutor.map in chunks of 1000",
	  .against = PEER("python", "futures"),
	  .ours = streams_pool,
	  .work = POOL_8,
	  .operations = 1 },
	{ .name = "one",
	  .text = "one child, two items under way; raw: one round trip",
	  .against = RAW(raw_trips),
	  .ours = streams_one,
	  .work = ONE_8(1),
	  .operations = 1,
	  .quick = 1 },
	{ .name = "one-2",
	  .text = "the same; raw: two round trips under way",
	  .against = RAW(raw_trips),
	  .ours = streams_one,
	  .work = ONE_8(2),
	  .operations = 1,
	  .quick = 1 },
	{ .name = "one-mce",
	  .text = "the same; MCE::Map in chunks of 1, with 2 children",
	  .against = PEER("mce", "one"),
	  .ours = streams_one,
	  .work = ONE_8(1),
	  .operations = 1 },
	{ .name = "large",
	  .text = "results of 1 MB, 2 children; raw: one that is asked for two",
	  .against = RAW(raw_trips),
	  .ours = streams_pool,
	  .work = LARGE,
	  .operations = 1,
	  .quick = 1 },
	{ .name = "large-elixir",
	  .text = "the same; Task.Supervisor.async_stream_nolink",
	  .against = PEER("elixir", "large"),
	  .ours = streams_pool,
	  .work = LARGE,
	  .operations = 1 },
	{ .name = "large-futures",
	  .text = "the same; ProcessPoolExecutor.map in chunks of 1",
	  .against = PEER("python", "large"),
	  .ours = streams_pool,
	  .work = LARGE,
	  .operations = 1 },
	{ .name = "crash",
	  .text = "what an item more costs if it crashes; raw: fork",
	  .against = RAW(raw_exit),
	  .ours = streams_crash,
	  .calm = streams_calm,
	  .work = CRASH,
	  .operations = 1,
	  .quick = 1 },
	{ .name = "crash-elixir",
	  .text = "ten items of which one crashes; async_stream_nolink",
	  .against = PEER("elixir", "crash"),
	  .ours = streams_crash,
	  .work = CRASH,
	  .operations = 1 },
	{ .name = "growth",
	  .text = "10,000,000 items in a pool; beside 10,000, an item",
	  .against = GROWTH_FROM,
	  .ours = streams_flow,
	  .work = GROWTH,
	  .operations = 1 },
	{ .name = "growth-kib",
	  .text = "the same; the most memory that the program had, in KiB",
	  .against = PEAK_FROM,
	  .ours = streams_flow,
	  .figure = FIGURE_PEAK,
	  .work = GROWTH,
	  .operations = 1 },

	/* Supervisors. */
	{ .name = "under",
	  .text = "fork, but under a supervisor",
	  .against = RAW(raw_exit),
	  .ours = ours_exit,
	  .work = UNDER(0, 0),
	  .operations = 200,
	  .quick = 60 },
	{ .name = "under-1024m",
	  .text = "the same, with 1024 MiB resident",
	  .against = RAW(raw_exit),
	  .ours = ours_exit,
	  .work = UNDER(0, 1024),
	  .operations = 20,
	  .quick = 2 },
	{ .name = "under-growth",
	  .text = "the same; beside none resident",
	  .against = { "0 MiB", .op = ours_exit, .bare = true },
	  .ours = ours_exit,
	  .work = UNDER(0, 1024),
	  .operations = 100 },
	{ .name = "first",
	  .text = "to a task's first line, with spares; raw: of a fork",
	  .against = RAW(raw_first),
	  .ours = supers_first,
	  .work = UNDER(SPARES, 0),
	  .operations = 200,
	  .quick = 40 },
	{ .name = "first-1024m",
	  .text = "the same, with 1024 MiB resident",
	  .against = RAW(raw_first),
	  .ours = supers_first,
	  .work = UNDER(SPARES, 1024),
	  .operations = 20,
	  .quick = 4 },
	{ .name = "first-late",
	  .text = "to a task's first line, one in a hundred; beside half",
	  .against = { "median", .op = supers_first },
	  .ours = supers_first,
	  .figure = FIGURE_LATE,
	  .work = UNDER(SPARES, 0),
	  .operations = 200,
	  .quick = 60 },
	{ .name = "restart",
	  .text = "from SIGKILL to the next life; raw: fork, _exit, wait",
	  .against = RAW(raw_exit),
	  .ours = supers_restart,
	  .work = UNDER(0, 0),
	  .operations = 100,
	  .quick = 30 },
	{ .name = "restart-crash",
	  .text = "the same from SIGSEGV, whose trace is written",
	  .against = RAW(raw_exit),
	  .ours = supers_crash,
	  .work = UNDER(0, 0),
	  .operations = 100,
	  .quick = 10 },
#ifdef BENCH_TINE
	/* The tool. */
	{ .name = "run-xargs",
	  .text = "tine run, 2,000 times /bin/true, 2 at once; xargs",
	  .against = PEER("xargs", "true"),
	  .ours = commands_run,
	  .work = COMMANDS,
	  .operations = 1,
	  .quick = 1 },
	{ .name = "run-parallel",
	  .text = "the same; GNU parallel",
	  .against = PEER("parallel", "true"),
	  .ours = commands_run,
	  .work = COMMANDS,
	  .operations = 1 },
#endif
	{ .name = "throng",
	  .text = "many children of one supervisor",
	  .work = UNDER(0, 0),
	  .throng = true,
	  .operations = 10000,
	  .quick = 500 },
};

const size_t row_count = sizeof rows / sizeof *rows;

const struct row *row_find(const char *name)
{
	for (size_t i = 0; i < row_count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}
