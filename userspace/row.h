/* SPDX-License-Identifier: GPL-2.0 */
/* What the module tells, as JSON objects; the keys are public. */
#ifndef _NFIM_ROW_H
#define _NFIM_ROW_H

#include <jansson.h>
#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * row_offer() - an announced endpoint
 * @nest: NFIM_A_OFFER
 *
 * Return: an object, NULL if memory ran out.
 */
json_t *row_offer(const struct nlattr *nest);

/**
 * row_client() - a host whose client is known
 * @nest: NFIM_A_CLIENT
 *
 * Return: an object, NULL if memory ran out; what is not known is null.
 */
json_t *row_client(const struct nlattr *nest);

/**
 * row_event() - put what happened into an object
 * @row: the object
 * @nest: NFIM_A_EVENT; what it does not have is left out
 *
 * Return: 0, or -1 if memory ran out.
 */
int row_event(json_t *row, const struct nlattr *nest);

/**
 * row_protocol() - name of a transport protocol
 * @protocol: IPPROTO_TCP or IPPROTO_UDP
 *
 * Return: a constant string; "?" for others.
 */
const char *row_protocol(uint32_t protocol);

/**
 * row_str() - a string of an object
 * @row: the object
 * @key: its key
 *
 * Return: the string; "" if it is absent or no string.
 */
const char *row_str(const json_t *row, const char *key);

/**
 * row_int() - a number of an object
 * @row: the object
 * @key: its key
 *
 * Return: the number; 0 if it is absent or no number.
 */
json_int_t row_int(const json_t *row, const char *key);

/**
 * row_endpoint() - text of an address with its port
 * @row: the object
 * @key: of the endpoint
 *
 * Return: malloc()ed "address:port", "" if there is none; NULL if memory ran
 * out.
 */
char *row_endpoint(const json_t *row, const char *key);

/**
 * row_way() - from where to where an announced endpoint leads
 * @row: an offer or an event
 *
 * Return: malloc()ed "outside -> inside", or as much as is known; NULL if
 * memory ran out.
 */
char *row_way(const json_t *row);

/**
 * row_client_text() - what client a host has, in the words of the protocol
 * @row: of row_client()
 *
 * Return: malloc()ed text, NULL if memory ran out.
 */
char *row_client_text(const json_t *row);

/**
 * row_sort() - put an array in order
 * @list: the array
 * @by: less than 0 if @a stands before @b, more if behind
 *
 * Return: 0, or -1 if memory ran out.
 */
int row_sort(json_t *list, int (*by)(const json_t *a, const json_t *b));

#endif /* _NFIM_ROW_H */
