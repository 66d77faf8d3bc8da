// SPDX-License-Identifier: GPL-2.0
/* nfim stats: what the helpers have counted. */
#include <errno.h>

#include "../cmd.h"
#include "../module.h"
#include "../out.h"

static const struct opt *const opts[] = { &opt_all, NULL };

static bool is_zero(const json_t *value)
{
	return !json_integer_value(value);
}

static const struct out_view nonzero[] = {
	{
		.key = "counters",
		.none = "all counters are zero",
		.skip = is_zero,
	},
	{ 0 }
};

static const struct out_view all[] = {
	{ .key = "counters", .none = "no counters" }, { 0 }
};

static int read_stats(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[NFIM_STAT_A_MAX + 1];
	const struct nlattr *attr;
	json_t *counters = data;

	mnl_attr_for_each(attr, nlh, MODULE_HEADER) {
		if (mnl_attr_get_type(attr) != NFIM_A_STAT)
			continue;
		nl_parse_nested(attr, tb, NFIM_STAT_A_MAX);
		if (json_object_set_new(counters,
					nl_str(tb[NFIM_STAT_A_NAME]),
					json_integer(nl_u64(tb[NFIM_STAT_A_VALUE]))))
			return -ENOMEM;
	}
	return 0;
}

static enum rc run(const struct args *args)
{
	json_t *counters = json_object();
	struct module module;
	enum rc rc;
	int ret;

	rc = module_open(&module);
	if (!rc) {
		ret = module_get(&module, NFIM_CMD_STATS_GET, NLM_F_ACK,
				 read_stats, counters);
		if (ret)
			rc = nl_err(&module.nl, ret, "read the counters");
	}
	module_close(&module);
	if (rc) {
		json_decref(counters);
		return rc;
	}
	return out_document(json_pack("{s:o}", "counters", counters),
			    args->all ? all : nonzero, args->json);
}

const struct cmd cmd_stats = {
	.name = "stats",
	.summary = "show the counters of the helpers",
	.about = "Shows the counters that are not zero. JSON has all of them.\n",
	.opts = opts,
	.run = run,
};
