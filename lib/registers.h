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

/* Undoes a call that led nowhere; `top` is the word that its sp points at. */
void registers_leave(struct registers *registers, uint64_t top);

#endif
