// SPDX-License-Identifier: GPL-2.0
/* userspace/expect_load, expect_raw: what another gateway saved, or a stranger. */

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../userspace/expect.h"
#include "../../userspace/expect_raw.h"
#include "../../userspace/out.h"
#include "../../userspace/row.h"
#include "../ktap.h"

#define FUNCTION	"nfim-msnp"

/* --- an expectation as the kernel tells it -------------------------------- */

static void put_tuple(struct nlmsghdr *nlh, uint16_t type, uint32_t src,
		      uint16_t sport, uint32_t dst, uint16_t dport)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);
	struct nlattr *part = mnl_attr_nest_start(nlh, CTA_TUPLE_IP);

	mnl_attr_put_u32(nlh, CTA_IP_V4_SRC, htonl(src));
	mnl_attr_put_u32(nlh, CTA_IP_V4_DST, htonl(dst));
	mnl_attr_nest_end(nlh, part);
	part = mnl_attr_nest_start(nlh, CTA_TUPLE_PROTO);
	mnl_attr_put_u8(nlh, CTA_PROTO_NUM, IPPROTO_TCP);
	mnl_attr_put_u16(nlh, CTA_PROTO_SRC_PORT, htons(sport));
	mnl_attr_put_u16(nlh, CTA_PROTO_DST_PORT, htons(dport));
	mnl_attr_nest_end(nlh, part);
	mnl_attr_nest_end(nlh, nest);
}

/* @port: outside; it tells expectations apart. */
static struct nlmsghdr *message(void *buf, uint16_t port, const char *function)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;
	struct nlattr *nest;

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK_EXP << 8 | IPCTNL_MSG_EXP_NEW;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = AF_INET;
	put_tuple(nlh, CTA_EXPECT_TUPLE, 0, 0, 0xc0000201, port);
	put_tuple(nlh, CTA_EXPECT_MASK, 0, 0, 0xffffffff, 0xffff);
	put_tuple(nlh, CTA_EXPECT_MASTER, 0x0a000102, 1025, 0xc633640a, 1863);
	nest = mnl_attr_nest_start(nlh, CTA_EXPECT_NAT);
	mnl_attr_put_u32(nlh, CTA_EXPECT_NAT_DIR, htonl(1));
	put_tuple(nlh, CTA_EXPECT_NAT_TUPLE, 0x0a000102, 6891, 0, 0);
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_put_u32(nlh, CTA_EXPECT_TIMEOUT, htonl(300));
	mnl_attr_put_u32(nlh, CTA_EXPECT_ID, htonl(4711));
	mnl_attr_put_strz(nlh, CTA_EXPECT_HELP_NAME, "msnp");
	mnl_attr_put_strz(nlh, CTA_EXPECT_FN, function);
	return nlh;
}

static char *raw_of(uint16_t port, const char *function)
{
	uint32_t buf[EXPECT_RAW_MAX / 4] = { 0 };
	json_t *packed = expect_raw_pack(message(buf, port, function));
	char *text = strdup(json_string_value(packed));

	json_decref(packed);
	if (!text)
		abort();
	return text;
}

/* As "expect save" prints it. */
static char *line_of(uint16_t port, const char *event)
{
	uint32_t buf[EXPECT_RAW_MAX / 4] = { 0 };
	char *text;
	json_t *row;

	if (expect_read(message(buf, port, FUNCTION), &row) || !row)
		abort();
	json_object_set_new(row, "event", json_string(event));
	text = json_dumps(row, JSON_COMPACT);
	json_decref(row);
	if (!text)
		abort();
	return text;
}

/* --- files ---------------------------------------------------------------- */

/* Return: exit code of reading @len bytes as a file; *@rows: what it had. */
static enum rc load(const char *text, size_t len, json_t **rows)
{
	char name[] = "/tmp/nfim-unit.XXXXXX";
	int fd = mkstemp(name);
	enum rc rc;

	if (fd < 0 || write(fd, text, len) != (ssize_t)len || close(fd))
		abort();
	*rows = json_object();
	rc = expect_load(name, *rows);
	unlink(name);
	return rc;
}

static void want_load(const char *text, enum rc wanted, size_t n)
{
	json_t *rows;

	ktap_equal(load(text, strlen(text), &rows), wanted);
	if (!wanted)
		ktap_equal(json_object_size(rows), n);
	json_decref(rows);
}

static void want_wrong(const char *text, const char *why)
{
	json_t *rows;

	ktap_equal(load(text, strlen(text), &rows), RC_USAGE);
	ktap_want(strstr(err_text(), why));
	json_decref(rows);
}

