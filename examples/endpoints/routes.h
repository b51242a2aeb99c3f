/* SPDX-License-Identifier: MIT */
/*
 * routes.h - what the server answers.
 */
#ifndef ROUTES_H
#define ROUTES_H

#include <microhttpd.h>

/*
 * For MHD_start_daemon(). Its user pointer is an int: a descriptor that turns
 * readable when the server is about to end, so that slow answers end too.
 */
enum MHD_Result routes_answer(void *user, struct MHD_Connection *connection,
			      const char *url, const char *method,
			      const char *version, const char *upload,
			      size_t *upload_size, void **request);

#endif
