// SPDX-License-Identifier: GPL-2.0
/*
 * userspace/msg: the input is the inside of an NFIM_A_POLICY, or says which bytes
 * of a right one to change. Whatever is read from it must be the same after it
 * went through a message of our own, and any offset must lead somewhere or
 * nowhere.
 */

#include <linux/genetlink.h>
#include <linux/nfim.h>

#include "../../userspace/msg.h"
#include "../unit/policies.h"
#include "fuzz.h"

#define HEADER	sizeof(struct genlmsghdr)
#define MAX	60000

static struct nlmsghdr *message(size_t size)
{
	struct nlmsghdr *nlh = calloc(1, size);

	want(nlh, "memory");
	mnl_nlmsg_put_header(nlh);
	mnl_nlmsg_put_extra_header(nlh, HEADER);
	return nlh;
}

static const struct nlattr *first(const struct nlmsghdr *nlh)
{
	return mnl_nlmsg_get_payload_offset(nlh, HEADER);
}

static void check_locate(const struct nlmsghdr *nlh)
{
	struct conf_where where;
	u32 at;

	for (at = 0; at <= nlh->nlmsg_len + 4; at += 4) {
		if (!msg_locate(nlh, HEADER, at, &where))
			continue;
		want(!where.policy, "the only policy");
		want(where.app < NFIM_APP_MAX, "an application");
		want(at >= NLMSG_HDRLEN + HEADER && at < nlh->nlmsg_len,
		     "in the message");
	}
}

/* After a seed, the input is 16 bits of an offset and a byte, repeated. */
static struct nlmsghdr *changed(const u8 *bytes, size_t len)
{
	struct nlmsghdr *nlh = message(MSG_SIZE);
	size_t inside = NLMSG_HDRLEN + HEADER + MNL_ATTR_HDRLEN;
	struct policy p;
	u32 state, at;

	state = bytes[1] | bytes[2] << 8 | bytes[3] << 16;
	policies_make(&state, &p, state);
	want(msg_put_policy(nlh, MSG_SIZE, &p), "room");
	for (bytes += 4, len -= 4; len >= 3; bytes += 3, len -= 3) {
		at = inside + (bytes[0] | bytes[1] << 8) %
			      (nlh->nlmsg_len - inside);
		((u8 *)nlh)[at] = bytes[2];
	}
	return nlh;
}

static struct nlmsghdr *copied(const u8 *bytes, size_t len)
{
	struct nlmsghdr *nlh = message(MNL_ALIGN(len) + 64);

	mnl_attr_put(nlh, NFIM_A_POLICY, len, bytes);
	return nlh;
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t len)
{
	struct policy p, again;
	struct nlmsghdr *nlh;
	const char *differs;

	if (len > MAX)
		return 0;
	nlh = len >= 4 && bytes[0] == 'c' ? changed(bytes, len) :
					    copied(bytes, len);
	msg_get_policy(first(nlh), &p);
	check_locate(nlh);
	free(nlh);

	nlh = message(MSG_SIZE);
	want(msg_put_policy(nlh, MSG_SIZE, &p), "room for any policy");
	msg_get_policy(first(nlh), &again);
	check_locate(nlh);
	differs = policies_differ(&p, &again);
	if (differs)
		want(false, differs);
	free(nlh);
	return 0;
}
