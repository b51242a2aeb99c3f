/* SPDX-License-Identifier: MIT */
/*
 * report.h - what happens to the messages, for who reads our output.
 */
#ifndef REPORT_H
#define REPORT_H

#include "tine.h"

/* A line of JSON. Exits, after it said why, if it cannot be written. */
void report_event(const struct tine_event *event);

#endif
