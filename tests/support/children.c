/* SPDX-License-Identifier: MIT */
/* children.c - functions for tasks to run, one for each way to end. */
#include "children.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int int_of(const void *arg)
{
	int value;

	memcpy(&value, arg, sizeof value);
	return value;
}

int child_nothing(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)arg;
	(void)size;
	return 0;
}

int child_echo(struct tine_self *self, const void *arg, size_t size)
{
	return tine_send(self, arg, size);
}

int child_return(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)size;
	return int_of(arg);
}

int child_exit(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)size;
	exit(int_of(arg));
}

int child_raise(struct tine_self *self, const void *arg, size_t size)
{
	(void)self;
	(void)size;
	return raise(int_of(arg));
}

int child_hang(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	tine_note(self, "hanging");
	while (pause() < 0)
		;
	return 0;
}

int child_stubborn(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	(void)signal(SIGTERM, SIG_IGN);
	tine_note(self, "stubborn");
	while (pause() < 0)
		;
	return 0;
}

int child_polite(struct tine_self *self, const void *arg, size_t size)
{
	(void)arg;
	(void)size;
	while (!tine_stopping(self)) {
		tine_note(self, "polite");
		(void)usleep(1000);
	}
	return tine_send(self, "bye", 3);
}

int child_send_hang(struct tine_self *self, const void *arg, size_t size)
{
	(void)tine_send(self, arg, size);
	tine_note(self, "sent");
	while (pause() < 0)
		;
	return 0;
}

int child_wait_fd(struct tine_self *self, const void *arg, size_t size)
{
	char byte;

	(void)size;
	while (read(int_of(arg), &byte, 1) > 0)
		;
	return tine_send(self, "late", 4);
}

BUGGY int child_null(struct tine_self *self, const void *arg, size_t size)
{
	(void)size;
	tine_note(self, "page 7");
	*(volatile int *)(uintptr_t)arg = 1;
	return 0;
}

int child_big(struct tine_self *self, const void *arg, size_t size)
{
	size_t length;
	unsigned char *bytes;
	int error;

	(void)size;
	memcpy(&length, arg, sizeof length);
	bytes = malloc(length);
	if (!bytes)
		return 1;
	for (size_t i = 0; i < length; i++)
		bytes[i] = (unsigned char)(i % 251);
	error = tine_send(self, bytes, length);
	free(bytes);
	return error == 0 ? 0 : 2;
}
