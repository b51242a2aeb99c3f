/* SPDX-License-Identifier: MIT */
/* registers.h - the registers of a thread that crashed, numbered as by DWARF.
 */
#ifndef TINE_REGISTERS_H
#define TINE_REGISTERS_H

#include <stdint.h>

#define REGISTERS_MOST 33

struct registers {
	uint32_t count; /* 0: this machine's are not known here */
	uint64_t value[REGISTERS_MOST];
	uint64_t pc, sp;
};

/* From the third argument of a signal's handler. Safe in it. */
void registers_take(struct registers *registers, const void *context);

/* What the machine calls one of them; NULL: it is the pc, the sp, or none. */
const char *registers_name(uint32_t number);

/* Where a function returns to that has not begun; `top` is the word that its sp
 * points at. */
uint64_t registers_caller(const struct registers *registers, uint64_t top);

/* As if it had not been called. The pc is then in the call, not behind it,
 * where another line may begin. */
void registers_leave(struct registers *registers, uint64_t caller);

#endif
