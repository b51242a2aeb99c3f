/* SPDX-License-Identifier: MIT */
/*
 * registers.c - the registers of a thread that crashed, numbered as by DWARF.
 *
 * The only file that knows machines. On others than these a crash is told
 * without its stack.
 */
#include "registers.h"

#include <string.h>
#include <ucontext.h>

#if defined(__x86_64__)

static const int order[] = { REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI,
			     REG_RDI, REG_RBP, REG_RSP, REG_R8,  REG_R9,
			     REG_R10, REG_R11, REG_R12, REG_R13, REG_R14,
			     REG_R15, REG_RIP };

void registers_take(struct registers *registers, const void *context)
{
	const ucontext_t *thread = context;

	registers->count = sizeof order / sizeof *order;
	for (uint32_t i = 0; i < registers->count; i++)
		registers->value[i] =
			(uint64_t)thread->uc_mcontext.gregs[order[i]];
	registers->pc = (uint64_t)thread->uc_mcontext.gregs[REG_RIP];
	registers->sp = (uint64_t)thread->uc_mcontext.gregs[REG_RSP];
}

void registers_leave(struct registers *registers, uint64_t top)
{
	registers->pc = registers->value[16] = top;
	registers->value[7] += sizeof top;
}

#elif defined(__aarch64__)

void registers_take(struct registers *registers, const void *context)
{
	const ucontext_t *thread = context;

	registers->count = 32;
	memcpy(registers->value, thread->uc_mcontext.regs,
	       31 * sizeof *registers->value);
	registers->value[31] = thread->uc_mcontext.sp;
	registers->pc = thread->uc_mcontext.pc;
	registers->sp = thread->uc_mcontext.sp;
}

/* The link register has it. */
void registers_leave(struct registers *registers, uint64_t top)
{
	(void)top;
	registers->pc = registers->value[30];
}

#else

void registers_take(struct registers *registers, const void *context)
{
	(void)context;
	memset(registers, 0, sizeof *registers);
}

void registers_leave(struct registers *registers, uint64_t top)
{
	(void)registers;
	(void)top;
}

#endif
