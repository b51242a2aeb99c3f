/* SPDX-License-Identifier: MIT */
/* err.h - error codes: their texts, and what errno becomes. */
#ifndef TINE_ERR_H
#define TINE_ERR_H

/* Never 0: a failure without a reason is still a failure. */
int err_from_errno(int number);

#endif
