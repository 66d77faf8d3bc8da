// SPDX-License-Identifier: GPL-2.0
/* What the module has in its tables, as rows. */
#include <errno.h>

#include "dump.h"
#include "row.h"

static int add_offer(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, MODULE_HEADER) {
		if (mnl_attr_get_type(attr) == NFIM_A_OFFER &&
		    json_array_append_new(data, row_offer(attr)))
			return -ENOMEM;
	}
	return 0;
}

static int add_client(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, MODULE_HEADER) {
		if (mnl_attr_get_type(attr) == NFIM_A_CLIENT &&
		    json_array_append_new(data, row_client(attr)))
			return -ENOMEM;
	}
	return 0;
}

/* A table that never stands still is given as it was read. */
static int dump(struct module *module, enum nfim_cmd cmd,
		int (*add)(const struct nlmsghdr *nlh, void *data),
		json_t *list, bool *complete)
{
	int tries = 0;
	int ret;

	do {
		json_array_clear(list);
		ret = module_get(module, cmd, NLM_F_DUMP, add, list);
	} while (ret == -EINTR && ++tries < NL_TRIES);
	if (ret != -EINTR)
		return ret;
	*complete = false;
	return 0;
}

enum rc dump_offers(struct module *module, json_t *list, bool *complete)
{
	int ret = dump(module, NFIM_CMD_OFFER_GET, add_offer, list, complete);

	return ret ? nl_err(&module->nl, ret, "read the open endpoints") :
		     RC_DONE;
}

enum rc dump_clients(struct module *module, json_t *list, bool *complete)
{
	int ret = dump(module, NFIM_CMD_CLIENT_GET, add_client, list, complete);

	return ret ? nl_err(&module->nl, ret, "read the known clients") :
		     RC_DONE;
}

/* Counters are what has happened, gauges what there is now. */
struct stats {
	json_t *counters;
	json_t *now;
};

static int read_stats(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[NFIM_STAT_A_MAX + 1];
	const struct stats *stats = data;
	const struct nlattr *attr;
	json_t *to;

	mnl_attr_for_each(attr, nlh, MODULE_HEADER) {
		if (mnl_attr_get_type(attr) == NFIM_A_STAT)
			to = stats->counters;
		else if (mnl_attr_get_type(attr) == NFIM_A_GAUGE)
			to = stats->now;
		else
			continue;
		nl_parse_nested(attr, tb, NFIM_STAT_A_MAX);
		if (json_object_set_new(to,
					nl_str(tb[NFIM_STAT_A_NAME]),
					json_integer(nl_u64(tb[NFIM_STAT_A_VALUE]))))
			return -ENOMEM;
	}
	return 0;
}

enum rc dump_stats(struct module *module, json_t *counters, json_t *now)
{
	struct stats stats = { counters, now };
	int ret;

	ret = module_get(module, NFIM_CMD_STATS_GET, NLM_F_ACK, read_stats,
			 &stats);
	return ret ? nl_err(&module->nl, ret, "read the counters") : RC_DONE;
}
