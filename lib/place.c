/* SPDX-License-Identifier: MIT */
/*
 * place.c - which functions stand at an address, and on which lines.
 *
 * Debug information has scopes in scopes. One that is a function put into
 * another says where it was called; the outermost is a function of its own, as
 * the symbols have it.
 */
#include "place.h"

#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>

#include "story.h"

struct spot {
	const char *file; /* NULL: nobody knows */
	int line;
};

/* What has no lines may get the last one of what is in front of it, which is
 * then outside of its function. */
static struct spot spot_of(const struct libdw *dw, Dwfl_Module *module,
			   Dwarf_Addr pc, Dwarf_Addr function)
{
	Dwfl_Line *line = dw->dwfl_module_getsrc(module, pc);
	struct spot spot = { .file = NULL };
	Dwarf_Addr begin = 0;

	if (line)
		spot.file = dw->dwfl_lineinfo(line, &begin, &spot.line, NULL,
					      NULL, NULL);
	if (begin < function)
		spot.file = NULL;
	return spot;
}

/* ---- Functions in functions --------------------------------------------- */

static Dwarf_Word number_of(const struct libdw *dw, Dwarf_Die *scope,
			    unsigned name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word number = 0;

	if (dw->dwarf_attr(scope, name, &attribute))
		(void)dw->dwarf_formudata(&attribute, &number);
	return number;
}

static struct spot spot_of_call(const struct libdw *dw, Dwarf_Die *unit,
				Dwarf_Die *scope)
{
	Dwarf_Word file = number_of(dw, scope, DW_AT_call_file);
	struct spot spot = {
		.line = (int)number_of(dw, scope, DW_AT_call_line),
	};
	Dwarf_Files *files;
	size_t count;

	if (dw->dwarf_getsrcfiles(unit, &files, &count) == 0 && file < count)
		spot.file = dw->dwarf_filesrc(files, file, NULL, NULL);
	return spot;
}

/* What is in a scope that an address is in; namespaces have none. */
static bool scope_enter(const struct libdw *dw, Dwarf_Die *scope, Dwarf_Addr pc)
{
	Dwarf_Die inner;

	if (dw->dwarf_child(scope, &inner) != 0)
		return false;
	do {
		Dwarf_Die deeper = inner;

		if (dw->dwarf_haspc(&inner, pc) > 0 ||
		    (dw->dwarf_tag(&inner) == DW_TAG_namespace &&
		     scope_enter(dw, &deeper, pc))) {
			*scope = deeper;
			return true;
		}
	} while (dw->dwarf_siblingof(&inner, &inner) == 0);
	return false;
}

#define INLINED_MOST 16

/* Those around an address, the outermost first. */
static size_t find_inlined(const struct libdw *dw, Dwarf_Die *unit,
			   Dwarf_Addr pc, Dwarf_Die found[INLINED_MOST])
{
	Dwarf_Die scope = *unit;
	size_t count = 0;

	while (count < INLINED_MOST && scope_enter(dw, &scope, pc))
		if (dw->dwarf_tag(&scope) == DW_TAG_inlined_subroutine)
			found[count++] = scope;
	return count;
}

static void tell(FILE *out, uint64_t pc, const char *function, struct spot spot)
{
	char *name = story_name(pc, function, spot.file, spot.line);

	(void)fprintf(out, "%s\n", name ? name : "?");
	free(name);
}

/* Tells those that were put into another one, and where that called them. */
static void tell_inlined(const struct libdw *dw, Dwfl_Module *module,
			 Dwarf_Addr pc, FILE *out, struct spot *spot)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dw->dwfl_module_addrdie(module, pc, &bias);
	Dwarf_Die scopes[INLINED_MOST];
	size_t i = unit ? find_inlined(dw, unit, pc - bias, scopes) : 0;

	while (i-- > 0 && spot->file) {
		tell(out, pc, dw->dwarf_diename(&scopes[i]), *spot);
		*spot = spot_of_call(dw, unit, &scopes[i]);
	}
}

/* ---- All of them -------------------------------------------------------- */

static void tell_all(const struct libdw *dw, Dwfl_Module *module, Dwarf_Addr pc,
		     FILE *out)
{
	GElf_Off into = pc;
	GElf_Sym symbol;
	const char *function = dw->dwfl_module_addrinfo(
		module, pc, &into, &symbol, NULL, NULL, NULL);
	struct spot spot = spot_of(dw, module, pc, pc - into);

	if (spot.file)
		tell_inlined(dw, module, pc, out, &spot);
	tell(out, pc, function, spot);
}

char *place_name(const struct libdw *dw, Dwfl *dwfl, uint64_t pc)
{
	Dwfl_Module *module = dw->dwfl_addrmodule(dwfl, pc);
	const struct spot none = { .file = NULL };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	if (module)
		tell_all(dw, module, pc, out);
	else
		tell(out, pc, NULL, none);
	(void)fclose(out);
	return text;
}
