/* SPDX-License-Identifier: GPL-2.0 */
/* Between msnp_talk.c and its like: one message while it is being understood. */
#ifndef _NFIM_MSNP_JOB_H
#define _NFIM_MSNP_JOB_H

#include "msnp_talk.h"

/**
 * struct msnp_job - one whole command
 * @t: the conversation
 * @f: the command
 * @msg: where it stands
 * @plan: collects its edits
 * @asked: @may_edit and @resize are known
 * @may_edit: it may be edited
 * @resize: its length may change
 * @fields: the first so many edits of @plan are not there for the length alone
 */
struct msnp_job {
	struct msnp_talk *t;
	const struct msnp_frame *f;
	const struct stream_msg *msg;
	struct edit_plan *plan;
	bool asked;
	bool may_edit;
	bool resize;
	u16 fields;
};

/**
 * struct announcement - something in a message, on its way to an endpoint
 * @job: the message
 * @offer: what it offers, once read() was %NFIM_OK
 * @self: the announcer's addresses
 * @other: set by the owner: the address that peers are told, if it can be
 *	read; a policy may let a client speak for other hosts
 * @via: in what it is announced
 * @read: what it offers for @self, into @offer; or the reason why nothing
 * @write: plan that it says @port; false, and nothing planned, if impossible
 * @what: the owner's
 * @port: once opened: port at the outside address
 * @undo_n: length of the plan before it
 */
struct announcement {
	struct msnp_job *job;
	struct offer offer;
	struct self self;
	struct addr other;
	enum nfim_via via;
	enum nfim_counter (*read)(struct announcement *a);
	bool (*write)(struct announcement *a, u16 port);
	void *what;
	u16 port;
	u16 undo_n;
};

/**
 * msnp_announce() - judge an announcement, open what it offers, report it
 * @a: @job, @via, @read, @write and @what are set, @other too if it can be read
 *
 * Of more than %NFIM_OFFERS_PER_SKB in a packet the rest is refused and counted,
 * but neither read nor reported.
 *
 * Return: the outcome.
 */
enum nfim_counter msnp_announce(struct announcement *a);

/**
 * msnp_may_edit() - whether the message may be edited; asked for only once
 * @job: the message
 *
 * Return: false when it has to pass as it is.
 */
bool msnp_may_edit(struct msnp_job *job);

/**
 * msnp_said() - count and report an outcome
 * @t: the conversation
 * @o: what was to be opened
 * @offer: what was offered, or NULL if that could not be read
 * @how: the outcome
 */
void msnp_said(const struct msnp_talk *t, const struct opening *o,
	       const struct offer *offer, enum nfim_counter how);

/**
 * msnp_close() - what an announcement opened is not wanted any more
 * @t: the conversation
 * @cookie: names it
 */
void msnp_close(const struct msnp_talk *t, u32 cookie);

/**
 * msnp_on_invite() - an invitation
 * @job: a MSG with such a payload
 */
void msnp_on_invite(struct msnp_job *job);

/**
 * msnp_is() - whether a command has this name
 * @f: the command
 * @cmd: three letters
 *
 * Return: true if so.
 */
static inline bool msnp_is(const struct msnp_frame *f, const char *cmd)
{
	return !memcmp(f->cmd, cmd, 3);
}

/**
 * msnp_is_open() - whether an outcome means that a peer can come
 * @how: the outcome
 *
 * Return: true if so.
 */
static inline bool msnp_is_open(enum nfim_counter how)
{
	return how == NFIM_EXPECTED || how == NFIM_EXPECTED_EDITED ||
	       how == NFIM_EXPECTED_UNEDITED;
}

#endif /* _NFIM_MSNP_JOB_H */