static void saved(const void *arg)
{
	char *one = line_of(6891, "expectation"), *other, *text;
	json_t *rows, *row;
	char *key;

	other = line_of(6892, "expectation");
	text = out_text("%s\n%s\n", one, other);
	ktap_equal(load(text, strlen(text), &rows), RC_DONE);
	ktap_equal(json_object_size(rows), 2);
	row = json_loads(one, 0, NULL);
	key = expect_key(row);
	ktap_want(json_equal(json_object_get(rows, key), row));
	ktap_want(!strcmp(row_str(json_object_get(row, "inside"), "address"),
			  "10.0.1.2"));
	free(key);
	json_decref(row);
	json_decref(rows);
	free(one);
	free(other);
	free(text);
}

static void streamed(const void *arg)
{
	char *one = line_of(6891, "expectation");
	char *gone = line_of(6891, "gone");
	char *snapshot = out_text("{\"event\":\"snapshot\",\"time\":1}\n");
	char *text = out_text("%s\n%s%s\n%s\n", one, snapshot, gone, one);

	want_load(text, RC_DONE, 1);
	text[strlen(text) - strlen(one) - 1] = '\0';
	want_load(text, RC_DONE, 0);
	want_load("", RC_DONE, 0);
	want_load("{}\n{\"event\":\"something new\"}\n", RC_DONE, 0);
	free(one);
	free(gone);
	free(snapshot);
	free(text);
}

/* A last line without its end is left out, wherever the writer died. */
static void cut(const void *arg)
{
	char *one = line_of(6891, "expectation");
	char *text = out_text("%s\n%s\n", one, one);
	size_t whole = strlen(one) + 1;
	json_t *rows;
	size_t len;

	for (len = 0; len < strlen(text); len++) {
		ktap_at("%zu bytes", len);
		ktap_equal(load(text, len, &rows), RC_DONE);
		ktap_equal(json_object_size(rows), len >= whole);
		json_decref(rows);
	}
	free(one);
	free(text);
}

/* What is no JSON, no object, or not what was saved. */
static void wrong_lines(const void *arg)
{
	static const char *const lines[] = {
		"\n", "x\n", "[]\n", "null\n", "{\n", "{}{}\n", "\"raw\"\n",
		"{\"event\":\"expectation\"}\n",
		"{\"event\":\"expectation\",\"raw\":7}\n",
		"{\"event\":\"gone\",\"raw\":\"\"}\n",
		"{\"event\":\"gone\",\"raw\":\"0\"}\n",
		"{\"event\":\"gone\",\"raw\":\"0g\"}\n",
		"{\"event\":\"gone\",\"raw\":\"0000\"}\n",
		"{\"event\":\"gone\",\"raw\":\"02000000\"}\n",
		"{\"event\":\"gone\",\"raw\":\"07000000\"}\n",
		"{\"event\":\"gone\",\"raw\":\"02000000ff\"}\n",
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		ktap_at("%s", lines[i]);
		want_load(lines[i], RC_USAGE, 0);
		ktap_want(strstr(err_text(), ":1: "));
	}
	ktap_at("absent");
	ktap_equal(expect_load("/absent/file", NULL), RC_USAGE);
	ktap_equal(expect_load("/", NULL), RC_USAGE);
}

/* A row without what is needed to restore it, and its line is named. */
static void wrong_rows(const void *arg)
{
	char *one = line_of(6891, "expectation");
	static const char *const members[] = { "time", "seconds_left" };
	json_t *row;
	char *bad, *text;
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(*members); i++) {
		ktap_at("%s", members[i]);
		row = json_loads(one, 0, NULL);
		json_object_set_new(row, members[i], json_string("300"));
		bad = json_dumps(row, JSON_COMPACT);
		text = out_text("%s\n%s\n", one, bad);
		want_wrong(text, ":2: it lacks");
		json_decref(row);
		free(bad);
		free(text);
	}
	free(one);
}

static void strangers(const void *arg)
{
	static const char *const functions[] = {
		"", "sip", "nat-follow-master", "nfim", "NFIM-msnp", " nfim-x",
	};
	struct expect_raw raw;
	char *text;
	size_t i;

	for (i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		ktap_at("'%s'", functions[i]);
		text = raw_of(6891, functions[i]);
		ktap_want(expect_raw_unpack(text, &raw));
		free(text);
	}
}

/* --- the bytes ------------------------------------------------------------ */

static bool asks_for(const struct nlmsghdr *nlh, uint16_t wanted)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(attr) == wanted)
			return true;
	}
	return false;
}

