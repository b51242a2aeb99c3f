/* SPDX-License-Identifier: MIT */
/*
 * mishaps.c - a program whose tasks crash in each way, for crash.sh to build in
 * several ways.
 *
 * Of each it prints its name, its fingerprint, and the report.
 */
#include "mishap.h"

#include <inttypes.h>
#include <stdio.h>

int main(void)
{
	struct tine_ctx *ctx;

	if (tine_ctx_new(NULL, &ctx) < 0)
		return 1;
	for (size_t i = 0; i < mishap_count; i++) {
		struct tine_task *task;
		const struct tine_result *result;

		if (tine_async(ctx, mishap_run, &i, sizeof i, NULL, &task) < 0)
			return 1;
		result = tine_await(task, 20000);
		(void)printf("mishap %s %" PRIx64 "\n%s", mishaps[i].name,
			     result->fingerprint, result->crash);
		tine_free(task);
	}
	tine_ctx_free(ctx);
	return 0;
}
