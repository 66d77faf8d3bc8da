// SPDX-License-Identifier: GPL-2.0
/* kernel/proto/webcam in a conversation. */

#include "parts.h"

/* Texts in parts that a peer could make use of. */
static u32 found;

static void send_webcam(const char *xml, u32 cut)
{
	struct span text = build_webcam(xml);
	u32 len = (u32)span_len(text), i;

	for (i = 0; i < 2; i++) {
		u32 off = i ? cut : 0, n = i ? len - cut : cut;
		struct build_p2p b = {
			.session = 777,
			.id = 3,
			.offset = off,
			.total = len,
			.length = n,
			.footer = 4,
			.data = span_make(text.p + off, n),
		};

		if (n)
			gateway_say(g, MSNP_C2S, build_p2p1("MSG 5 D", &b),
				    MSS);
	}
}

#define CAM_ENDS(port)							\
	"<tcp><tcpport>" port "</tcpport>\t\t\t\t  "			\
	"<tcplocalport>" port "</tcplocalport>\t\t\t\t  "		\
	"<tcpexternalport>0</tcpexternalport>"				\
	"<tcpipaddress1>192.168.0.12</tcpipaddress1></tcp>"
#define CAM	"<producer><version>2.0</version><rid>1</rid>"		\
		"<session>9</session>" CAM_ENDS("6891")			\
		"<codec></codec><channelmode>1</channelmode></producer>\r\n\r\n"

#define TIGHT	"<viewer><tcp><tcpport>6891</tcpport>"			\
		"<tcplocalport>6891</tcplocalport>"			\
		"<tcpipaddress1>10.0.0.2</tcpipaddress1></tcp></viewer>"

/* A peer takes the first address with any of the ports. */
static void check_webcam(void)
{
	struct span seen = joined(false, 2 * strlen(CAM) + 12);
	struct self peer = { g->self.outside, g->self.outside };
	struct passage p = { .wide = true };
	struct offer offer;
	struct webcam w;

	if (!ktap_equal(g->n, 1))
		return;
	p.text = span_make(seen.p + WEBCAM_UNIT,
			   span_len(seen) - WEBCAM_UNIT);
	webcam_parse(&p, &w);
	if (!g->offer[0].port) {
		ktap_equal(g->offer[0].how, NFIM_REFUSED_UNREACHABLE);
		return;
	}
	found++;
	if (ktap_equal(webcam_offer(&w, &peer, &offer), NFIM_OK))
		ktap_want(offer.announced_port == g->offer[0].port ||
			  offer.inside_port == g->offer[0].port);
}

static void webcams(const void *arg)
{
	u32 len = 2 * (u32)strlen(CAM) + 12, cut, port;

	found = 0;
	for (cut = 1; cut <= len; cut++)
		for (port = 6891; port < 6893; port++) {
			ktap_at("cut at %u port %u", cut, port);
			begin();
			g->map[0][0] = 6891;
			g->map[0][1] = (u16)port;
			send_webcam(CAM, cut);
			check_webcam();
			if (cut == len)
				ktap_want(!strcmp(g->offer[0].edit,
						  "same-length"));
			end();
		}
	ktap_at("of %u", 2 * len);
	ktap_want(found > len);
}

static void webcam_words(const void *arg)
{
	static const char *const rows[] = { "syn", "ack", "<other></other>",
					    "receivedViewerData", "" };
	struct span seen;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i]);
		begin();
		send_webcam(rows[i], 2 * (u32)strlen(rows[i]) + 12);
		ktap_equal(g->n, 0);
		end();
	}
	ktap_at("it must grow");
	begin_as("10.0.0.2", false);
	send_webcam(TIGHT, 2 * (u32)strlen(TIGHT) + 12);
	ktap_equal(g->n, 1);
	ktap_want(!strcmp(g->offer[0].edit, "resize"));
	ktap_at("its unit counts bytes");
	seen = joined(false, 2 * strlen(TIGHT) + 12 + 6);
	ktap_equal((u8)seen.p[6] | (u8)seen.p[7] << 8,
		   span_len(seen) - WEBCAM_UNIT);
	end();
}

static const struct ktap_case cases[] = {
	{ "the XML agrees with itself wherever it is cut", webcams },
	{ "other words mean nothing, and a text may have to grow",
	  webcam_words },
};

int main(void)
{
	int status = ktap_run(cases, ARRAY_SIZE(cases));

	free(g);
	return status;
}
