/* SPDX-License-Identifier: MIT */
/*
 * fingerprint.c - a number for a crash, by which those of one bug are found.
 *
 * Pure. It is made of the signal and of the names of the innermost functions;
 * where there is no name, of the module and the offset in it. So it is the same
 * in every process, wherever its memory is; and also in the next version of the
 * program, which lines would not be, as they move with each change above them.
 * The price is that two bugs in one function, reached the same way, share a
 * number: their stacks tell them apart.
 *
 * Five functions, because fewer are the same for many bugs (who calls free()?)
 * and more differ for one (who calls a parser?). Before they are counted
 *
 *   - those go that only bring a signal about: every abort() has the same ones;
 *     and those of libc that copy strings, which come in a make for each
 * machine, or have no name at all;
 *   - a function that calls itself counts once, however deep it was.
 *
 * Where a stack overflowed it is chance which function of a circle was the one
 * that did not fit any more, and where in it that was found. So there the
 * functions of the circle count, in alphabetical order; if none is seen twice
 * the innermost one, or, without its name, its module.
 *
 * Where no names are known, a place stands for its function. Then nobody can
 * tell what abort() is, so eight of them count.
 */
#include "fingerprint.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "story.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define FUNCTIONS_COUNTED 5
#define PLACES_COUNTED 8

/* A function, or a place in a module; not ended by 0. */
struct key {
	const char *at;
	size_t size;
	bool named; /* it is a function */
};

struct keys {
	struct key list[STORY_FRAMES];
	size_t count;
};

static bool key_is(const struct key *key, const char *name)
{
	return key->size == strlen(name) && !memcmp(key->at, name, key->size);
}

static bool key_begins(const struct key *key, const char *text)
{
	size_t size = strlen(text);

	return key->size >= size && !memcmp(key->at, text, size);
}

static int key_compare(const void *one, const void *other)
{
	const struct key *a = one, *b = other;
	size_t least = a->size < b->size ? a->size : b->size;
	int order = memcmp(a->at, b->at, least);

	return order ? order : (a->size > b->size) - (a->size < b->size);
}

static bool key_same(const struct key *a, const struct key *b)
{
	return key_compare(a, b) == 0;
}

/* ---- Reading ------------------------------------------------------------ */

/* The last place of a text in a line, or its end. */
static size_t last_of(const char *line, size_t size, const char *text)
{
	size_t length = strlen(text);

	for (size_t at = size; at-- > 0;)
		if (at + length <= size && !memcmp(line + at, text, length))
			return at;
	return size;
}

/* What a compiler made of a function is that function. */
static size_t without_clone(const char *name, size_t size)
{
	static const char *const clones[] = {
		".cold",  ".constprop.", ".isra.",
		".llvm.", ".lto_priv.",  ".part."
	};

	for (size_t i = 0; i < sizeof clones / sizeof *clones; i++) {
		size_t at = last_of(name, size, clones[i]);

		if (at > 0)
			size = at;
	}
	return size;
}

/* "parse at page.c:41", "raise (libc.so.6+0x3bfb1)", "page+0x1234", "? (0x10)"
 */
static struct key key_read(const char *line, size_t size)
{
	bool closed = size > 0 && line[size - 1] == ')';
	size_t name = last_of(line, size, closed ? " (" : " at ");
	struct key key = { .at = line, .size = name, .named = name < size };

	if (key.named)
		key.size = without_clone(line, name);
	return key;
}

static size_t line_size(const char *line)
{
	return strcspn(line, "\n");
}

static void keys_read(struct keys *keys, const char *report)
{
	while (*report == '#' && keys->count < STORY_FRAMES) {
		size_t size = line_size(report);
		size_t number = strcspn(report, " \n");

		if (number < size)
			keys->list[keys->count++] = key_read(
				report + number + 1, size - number - 1);
		report += size + (report[size] == '\n');
	}
}

static bool has_line(const char *report, const char *wanted)
{
	size_t size = strlen(wanted);

	for (; *report; report += line_size(report) + 1) {
		if (!strncmp(report, wanted, size))
			return true;
		if (report[line_size(report)] == '\0')
			break;
	}
	return false;
}

/* ---- Leaving out -------------------------------------------------------- */

