/* SPDX-License-Identifier: MIT */
/*
 * visit.c - one URL, fetched in a child.
 *
 * The body is counted and not kept. Where a child makes many visits, its
 * connections stay open for those that go to the same server.
 */
#include <stdio.h>
#include <string.h>

#include "../common/download.h"
#include "visit.h"

#define VISIT_FAILED 1

static void visit_give_up(struct visit *visit, const char *why)
{
	(void)snprintf(visit->why, sizeof visit->why, "%s", why);
}

static int visit_url(struct tine_self *self, const char *url)
{
	struct download download;
	bool good = download_get(&download, url, 0);
	struct visit visit = { .status = download.status,
			       .bytes = download.size };

	if (!good && download.for_good)
		visit_give_up(&visit, download.why);
	download_done(&download);
	if (tine_send(self, &visit, sizeof visit) < 0)
		return VISIT_FAILED;
	if (good || download.for_good)
		return 0;
	return tine_fail(self, VISIT_FAILED, "%s", download.why);
}

int visit_run(struct tine_self *self, const void *item, size_t size)
{
	const char *url = item;
	struct visit visit = { 0 };

	if (strlen(url) + 1 == size)
		return visit_url(self, url);
	visit_give_up(&visit, "there is a NUL in the URL");
	return tine_send(self, &visit, sizeof visit) < 0 ? VISIT_FAILED : 0;
}
