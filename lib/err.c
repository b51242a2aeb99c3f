/* SPDX-License-Identifier: MIT */
/*
 * err.c - error codes: their texts, and what errno becomes.
 *
 * Pure. The list is TINE_ERRORS in tine.h; nothing here names a code that is
 * not in it, so no code can lack its text.
 */
#include "err.h"

#include <errno.h>

#include "tine.h"

const char *tine_strerror(int error)
{
	switch (error) {
#define TINE_ERROR_TEXT(name, value, text) \
	case value: return text;
		TINE_ERRORS(TINE_ERROR_TEXT)
#undef TINE_ERROR_TEXT
	case 0: return "no error";
	default: return "not an error code of this library";
	}
}

int err_from_errno(int number)
{
	switch (number) {
	case ENOMEM: return TINE_ENOMEM;
	case EAGAIN:
	case EFBIG:
	case EMFILE:
	case ENFILE:
	case ENOSPC: return TINE_ELIMIT;
	case ENOSYS:
	case EPERM: return TINE_EUNSUPPORTED;
	default: return TINE_ESYS;
	}
}