static void requests(const void *arg)
{
	uint32_t buf[2 * EXPECT_RAW_MAX / 4] = { 0 };
	char *text = raw_of(6891, FUNCTION);
	const struct nlmsghdr *nlh;
	struct expect_raw raw;

	ktap_want(!expect_raw_unpack(text, &raw));
	nlh = expect_raw_request(&raw, EXPECT_MAKE, 0, buf);
	ktap_want(nlh->nlmsg_flags & NLM_F_CREATE);
	ktap_want(nlh->nlmsg_flags & NLM_F_EXCL);
	ktap_want(asks_for(nlh, CTA_EXPECT_NAT));
	ktap_want(!asks_for(nlh, CTA_EXPECT_HELP_NAME));
	ktap_want(!asks_for(nlh, CTA_EXPECT_TIMEOUT));
	memset(buf, 0, sizeof(buf));
	nlh = expect_raw_request(&raw, EXPECT_TIME, 20, buf);
	ktap_want(asks_for(nlh, CTA_EXPECT_TIMEOUT));
	ktap_want(!(nlh->nlmsg_flags & NLM_F_CREATE));
	memset(buf, 0, sizeof(buf));
	nlh = expect_raw_request(&raw, EXPECT_DELETE, 0, buf);
	ktap_equal(nlh->nlmsg_type & 0xff, IPCTNL_MSG_EXP_DELETE);
	free(text);
}

/* What is taken has all that the kernel is asked about; nothing else is. Requests
 * are made of whatever was taken, so that reading beyond it would be seen.
 */
static bool try_raw(const char *text)
{
	uint32_t buf[2 * EXPECT_RAW_MAX / 4] = { 0 };
	const struct nlmsghdr *nlh;
	struct expect_raw *raw = malloc(sizeof(*raw));
	bool taken;

	if (!raw)
		abort();
	taken = !expect_raw_unpack(text, raw);
	if (taken) {
		nlh = expect_raw_request(raw, EXPECT_TIME, 1, buf);
		ktap_want(nlh->nlmsg_len <= sizeof(buf));
		ktap_want(asks_for(nlh, CTA_EXPECT_MASTER));
		ktap_want(asks_for(nlh, CTA_EXPECT_FN));
	}
	free(raw);
	return taken;
}

static void cut_raw(const void *arg)
{
	char *text = raw_of(6891, FUNCTION);
	size_t whole = strlen(text), len = whole;

	ktap_want(try_raw(text));
	while (len--) {
		ktap_at("%zu digits", len);
		text[len] = '\0';
		/* The padding behind the last attribute may be missing. */
		if (try_raw(text))
			ktap_want(len + 4 >= whole);
	}
	free(text);
}

static void changed_raw(const void *arg)
{
	static const char digits[] = "0123456789abcdefABg\n ";
	char *text = raw_of(6891, FUNCTION);
	uint32_t state = 1;
	size_t i, len = strlen(text);
	unsigned int n;

	for (n = 0; n < 20000; n++) {
		for (i = 0; i < 4; i++) {
			state = state * 1664525 + 1013904223;
			text[state / 7 % len] =
				digits[(state >> 16) % (sizeof(digits) - 1)];
		}
		ktap_at("change %u", n);
		try_raw(text);
		/* From the beginning again every so often. */
		if (n % 8 == 7) {
			free(text);
			text = raw_of(6891, FUNCTION);
		}
	}
	free(text);
}

static void too_long(const void *arg)
{
	uint32_t big[EXPECT_RAW_MAX] = { 0 };
	char *text = malloc(4 * EXPECT_RAW_MAX + 1);
	struct nlmsghdr *nlh;
	struct expect_raw raw;
	size_t len;

	if (!text)
		abort();
	for (len = 2 * EXPECT_RAW_MAX - 4; len < 2 * EXPECT_RAW_MAX + 8;
	     len += 2) {
		ktap_at("%zu digits", len);
		memset(text, '0', len);
		text[len] = '\0';
		text[1] = '2';
		ktap_want(expect_raw_unpack(text, &raw));
	}
	nlh = mnl_nlmsg_put_header(big);
	mnl_nlmsg_put_extra_header(nlh, EXPECT_RAW_MAX + 4);
	ktap_want(!expect_raw_pack(nlh));
	free(text);
}

int main(void)
{
	static const struct ktap_case cases[] = {
		{ "what was saved is read", saved },
		{ "a stream: what is gone at its end is not there", streamed },
		{ "a file that was cut anywhere", cut },
		{ "lines that are wrong are named", wrong_lines },
		{ "rows that lack something are named", wrong_rows },
		{ "expectations of others are not made", strangers },
		{ "requests: make, set the time, delete", requests },
		{ "bytes that were cut anywhere", cut_raw },
		{ "bytes that were changed", changed_raw },
		{ "bytes that are too many", too_long },
	};

	return ktap_run(cases, sizeof(cases) / sizeof(*cases));
}
