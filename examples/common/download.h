/* SPDX-License-Identifier: MIT */
/*
 * download.h - what a URL has to give, by HTTP.
 */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H

#include <stdbool.h>
#include <stddef.h>

struct download {
	char *body;    /* NULL: none, or none was to be kept */
	size_t size;   /* of the body, in bytes, kept or not */
	long status;   /* of the answer; 0: there was none   */
	bool for_good; /* another attempt would fail as well */
	char why[256]; /* it failed                          */
};

/*
 * Gets what is at url, and keeps the body if that is at most `keep` bytes: more
 * is a failure, and so is a status of 400 and above. With 0, a body of any size
 * is just counted. Returns whether it is all here; if not, `why` says why not.
 * Good or not, the download is yours, for download_done().
 *
 * Waits for as long as the server makes it wait. The process keeps connections
 * open, for who comes again.
 */
bool download_get(struct download *download, const char *url, size_t keep);
void download_done(struct download *download);

#endif
