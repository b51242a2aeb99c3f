/* SPDX-License-Identifier: MIT */
/* address.c - where a supervisor of this program is found by its name. */
#include "address.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "defer.h"
#include "err.h"
#include "fd.h"
#include "tine.h"

#define ADDRESS_TYPE (SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK)
#define ADDRESS_WAITING 128 /* who may ask at once */

static socklen_t address_of(const struct program *program, const char *name,
			    struct sockaddr_un *address)
{
	int length;

	memset(address, 0, sizeof *address);
	address->sun_family = AF_UNIX;
	length = snprintf(address->sun_path + 1, sizeof address->sun_path - 1,
			  "tine/%d-%llu/%s", (int)program->pid, program->began,
			  name);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			   (size_t)length);
}

static bool is_of_our_user(int socket)
{
	struct ucred who;
	socklen_t size = sizeof who;

	return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
	       (who.uid == geteuid() || who.uid == 0 || geteuid() == 0);
}

int address_listen(const struct program *program, const char *name)
{
	struct sockaddr_un address;
	socklen_t size = address_of(program, name, &address);
	AUTO_CLOSE int fd = fd_lift(socket(AF_UNIX, ADDRESS_TYPE, 0));

	if (fd < 0)
		return err_from_errno(errno);
	if (bind(fd, (struct sockaddr *)&address, size) < 0)
		return errno == EADDRINUSE ? TINE_EEXIST
					   : err_from_errno(errno);
	if (listen(fd, ADDRESS_WAITING) < 0)
		return err_from_errno(errno);
	return steal_fd(&fd);
}

int address_connect(const struct program *program, const char *name)
{
	struct sockaddr_un address;
	socklen_t size = address_of(program, name, &address);
	AUTO_CLOSE int fd = fd_lift(socket(AF_UNIX, ADDRESS_TYPE, 0));

	if (fd < 0)
		return err_from_errno(errno);
	if (connect(fd, (struct sockaddr *)&address, size) < 0)
		return errno == ECONNREFUSED ? TINE_ENOENT
		       : errno == EAGAIN     ? TINE_ELIMIT
					     : err_from_errno(errno);
	return is_of_our_user(fd) ? steal_fd(&fd) : TINE_ENOENT;
}

int address_accept(int listening)
{
	AUTO_CLOSE int fd =
		fd_lift(accept4(listening, NULL, NULL, SOCK_CLOEXEC));

	return fd >= 0 && is_of_our_user(fd) ? steal_fd(&fd) : -1;
}
