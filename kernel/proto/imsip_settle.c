// SPDX-License-Identifier: GPL-2.0
/* What holds of the endpoints that descriptions named, and what goes again. */

#include "imsip_job.h"

static void close_stream(struct imsip_job *j, u8 side, u32 i)
{
	const struct env *env = imsip_env(j, side);
	struct imsip_call *call = j->call[side];

	env->ops->end(env->ctx, imsip_cookie(call, i));
	memset(call->stream + i, 0, sizeof(call->stream[i]));
}

void imsip_close_opened(struct imsip_job *j, u8 side)
{
	u32 i;

	for (i = 0; i < IMSIP_STREAMS; i++)
		if (j->call[side] && j->opened & 1u << i)
			close_stream(j, side, i);
	j->opened = 0;
}

void imsip_described(struct imsip_job *j, u8 side)
{
	const struct sip *sip = j->sip;

	/* An offer waits for its answer, and 1xx may not be the last word. */
	if (j->call[side] && (sip->status / 100 == 2 ||
			      (sip_is_request(sip) && sip->method == SIP_ACK &&
			       sip->cseq == j->call[side]->desc_cseq)))
		imsip_settle(j, side);
}

void imsip_settle(struct imsip_job *j, u8 side)
{
	struct imsip_call *call = j->call[side];
	bool forked = imsip_is_forked(call);
	u32 i;

	for (i = 0; i < IMSIP_STREAMS; i++) {
		struct imsip_stream *s = call->stream + i;

		if (s->named == call->desc)
			s->since = 0;
		else if (s->inside_port && !forked)
			close_stream(j, side, i);
	}
}

void imsip_revert(struct imsip_job *j, u8 side)
{
	struct imsip_call *call = j->call[side];
	u32 i;

	for (i = 0; i < IMSIP_STREAMS; i++) {
		struct imsip_stream *s = call->stream + i;

		if (!s->inside_port)
			continue;
		if (s->since == call->desc)
			close_stream(j, side, i);
		else
			s->named = call->desc;
	}
}
