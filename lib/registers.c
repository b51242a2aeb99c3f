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

uint64_t registers_caller(const struct registers *registers, uint64_t top)
{
	(void)registers;
	return top;
}

void registers_leave(struct registers *registers, uint64_t caller)
{
	registers->pc = registers->value[16] = caller - 1;
	registers->sp = registers->value[7] += sizeof caller;
}

const char *registers_name(uint32_t number)
{
	static const char *const names[] = { "rax", "rdx", "rcx", "rbx",
					     "rsi", "rdi", "rbp", NULL,
					     "r8",  "r9",  "r10", "r11",
					     "r12", "r13", "r14", "r15" };

	return number < sizeof names / sizeof *names ? names[number] : NULL;
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
uint64_t registers_caller(const struct registers *registers, uint64_t top)
{
	(void)top;
	return registers->value[30];
}

void registers_leave(struct registers *registers, uint64_t caller)
{
	registers->pc = caller - 1;
}

const char *registers_name(uint32_t number)
{
	static const char *const names[] = {
		"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",
		"x8",  "x9",  "x10", "x11", "x12", "x13", "x14", "x15",
		"x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23",
		"x24", "x25", "x26", "x27", "x28", "x29", "x30"
	};

	return number < sizeof names / sizeof *names ? names[number] : NULL;
}

#else

void registers_take(struct registers *registers, const void *context)
{
	(void)context;
	memset(registers, 0, sizeof *registers);
}

uint64_t registers_caller(const struct registers *registers, uint64_t top)
{
	(void)registers;
	(void)top;
	return 0;
}

void registers_leave(struct registers *registers, uint64_t caller)
{
	(void)registers;
	(void)caller;
}

const char *registers_name(uint32_t number)
{
	(void)number;
	return NULL;
}

#endif
