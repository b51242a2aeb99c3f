/* SPDX-License-Identifier: MIT */
/*
 * image.c - what stands at an address: the program, a library, or neither.
 *
 * Asked of the dynamic loader, which a static program has a piece of, too. The
 * build-id is in memory, since it is to be found in a core file.
 *
 * Not here: functions and lines (crash_libdw.c).
 */
#include "image.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

struct search {
	struct image *image;
	uint64_t address;
	bool found;
};

/* ---- Its name ----------------------------------------------------------- */

static void name_copy(struct image *image, const char *path, size_t size)
{
	const char *slash = memrchr(path, '/', size);
	const char *name = slash ? slash + 1 : path;

	text_line(image->name, sizeof image->name, name,
		  size - (size_t)(name - path));
}

/* The program has no name for the loader. If its file was replaced while it
 * runs, the kernel has something to add to that. */
static void name_program(struct image *image)
{
	static const char gone[] = " (deleted)";
	const size_t tail = sizeof gone - 1;
	char path[PATH_MAX];
	ssize_t got = readlink("/proc/self/exe", path, sizeof path);
	size_t size = got > 0 ? (size_t)got : 0;

	if (size > tail && !memcmp(path + size - tail, gone, tail))
		size -= tail;
	if (size > 0)
		name_copy(image, path, size);
	else
		name_copy(image, "program", strlen("program"));
}

/* The part of a module that is loaded at an address. */
static const ElfW(Phdr) *
	part_of(const struct dl_phdr_info *info, uint64_t address)
{
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uint64_t from = info->dlpi_addr + part->p_vaddr;

		if (part->p_type == PT_LOAD && address >= from &&
		    address - from < part->p_memsz)
			return part;
	}
	return NULL;
}

/* ---- Its build-id ------------------------------------------------------- */

/* Notes stand one behind the other: a head, a name, and what it says. */
static void note_read(struct image *image, const unsigned char *note,
		      size_t size, size_t align)
{
	ElfW(Nhdr) head;

	while (size >= sizeof head) {
		size_t name, says;

		memcpy(&head, note, sizeof head);
		name = sizeof head + head.n_namesz;
		says = (name + align - 1) / align * align;
		if (says > size || head.n_descsz > size - says)
			return;
		if (head.n_type == NT_GNU_BUILD_ID && head.n_namesz == 4 &&
		    !memcmp(note + sizeof head, "GNU", 4) &&
		    head.n_descsz <= IMAGE_BUILD_ID) {
			memcpy(image->build_id, note + says, head.n_descsz);
			image->build_id_size = head.n_descsz;
			return;
		}
		says = (says + head.n_descsz + align - 1) / align * align;
		if (says > size)
			return;
		note += says;
		size -= says;
	}
}

/* Whether all of them are loaded. */
static bool notes_are_there(const struct dl_phdr_info *info,
			    const ElfW(Phdr) * notes)
{
	uint64_t from = info->dlpi_addr + notes->p_vaddr;
	const ElfW(Phdr) *part = part_of(info, from);

	return part && part->p_flags & PF_R &&
	       notes->p_memsz <= part->p_vaddr + part->p_memsz - notes->p_vaddr;
}

static void image_read_notes(struct image *image,
			     const struct dl_phdr_info *info)
{
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uintptr_t from = info->dlpi_addr + part->p_vaddr;

		if (part->p_type == PT_NOTE && image->build_id_size == 0 &&
		    notes_are_there(info, part))
			note_read(image, (const void *)from, part->p_memsz,
				  part->p_align == 8 ? 8 : 4);
	}
}

/* ---- Finding it --------------------------------------------------------- */

static int image_look(struct dl_phdr_info *info, size_t size, void *data)
{
	struct search *search = data;
	const ElfW(Phdr) *part = part_of(info, search->address);
	struct image *image = search->image;

	(void)size;
	if (!part)
		return 0;
	search->found = true;
	image->offset = search->address - info->dlpi_addr;
	image->code = part->p_flags & PF_X;
	if (info->dlpi_name && info->dlpi_name[0])
		name_copy(image, info->dlpi_name, strlen(info->dlpi_name));
	else
		name_program(image);
	image_read_notes(image, info);
	return 1;
}

bool image_find(struct image *image, uint64_t address)
{
	struct search search = { .image = image, .address = address };

	*image = (struct image){ .build_id_size = 0 };
	(void)dl_iterate_phdr(image_look, &search);
	return search.found;
}

static int code_look(struct dl_phdr_info *info, size_t size, void *data)
{
	const ElfW(Phdr) *part = part_of(info, *(const uint64_t *)data);

	(void)size;
	return part && part->p_flags & PF_X;
}

bool image_has_code(uint64_t address)
{
	return dl_iterate_phdr(code_look, &address) != 0;
}

/* The first is the program. */
static int loader_look(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	for (size_t i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_INTERP)
			return 1;
	return -1;
}

bool image_is_static(void)
{
	return dl_iterate_phdr(loader_look, NULL) < 0;
}
