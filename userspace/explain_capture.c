// SPDX-License-Identifier: GPL-2.0
/* Captures, by way of libpcap. */
#include <errno.h>

#include "explain_capture.h"

/* As libpcap's own limit; an edit may make a frame longer than any before. */
#define SNAPLEN		262144

enum rc capture_open(struct capture *c, FILE *file, const char *name)
{
	char why[PCAP_ERRBUF_SIZE] = "";

	*c = (struct capture){ .name = name };
	c->pcap = pcap_fopen_offline(file, why);
	if (!c->pcap) {
		fclose(file);
		return err(RC_USAGE, "'%s' is no capture: %s", name, why);
	}
	c->link = pcap_datalink(c->pcap);
	if (!packet_link_known(c->link)) {
		const char *link = pcap_datalink_val_to_name(c->link);

		err(RC_USAGE,
		    "'%s' has link type %d (%s): want Ethernet, Linux cooked or raw IP",
		    name, c->link, link ? link : "unknown");
		capture_close(c);
		return RC_USAGE;
	}
	return RC_DONE;
}

enum rc capture_next(struct capture *c, struct packet *p, bool *end)
{
	struct pcap_pkthdr *head;
	const u_char *frame;
	int got;

	got = pcap_next_ex(c->pcap, &head, &frame);
	*end = got != 1;
	if (got == PCAP_ERROR)
		return err(RC_USAGE, "'%s' is broken behind packet %u: %s",
			   c->name, c->n, pcap_geterr(c->pcap));
	if (*end)
		return RC_DONE;
	*p = (struct packet){
		.number = ++c->n,
		.time = (u64)head->ts.tv_sec * 1000000 + (u64)head->ts.tv_usec,
		.frame = frame,
		.caplen = head->caplen,
		.wirelen = head->len,
	};
	return RC_DONE;
}

void capture_close(struct capture *c)
{
	if (c->pcap)
		pcap_close(c->pcap);
	c->pcap = NULL;
}

enum rc capture_create(struct capture_out *out, const char *name, int link)
{
	*out = (struct capture_out){ .name = name };
	out->pcap = pcap_open_dead(link, SNAPLEN);
	if (!out->pcap)
		return err_nomem();
	out->dump = pcap_dump_open(out->pcap, name);
	if (!out->dump) {
		err(RC_REFUSED, "cannot write '%s': %s", name, strerror(errno));
		pcap_close(out->pcap);
		*out = (struct capture_out){ 0 };
		return RC_REFUSED;
	}
	return RC_DONE;
}

void capture_put(struct capture_out *out, const struct packet *p,
		 const u8 *frame, u32 caplen, u32 wirelen)
{
	struct pcap_pkthdr head = { .caplen = caplen, .len = wirelen };

	if (!out->dump)
		return;
	head.ts.tv_sec = (time_t)(p->time / 1000000);
	head.ts.tv_usec = (suseconds_t)(p->time % 1000000);
	pcap_dump((u_char *)out->dump, &head, frame);
}

enum rc capture_finish(struct capture_out *out)
{
	bool lost;

	if (!out->dump)
		return RC_DONE;
	lost = pcap_dump_flush(out->dump) || ferror(pcap_dump_file(out->dump));
	pcap_dump_close(out->dump);
	pcap_close(out->pcap);
	out->dump = NULL;
	if (lost)
		return err(RC_REFUSED, "cannot write '%s': %s", out->name,
			   strerror(errno));
	return RC_DONE;
}
