// SPDX-License-Identifier: GPL-2.0
/* What the names of reasons mean. */
#include <string.h>

#include <nfim/counters.h>

#include "explain_why.h"

static const char *const meanings[NFIM_COUNTER_MAX] = {
	[NFIM_EXPECTED] = "opened, nothing has to be edited",
	[NFIM_EXPECTED_EDITED] = "opened, the announcement is edited",
	[NFIM_EXPECTED_UNEDITED] =
		"opened as announced, an edit would be better but is impossible",
	[NFIM_FOLLOWED] = "its connection gets the helper",
	[NFIM_SPLIT] = "it lies in several packets and passes unedited",
	[NFIM_REFUSED_MALFORMED] = "the announcement breaks its grammar",
	[NFIM_REFUSED_NOT_SELF] = "the address is not the announcer's own",
	[NFIM_REFUSED_UNANSWERED] =
		"the other side has not answered like a server yet",
	[NFIM_REFUSED_PORT_ZERO] = "port 0 is announced",
	[NFIM_REFUSED_PORT_PRIVILEGED] = "the port is below 1024",
	[NFIM_REFUSED_PORT_LISTED] =
		"the port belongs to a well-known service",
	[NFIM_REFUSED_PORT_POLICY] = "the policy does not allow the port",
	[NFIM_REFUSED_POLICY] = "the policy does not allow the application",
	[NFIM_REFUSED_NO_POLICY] = "no policy speaks for the client",
	[NFIM_REFUSED_HOST_LIMIT] = "too many are open for the host",
	[NFIM_REFUSED_NET_LIMIT] = "too many are open",
	[NFIM_REFUSED_MASTER_LIMIT] = "too many are open for the connection",
	[NFIM_REFUSED_NO_PORT] = "no outside port is free for it",
	[NFIM_REFUSED_NO_HELPER] = "the helper that it needs is not loaded",
	[NFIM_REFUSED_TABLE_FULL] = "the table of expectations is full",
	[NFIM_REFUSED_UNREACHABLE] =
		"not editable, and unreachable as announced",
	[NFIM_REFUSED_NOMEM] = "no memory",
	[NFIM_OPAQUE_MIDSTREAM] = "its beginning was not seen",
	[NFIM_OPAQUE_FOREIGN] = "it is not the protocol",
	[NFIM_OPAQUE_LINE] = "a line is too long",
	[NFIM_OPAQUE_LENGTH] = "a length is wrong",
	[NFIM_OPAQUE_CROWDED] = "too many commands in one packet",
	[NFIM_OPAQUE_GAP] = "bytes are missing",
	[NFIM_OPAQUE_NOMEM] = "no memory",
};

const char *explain_why(const char *name)
{
	int i;

	for (i = NFIM_OK + 1; i < NFIM_COUNTER_MAX; i++)
		if (meanings[i] && !strcmp(name, nfim_counter_name(i)))
			return meanings[i];
	if (!strcmp(name, "too-long"))
		return "it is longer than any that is read";
	return !strcmp(name, "cut") ? "it was not captured as a whole" :
				      "see nfim(8)";
}
