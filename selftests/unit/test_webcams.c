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

#define VIEW		"<viewer><tcp>"
#define PORT(n)		"<tcpport>" n "</tcpport>"
#define LOCAL(n)	"<tcplocalport>" n "</tcplocalport>"
#define ROUTER(n)	"<tcpexternalport>" n "</tcpexternalport>"
#define EXTERNAL(a)	"<tcpexternalip>" a "</tcpexternalip>"
#define IP(n, a)	"<tcpipaddress" n ">" a "</tcpipaddress" n ">"
#define OWN		IP("1", "192.168.0.12")
#define OTHER(n)	IP(n, "10.9.9.9")
#define OTHERS		OTHER("1") OTHER("2") OTHER("3") OTHER("4") OTHER("5")
#define END		"</tcp>"
#define LONG		"<anamethatismuchlongerthananythatisknown>"

/* What is opened for an odd text; 0 for nothing said, or why not. */
static void odd_texts(const void *arg)
{
	static const struct {
		const char *what, *xml;
		enum nfim_counter how;
		u16 port;
	} rows[] = {
		{ "a router's port", VIEW PORT("0") LOCAL("6891")
		  ROUTER("4777") OWN END, NFIM_EXPECTED_EDITED, 4777 },
		{ "a local port alone", VIEW LOCAL("6891")
		  EXTERNAL("192.168.0.12") END, NFIM_EXPECTED_EDITED, 6891 },
		{ "no port", VIEW PORT("0") OWN END },
		{ "no address", VIEW PORT("6891") END },
		{ "no text", VIEW PORT("") END },
		{ "somebody else's", VIEW PORT("6891") OTHERS END,
		  NFIM_REFUSED_NOT_SELF },
		{ "no number", VIEW PORT("6891") LOCAL("x") OWN END,
		  NFIM_REFUSED_MALFORMED },
		{ "no address that can be read", VIEW PORT("6891") OTHERS
		  IP("2", "192.168.0.999") END, NFIM_REFUSED_MALFORMED },
		{ "too many", VIEW PORT("6891") OWN OTHERS OTHERS OTHERS END,
		  NFIM_REFUSED_MALFORMED },
		{ "names that are none", "<viewer><>" LONG PORT("6891") " </a>"
		  OWN END, NFIM_EXPECTED_EDITED, 6891 },
		{ "another root", "<prodigal><tcp>" PORT("6891") OWN END },
		{ "it does not end", VIEW PORT("6891") OWN "<tcpi",
		  NFIM_EXPECTED_EDITED, 6891 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_at("%s", rows[i].what);
		begin();
		send_webcam(rows[i].xml, 2 * (u32)strlen(rows[i].xml) + 12);
		ktap_equal(g->n, !!rows[i].how);
		if (g->n) {
			ktap_equal(g->offer[0].how, rows[i].how);
			ktap_equal(g->offer[0].port, rows[i].port);
		}
		end();
	}
}

/* Lengths in the unit: bytes, characters with the NUL or without, nonsense. */
static void units(const void *arg)
{
	u32 n = (u32)strlen(TIGHT) + 1, i;
	const u32 says[][2] = {
		{ 2 * n, 2 * n + 6 }, { n, n + 3 }, { n - 1, n + 2 }, { 5, 5 },
	};

	for (i = 0; i < ARRAY_SIZE(says); i++) {
		struct span text = build_webcam(TIGHT), seen;
		struct build_p2p b = {
			.session = 777, .id = 3, .footer = 4, .data = text,
			.total = (u32)span_len(text),
			.length = (u32)span_len(text),
		};
		char *unit = (char *)text.p;

		ktap_at("%u", says[i][0]);
		begin_as("10.0.0.2", false);
		unit[6] = (char)says[i][0];
		unit[7] = (char)(says[i][0] >> 8);
		gateway_say(g, MSNP_C2S, build_p2p1("MSG 5 D", &b), MSS);
		ktap_equal(g->n, 1);
		seen = joined(false, span_len(text) + 6);
		ktap_equal((u8)seen.p[6] | (u8)seen.p[7] << 8, says[i][1]);
		end();
	}
}

static void no_units(const void *arg)
{
	static const u8 bad[][12] = {
		{ 0x81, 0, 0, 0, 8, 0 }, { 0x80, 0, 0, 0, 9, 0 },
		{ 0x80, 0, 0, 0, 8, 1 },
		{ 0x80, 0, 0, 0, 8, 0, 2, 0, 0, 0, '<', 1 },
	};
	u32 i, n;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		ktap_want(!webcam_may_be(input_bytes(bad[i], 12)));
	for (n = 0; n < 12; n++)
		ktap_want(webcam_may_be(input_bytes("\x80\0\0\0\10\0\0\0\0\0<",
						    n)));
	input_done();
}

static const struct ktap_case cases[] = {
	{ "the XML agrees with itself wherever it is cut", webcams },
	{ "other words mean nothing, and a text may have to grow",
	  webcam_words },
	{ "odd texts open what they say, or nothing", odd_texts },
	{ "the length in the unit follows, whatever it counts", units },
	{ "other data is not taken for a unit", no_units },
};

int main(void)
{
	int status = ktap_run(cases, ARRAY_SIZE(cases));

	free(g);
	return status;
}
