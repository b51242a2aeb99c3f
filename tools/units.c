/* SPDX-License-Identifier: MIT */
/*
 * units.c - durations and sizes as columns show them and options take them.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* ---- Shown -------------------------------------------------------------- */

/* Two units: 3m12s, 3m05s. */
static void put_pair(char to[UNITS_ROOM], int64_t us, int64_t high, char name,
		     int64_t low, char low_name)
{
	(void)snprintf(to, UNITS_ROOM, "%lld%c%0*d%c", (long long)(us / high),
		       name, low == HOUR ? 1 : 2, (int)(us % high / low),
		       low_name);
}

const char *units_duration(char to[UNITS_ROOM], int64_t us)
{
	if (us < 0)
		us = 0;
	if (us < 1000)
		(void)snprintf(to, UNITS_ROOM, "%dus", (int)us);
	else if (us < SECOND)
		(void)snprintf(to, UNITS_ROOM, "%dms", (int)(us / 1000));
	else if (us < MINUTE)
		(void)snprintf(to, UNITS_ROOM, "%d.%ds", (int)(us / SECOND),
			       (int)(us % SECOND / (SECOND / 10)));
	else if (us < HOUR)
		put_pair(to, us, MINUTE, 'm', SECOND, 's');
	else if (us < DAY)
		put_pair(to, us, HOUR, 'h', MINUTE, 'm');
	else
		put_pair(to, us, DAY, 'd', HOUR, 'h');
	return to;
}

const char *units_bytes(char to[UNITS_ROOM], uint64_t bytes)
{
	static const char names[] = "BKMGTPE";
	uint64_t rest = 0;
	size_t unit = 0;

	for (; bytes >= 1024; unit++) {
		rest = bytes % 1024;
		bytes /= 1024;
	}
	if (unit == 0 || bytes >= 100)
		(void)snprintf(to, UNITS_ROOM, "%d%c", (int)bytes, names[unit]);
	else
		(void)snprintf(to, UNITS_ROOM, "%d.%d%c", (int)bytes,
			       (int)(rest * 10 / 1024), names[unit]);
	return to;
}

/* ---- Read --------------------------------------------------------------- */

struct unit {
	const char *name; /* before those that it begins with */
	double size;
};

static const struct unit durations[] = {
	{ "us", 1 },   { "ms", 1e3 }, { "s", SECOND },  { "m", MINUTE },
	{ "h", HOUR }, { "d", DAY },  { NULL, SECOND },
};

static const struct unit sizes[] = {
	{ "K", 0x1p10 }, { "M", 0x1p20 }, { "G", 0x1p30 },
	{ "T", 0x1p40 }, { NULL, 1 },
};

/* "12", "1.5": nothing else that strtod() takes. */
static bool take_number(const char **text, double *number)
{
	size_t whole = strspn(*text, "0123456789"), part = 0;

	if ((*text)[whole] == '.')
		part = strspn(*text + whole + 1, "0123456789");
	if (whole == 0 || ((*text)[whole] == '.' && part == 0))
		return false;
	*number = strtod(*text, NULL);
	*text += whole + (part ? part + 1 : 0);
	return true;
}

/* Without a unit it is the last one, and has to be all there is. */
static bool take_unit(const char **text, const struct unit *units,
		      double *number)
{
	while (units->name && strncmp(*text, units->name, strlen(units->name)))
		units++;
	*number *= units->size;
	*text += units->name ? strlen(units->name) : 0;
	return units->name || **text == '\0';
}

bool units_parse_duration(const char *text, int64_t *us)
{
	double sum = 0, part;

	do {
		if (!take_number(&text, &part) ||
		    !take_unit(&text, durations, &part))
			return false;
		sum += part;
	} while (*text != '\0');
	if (sum > 365e3 * DAY)
		return false;
	*us = (int64_t)sum;
	return true;
}

bool units_parse_bytes(const char *text, uint64_t *bytes)
{
	double number;

	if (!take_number(&text, &number) || !take_unit(&text, sizes, &number) ||
	    *text != '\0' || number >= 0x1p63)
		return false;
	*bytes = (uint64_t)number;
	return true;
}
