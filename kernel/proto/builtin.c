// SPDX-License-Identifier: GPL-2.0
/*
 * The built-in policy: enough for the main jobs, nothing that is risky
 * (design D12). Ports: seeds 000, 002 and 004, msnp.md 3.2 and 16.
 */

#include "policy.h"

/* Ephemeral ports of client systems: seed 002. */
#define EPHEMERAL	{ 1025, 5000 }, { 32768, 65535 }
#define TRANSFER	{ 6891, 6901 }
/* 6901 of MSN 3, and what later clients take for SIP: KB Q284554. */
#define VOICE		{ 6901, 6901 }, { 5004, 65535 }, { 1025, 5000 }
#define HIGH		{ 49152, 65535 }
/* Private servers use any port: msnp.md 1.5. */
#define SERVER		{ 1863, 1863 }, { 1864, 1864 }, { 1024, 65535 }

const struct policy policy_builtin[POLICY_HELPER_MAX] = {
	[POLICY_MSNP] = {
		.name = "built-in-msnp",
		.helper = POLICY_MSNP,
		.is_default = true,
		.hold = true,
		.hairpin = true,
		.host_limit = 64,
		.net_limit = 1024,
		.app = {
			[NFIM_APP_FILE_TRANSFER] = {
				.allow = true,
				.protos = POLICY_TCP,
				.limit = 10,
				.lifetime = 300,
				.inside = { TRANSFER },
				.outside = { TRANSFER, HIGH },
			},
			[NFIM_APP_DIRECT] = {
				.allow = true,
				.protos = POLICY_TCP,
				.limit = 16,
				.lifetime = 60,
				.inside = { TRANSFER, EPHEMERAL },
				.outside = { TRANSFER, EPHEMERAL },
			},
			[NFIM_APP_WEBCAM] = {
				.allow = true,
				.protos = POLICY_TCP,
				.limit = 8,
				.lifetime = 60,
				.inside = { TRANSFER, EPHEMERAL },
				.outside = { TRANSFER, EPHEMERAL },
			},
			[NFIM_APP_VOICE] = {
				.allow = true,
				.protos = POLICY_TCP | POLICY_UDP,
				.limit = 4,
				.lifetime = 60,
				.inside = { VOICE },
				.outside = { VOICE },
			},
			[NFIM_APP_SWITCHBOARD] = {
				.allow = true,
				.protos = POLICY_TCP,
				.limit = 64,
				.lifetime = 120,
				.inside = { SERVER },
				.outside = { SERVER },
			},
		},
	},
	[POLICY_IMSIP] = {
		.name = "built-in-imsip",
		.helper = POLICY_IMSIP,
		.is_default = true,
		.hold = true,
		.hairpin = true,
		.host_limit = 256,
		.net_limit = 4096,
		.app = {
			[NFIM_APP_RTP_AUDIO] = {
				.allow = true,
				.protos = POLICY_UDP,
				.limit = 64,
				.lifetime = 180,
				.inside = { { 1024, 65535 } },
				.outside = { { 1024, 65535 } },
			},
			[NFIM_APP_RTP_VIDEO] = {
				.allow = true,
				.protos = POLICY_UDP,
				.limit = 64,
				.lifetime = 180,
				.inside = { { 1024, 65535 } },
				.outside = { { 1024, 65535 } },
			},
			[NFIM_APP_RTCP] = {
				.allow = true,
				.protos = POLICY_UDP,
				.limit = 128,
				.lifetime = 180,
				.inside = { { 1024, 65535 } },
				.outside = { { 1024, 65535 } },
			},
			[NFIM_APP_IMAGE] = {
				.allow = true,
				.protos = POLICY_UDP,
				.limit = 16,
				.lifetime = 180,
				.inside = { { 1024, 65535 } },
				.outside = { { 1024, 65535 } },
			},
			[NFIM_APP_SIP_SIGNALLING] = {
				.allow = true,
				.protos = POLICY_TCP | POLICY_UDP,
				.limit = 16,
				.lifetime = 3600,
				.inside = { { 1024, 65535 } },
				.outside = { { 1024, 65535 } },
			},
			[NFIM_APP_SIP_FILE_TRANSFER] = {
				.allow = true,
				.protos = POLICY_TCP,
				.limit = 10,
				.lifetime = 300,
				.inside = { TRANSFER },
				.outside = { TRANSFER, HIGH },
			},
		},
	},
};