static bool is_plumbing(const struct key *key)
{
	static const char *const names[] = {
		"_ZN10__cxxabiv111__terminateEPFvvE",
		"_ZN9__gnu_cxx27__verbose_terminate_handlerEv",
		"_ZSt9terminatev",
		"__assert",
		"__assert_fail",
		"__assert_fail_base",
		"__assert_perror_fail",
		"__chk_fail",
		"__cxa_rethrow",
		"__cxa_throw",
		"__fortify_fail",
		"__libc_fatal",
		"__libc_message",
		"__pthread_kill",
		"__pthread_kill_implementation",
		"__pthread_kill_internal",
		"__restore_rt",
		"__stack_chk_fail",
		"abort",
		"gsignal",
		"kill",
		"malloc_printerr",
		"pthread_kill",
		"pthread_sigqueue",
		"raise",
		"sigqueue",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (key_is(key, names[i]) ||
		    (key_begins(key, "__GI_") && key->size > 5 &&
		     key_is(&(struct key){ key->at + 5, key->size - 5, true },
			    names[i])))
			return true;
	return false;
}

/* "__memset_avx2_unaligned", which may have no name there; and how C++ gets
 * from an exception that nobody catches to an abort(). */
static bool is_of_libc(const struct key *key)
{
	static const char *const begins[] = { "__mem", "__str", "__wcs",
					      "__wmem" };

	if (!key->named)
		return key_begins(key, "libc.so.") ||
		       key_begins(key, "libpthread.so.") ||
		       key_begins(key, "libstdc++.so.");
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (key_begins(key, begins[i]))
			return true;
	return false;
}

/* If there is nothing else it is all that is known. */
static void keys_drop_plumbing(struct keys *keys)
{
	size_t drop = 0;

	while (drop < keys->count && (is_plumbing(&keys->list[drop]) ||
				      is_of_libc(&keys->list[drop])))
		drop++;
	if (drop == keys->count)
		return;
	keys->count -= drop;
	memmove(keys->list, keys->list + drop,
		keys->count * sizeof *keys->list);
}

/* Of those that are the same, and beside each other, one. */
static void keys_fold(struct keys *keys)
{
	size_t kept = 0;

	for (size_t i = 0; i < keys->count; i++)
		if (kept == 0 ||
		    !key_same(&keys->list[kept - 1], &keys->list[i]))
			keys->list[kept++] = keys->list[i];
	keys->count = kept;
}

/* Only those that are there more than once. */
static struct keys keys_circle(const struct keys *keys)
{
	struct keys sorted = *keys, circle = { .count = 0 };

	qsort(sorted.list, sorted.count, sizeof *sorted.list, key_compare);
	for (size_t i = 1; i < sorted.count; i++)
		if (key_same(&sorted.list[i - 1], &sorted.list[i]))
			circle.list[circle.count++] = sorted.list[i];
	keys_fold(&circle);
	return circle;
}

/* Of a place, its module. */
static void key_blur(struct key *key)
{
	const char *plus = memrchr(key->at, '+', key->size);

	if (!key->named && plus)
		key->size = (size_t)(plus - key->at);
}

/* ---- The number --------------------------------------------------------- */

static uint64_t keys_sum(const struct keys *keys, size_t most, int number)
{
	uint64_t sum = (uint64_t)number;

	for (size_t i = 0; i < keys->count && i < most; i++)
		sum = XXH3_64bits_withSeed(keys->list[i].at, keys->list[i].size,
					   sum);
	return sum ? sum : 1;
}

static uint64_t keys_sum_overflow(struct keys *keys, int number)
{
	struct keys circle = keys_circle(keys);

	if (circle.count > 0)
		return keys_sum(&circle, circle.count, number);
	key_blur(&keys->list[0]);
	return keys_sum(keys, 1, number);
}

uint64_t fingerprint_of(int number, const char *report)
{
	struct keys keys = { .count = 0 };

	keys_read(&keys, report);
	if (keys.count == 0)
		return 0;
	if (has_line(report, STORY_OVERFLOWED))
		return keys_sum_overflow(&keys, number);
	keys_drop_plumbing(&keys);
	keys_fold(&keys);
	return keys_sum(&keys,
			keys.list[0].named ? FUNCTIONS_COUNTED : PLACES_COUNTED,
			number);
}
