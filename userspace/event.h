/* SPDX-License-Identifier: GPL-2.0 */
/* An event as a line of text. */
#ifndef _NFIM_EVENT_H
#define _NFIM_EVENT_H

#include "out.h"

/* The parts of the line. */
extern const struct out_col event_cols[];

/**
 * event_new() - an event that happens now
 * @what: its type
 *
 * Return: an object, NULL if memory ran out.
 */
json_t *event_new(const char *what);

/**
 * event_is_trouble() - did something not work?
 * @record: the event
 *
 * Return: true for a refusal, a connection that was given up, lost events.
 */
bool event_is_trouble(const json_t *record);

#endif /* _NFIM_EVENT_H */
