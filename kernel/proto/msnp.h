/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MSNP framing: where commands and payloads begin and end in one direction of
 * a notification server or switchboard connection (reference: msnp.md 1).
 */
#ifndef _NFIM_MSNP_H
#define _NFIM_MSNP_H

#include <nfim/counters.h>

#include "edit.h"
#include "text.h"

/* A switchboard closes the connection on longer messages (msnp.md 1.2). */
#define MSNP_SB_PAYLOAD	1664

/**
 * enum msnp_side - who speaks
 * @MSNP_C2S: the client, which opened the connection
 * @MSNP_S2C: the server
 */
enum msnp_side {
	MSNP_C2S,
	MSNP_S2C,
};

/**
 * enum msnp_kind - which server, as told by the client's first command
 * @MSNP_UNKNOWN: no command yet
 * @MSNP_NS: notification server, VER
 * @MSNP_SB: switchboard, USR or ANS
 */
enum msnp_kind {
	MSNP_UNKNOWN,
	MSNP_NS,
	MSNP_SB,
};

/**
 * struct msnp_scan - state of one direction between two packets
 * @num: in a line, the current argument as a number; in a payload, bytes left
 * @cmd: the command's name
 * @phase: enum msnp_phase, private to msnp.c; 0 = nothing seen yet
 * @flags: private to msnp.c
 * @argc: arguments of the line so far, at most 15
 * @line_len: bytes of the line so far
 * @owner: not touched here; room for the caller's own flags
 *
 * All zero is the start of a stream. 12 bytes, because two of them and two
 * sequence numbers have to fit the 32 bytes that a conntrack offers.
 */
struct msnp_scan {
	u32 num;
	char cmd[3];
	u8 phase;
	u8 flags;
	u8 owner;
	u16 argc:4;
	u16 line_len:12;
};

/**
 * struct msnp_frame - one command, as far as it lies in the data given
 * @cmd: the command's name, not terminated
 * @line: the whole line without its end; empty when it began earlier
 * @payload: that part of the payload which lies in the data
 * @payload_len: bytes the line announced, or what was left of them where the
 *	data begins
 * @off: offset of the command in the data; of the payload's rest if the
 *	command began earlier
 * @begun: the payload begins in the data
 * @whole: the command began and ended in this data
 */
struct msnp_frame {
	char cmd[3];
	struct span line;
	struct span payload;
	u32 payload_len;
	u32 off;
	bool begun;
	bool whole;
};

/**
 * enum msnp_event - what msnp_scan_next() came to
 * @MSNP_COMMAND: a command is complete; the frame tells
 * @MSNP_MORE: the data ends before the command does; the frame holds what is
 *	known of it
 * @MSNP_END: the data ends where a command ends
 * @MSNP_OPAQUE: not MSNP, or beyond its limits; nothing is read any more
 */
enum msnp_event {
	MSNP_COMMAND,
	MSNP_MORE,
	MSNP_END,
	MSNP_OPAQUE,
};

/**
 * enum msnp_interest - what a payload is good for
 * @MSNP_SKIP: it cannot announce anything
 * @MSNP_INVITE: text/x-msmsgsinvite
 * @MSNP_P2P: application/x-msnmsgrp2p
 * @MSNP_PROFILE: text/x-msmsgsprofile, from a notification server
 * @MSNP_UNDECIDED: its header has not been seen far enough
 */
enum msnp_interest {
	MSNP_SKIP,
	MSNP_INVITE,
	MSNP_P2P,
	MSNP_PROFILE,
	MSNP_UNDECIDED,
};

/**
 * msnp_scan_next() - read on to the end of a command
 * @s: state of this direction
 * @side: which direction
 * @data: bytes that follow those given before
 * @pos: offset in @data; moved behind what was read
 * @f: filled for %MSNP_COMMAND and %MSNP_MORE
 *
 * Call until it returns anything but %MSNP_COMMAND. The boundaries found do
 * not depend on how the stream is cut into @data. Costs one step per byte of
 * a line and one step for the part of a payload that is in @data.
 *
 * Return: see enum msnp_event.
 */
enum msnp_event msnp_scan_next(struct msnp_scan *s, enum msnp_side side,
			       struct span data, u32 *pos,
			       struct msnp_frame *f);

/**
 * msnp_scan_between() - whether a command begins here
 * @s: state of this direction
 *
 * Return: false inside a command.
 */
bool msnp_scan_between(const struct msnp_scan *s);

/**
 * msnp_scan_skip() - how many bytes need not be looked at
 * @s: state of this direction
 *
 * Return: bytes of a payload still to come.
 */
u32 msnp_scan_skip(const struct msnp_scan *s);

/**
 * msnp_scan_skipped() - account for bytes that were not looked at
 * @s: state of this direction
 * @len: at most msnp_scan_skip()
 */
void msnp_scan_skipped(struct msnp_scan *s, u32 len);

/**
 * msnp_scan_stop() - give up on this direction for ever
 * @s: state of this direction
 * @why: one of the NFIM_OPAQUE_* reasons
 */
void msnp_scan_stop(struct msnp_scan *s, enum nfim_counter why);

/**
 * msnp_scan_opaque() - whether this direction was given up
 * @s: state of this direction
 *
 * Return: the reason, or %NFIM_OK.
 */
enum nfim_counter msnp_scan_opaque(const struct msnp_scan *s);

/**
 * msnp_scan_kind() - which server this is
 * @c2s: state of the client's direction
 *
 * Return: see enum msnp_kind.
 */
enum msnp_kind msnp_scan_kind(const struct msnp_scan *c2s);

/**
 * msnp_scan_answered() - whether the server spoke MSNP and let the client in
 * @s2c: state of the server's direction
 *
 * Return: true once "USR n OK" or "ANS n OK" was seen (msnp.md 1.5).
 */
bool msnp_scan_answered(const struct msnp_scan *s2c);

/**
 * msnp_interest() - whether a MSG payload can announce something
 * @payload: its first bytes, any number
 *
 * Only the header up to its empty line is read.
 *
 * Return: see enum msnp_interest.
 */
enum msnp_interest msnp_interest(struct span payload);

/**
 * msnp_body() - the part behind the header's empty line
 * @payload: a whole MSG payload
 * @body: the rest
 *
 * Return: false without an empty line.
 */
bool __must_check msnp_body(struct span payload, struct span *body);

/**
 * msnp_next_server() - the server that XFR or RNG names (msnp.md 1.5)
 * @line: a whole line from a notification server
 * @a: its address
 * @port: its port, host byte order
 *
 * Return: false for any other line.
 */
bool __must_check msnp_next_server(struct span line, struct addr *a,
				   u16 *port);

/**
 * msnp_note_type() - what kind of notification goes between clients (msnp.md 1.6)
 * @line: a whole line: "UUN t to type length", or "UBN from type length"
 *
 * Return: its type; 0 for any other line.
 */
u32 msnp_note_type(struct span line);

/**
 * msnp_plan_length() - make a line name another payload length
 * @plan: a replacement is added
 * @data: payload of the packet
 * @line: the whole line without its end; inside @data
 * @len: the new length
 *
 * Return: false when it cannot be added.
 */
bool __must_check msnp_plan_length(struct edit_plan *plan, struct span data,
				   struct span line, u32 len);

#endif /* _NFIM_MSNP_H */
