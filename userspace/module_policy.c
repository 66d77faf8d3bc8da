// SPDX-License-Identifier: GPL-2.0
/* The policies of the module: in force, and to put in force. */
#include <errno.h>
#include <stdlib.h>

#include "module_policy.h"
#include "msg.h"

#define WHAT	"load policies"

/* A set on its way to the module: the next policy to send. */
struct sender {
	struct module *module;
	const struct conf *conf;
	struct nlmsghdr *nlh;
	void *buf;
	u32 next;
	u32 generation;
};

static int add_policy(struct policies *set, const struct nlattr *nest)
{
	struct policy *more;
	u32 room;

	/* Whenever the number is a power of two, there is room for as many. */
	if (!(set->n & (set->n - 1))) {
		room = set->n ? set->n * 2 : 1;
		more = reallocarray(set->policy, room, sizeof(*more));
		if (!more)
			return -ENOMEM;
		set->policy = more;
	}
	msg_get_policy(nest, set->policy + set->n++);
	return 0;
}

static int read_policy(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[NFIM_A_MAX + 1];
	struct policies *set = data;

	nl_parse(nlh, MODULE_HEADER, tb, NFIM_A_MAX);
	set->generation = nl_u32(tb[NFIM_A_GENERATION]);
	return tb[NFIM_A_POLICY] ? add_policy(set, tb[NFIM_A_POLICY]) : 0;
}

enum rc module_get_policies(struct module *module, bool defaults,
			    struct policies *set)
{
	struct nlmsghdr *nlh;
	char buf[64];
	int tries = 0;
	int ret;

	*set = (struct policies){ 0 };
	do {
		set->n = 0;
		memset(buf, 0, sizeof(buf));
		nlh = module_request(module, buf, NFIM_CMD_POLICY_GET,
				     NLM_F_DUMP);
		if (defaults)
			mnl_attr_put(nlh, NFIM_A_DEFAULTS, 0, NULL);
		ret = nl_talk(&module->nl, nlh, read_policy, set);
	} while (ret == -EINTR && ++tries < NL_TRIES);
	return ret ? nl_err(&module->nl, ret, "read the policies") : RC_DONE;
}

void policies_free(struct policies *set)
{
	free(set->policy);
	*set = (struct policies){ 0 };
}

static int read_generation(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[NFIM_A_MAX + 1];
	struct sender *s = data;

	nl_parse(nlh, MODULE_HEADER, tb, NFIM_A_MAX);
	s->generation = nl_u32(tb[NFIM_A_GENERATION]);
	return 0;
}

static void start(struct sender *s, uint8_t cmd, bool check)
{
	memset(s->buf, 0, MSG_SIZE);
	s->nlh = module_request(s->module, s->buf, cmd, NLM_F_ACK);
	if (check)
		mnl_attr_put(s->nlh, NFIM_A_CHECK, 0, NULL);
}

static void fill(struct sender *s)
{
	while (s->next < s->conf->n &&
	       msg_put_policy(s->nlh, MSG_SIZE, s->conf->policy + s->next))
		s->next++;
}

/* @first: number of the first policy in the message. */
static enum rc refused(struct sender *s, u32 first, int error)
{
	const struct nl *nl = &s->module->nl;
	struct conf_where where;

	if (nl->text[0] && nl->offset &&
	    msg_locate(s->nlh, MODULE_HEADER, nl->offset, &where)) {
		where.policy += first;
		return conf_err(s->conf, &where, RC_REFUSED, nl->text);
	}
	return nl_err(nl, error, WHAT);
}

static enum rc talk(struct sender *s, u32 first)
{
	int ret = nl_talk(&s->module->nl, s->nlh, read_generation, s);

	return ret ? refused(s, first, ret) : RC_DONE;
}

/* What does not fit into one message is collected in the module first. */
static enum rc send_parts(struct sender *s, bool check)
{
	u32 first = 0;
	enum rc rc;

	s->next = 0;
	start(s, NFIM_CMD_POLICY_BEGIN, false);
	rc = talk(s, 0);
	while (!rc && s->next < s->conf->n) {
		first = s->next;
		start(s, NFIM_CMD_POLICY_ADD, false);
		fill(s);
		if (s->next == first)
			return err(RC_REFUSED, "policy '%s' is too large",
				   s->conf->policy[first].name);
		rc = talk(s, first);
	}
	if (rc)
		return rc;
	start(s, NFIM_CMD_POLICY_COMMIT, check);
	return talk(s, 0);
}

enum rc module_set_policies(struct module *module, const struct conf *conf,
			    bool check, u32 *generation)
{
	struct sender s = { .module = module, .conf = conf };
	enum rc rc;

	s.buf = malloc(MSG_SIZE);
	if (!s.buf)
		return err_nomem();
	start(&s, NFIM_CMD_POLICY_SET, check);
	fill(&s);
	rc = s.next == conf->n ? talk(&s, 0) : send_parts(&s, check);
	*generation = s.generation;
	free(s.buf);
	return rc;
}

enum rc module_flush_policies(struct module *module)
{
	int ret = module_get(module, NFIM_CMD_POLICY_FLUSH, NLM_F_ACK, NULL,
			     NULL);

	return ret ? nl_err(&module->nl, ret, "flush the policies") : RC_DONE;
}
