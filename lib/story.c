/* SPDX-License-Identifier: MIT */
/*
 * story.c - the report of a crash, as a text.
 *
 * Not here: what is found out about an address (crash_libdw.c, image.c).
 */
#include "story.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"

#define WIDTH 79

/* ---- Frames ------------------------------------------------------------- */

bool story_begin(struct story *story)
{
	*story = (struct story){ .frames = 0 };
	story->out = open_memstream(&story->text, &story->size);
	return story->out;
}

/* Without a line: it ends in an offset. */
static bool is_bare(const char *name)
{
	const char *space = strrchr(name, ' ');

	return strstr(space ? space : name, "+0x");
}

bool story_frame(struct story *story, uint64_t pc, const char *name)
{
	if (story->frames == STORY_FRAMES)
		return false;
	if (is_bare(name))
		story->bare[story->bare_count++] = pc;
	(void)fprintf(story->out, "#%u %s\n", story->frames++, name);
	return true;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static char *print(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static char *print(const char *format, ...)
{
	va_list arguments;
	char *text;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	text = size < 0 ? NULL : malloc((size_t)size + 1);
	if (!text)
		return NULL;
	va_start(arguments, format);
	(void)vsnprintf(text, (size_t)size + 1, format, arguments);
	va_end(arguments);
	return text;
}

char *story_name(uint64_t pc, const char *function, const char *file, int line)
{
	struct image image;

	if (file)
		return print("%s at %s:%d", function ? function : "?",
			     base_name(file), line);
	if (!image_find(&image, pc))
		return print("%s (0x%llx)", function ? function : "?",
			     (unsigned long long)pc);
	return print(function ? "%s (%s+0x%llx)" : "%s%s+0x%llx",
		     function ? function : "", image.name,
		     (unsigned long long)image.offset);
}

/* ---- Registers ---------------------------------------------------------- */

/* Says one more of them, and returns how long its line is then. */
static size_t story_register(struct story *story, size_t length,
			     const char *name, uint64_t value)
{
	char text[40];
	size_t more = (size_t)snprintf(text, sizeof text, " %s 0x%llx", name,
				       (unsigned long long)value);

	if (length > 0 && length + more > WIDTH) {
		(void)fputc('\n', story->out);
		length = 0;
	}
	if (length == 0)
		length = (size_t)fprintf(story->out, "registers");
	(void)fputs(text, story->out);
	return length + more;
}

static void story_registers(struct story *story,
			    const struct registers *registers)
{
	size_t length = story_register(story, 0, "pc", registers->pc);

	length = story_register(story, length, "sp", registers->sp);
	for (uint32_t i = 0; i < registers->count; i++)
		if (registers_name(i))
			length =
				story_register(story, length, registers_name(i),
					       registers->value[i]);
	(void)fputc('\n', story->out);
}

/* ---- Modules ------------------------------------------------------------ */

static void story_module(struct story *story, const struct image *image)
{
	(void)fprintf(story->out, "module %s build-id ", image->name);
	for (size_t i = 0; i < image->build_id_size; i++)
		(void)fprintf(story->out, "%02x", image->build_id[i]);
	(void)fputs(image->build_id_size > 0 ? "\n" : "unknown\n", story->out);
}

static bool image_is_same(const struct image *a, const struct image *b)
{
	return a->build_id_size == b->build_id_size &&
	       !memcmp(a->build_id, b->build_id, a->build_id_size) &&
	       strcmp(a->name, b->name) == 0;
}

/* Each once. */
static void story_modules(struct story *story)
{
	struct image seen[STORY_FRAMES];
	size_t count = 0;

	for (unsigned i = 0; i < story->bare_count; i++) {
		struct image *image = &seen[count];
		size_t other = 0;

		if (!image_find(image, story->bare[i]))
			continue;
		while (!image_is_same(&seen[other], image))
			other++;
		if (other < count)
			continue;
		story_module(story, image);
		count++;
	}
}

char *story_end(struct story *story, const struct slate_crash *record,
		bool overflowed)
{
	if (overflowed)
		(void)fprintf(story->out, "%s\n", STORY_OVERFLOWED);
	story_registers(story, &record->registers);
	story_modules(story);
	(void)fclose(story->out);
	return story->text;
}
