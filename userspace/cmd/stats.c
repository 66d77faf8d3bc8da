// SPDX-License-Identifier: GPL-2.0
/* nfim stats: what the helpers have counted. */
#include <errno.h>

#include "../cmd.h"
#include "../dump.h"
#include "../metrics.h"
#include "../module.h"
#include "../out.h"

static const struct opt *const opts[] = { &opt_all, &opt_metrics, NULL };

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
	{
		.key = "now",
		.none = "nothing is open or remembered",
		.skip = is_zero,
	},
	{ 0 }
};

static const struct out_view all[] = {
	{ .key = "counters", .none = "no counters" },
	{ .key = "now", .none = "no gauges" },
	{ 0 }
};

static int count_rows(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[NFIM_OFFER_A_MAX + 1];
	struct metrics *metrics = data;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, MODULE_HEADER) {
		if (mnl_attr_get_type(attr) == NFIM_A_CLIENT)
			metrics->clients++;
		if (mnl_attr_get_type(attr) != NFIM_A_OFFER)
			continue;
		nl_parse_nested(attr, tb, NFIM_OFFER_A_MAX);
		if (nl_u32(tb[NFIM_OFFER_A_STATE]) == NFIM_OFFER_CONNECTED)
			metrics->connected++;
		else
			metrics->waiting++;
	}
	return 0;
}

static int count(struct module *module, enum nfim_cmd cmd,
		 struct metrics *metrics)
{
	const struct metrics before = *metrics;
	int tries = 0;
	int ret;

	do {
		*metrics = before;
		ret = module_get(module, cmd, NLM_F_DUMP, count_rows, metrics);
	} while (ret == -EINTR && ++tries < NL_TRIES);
	/* On a busy gateway one less or more is as true as any other number. */
	return ret == -EINTR ? 0 : ret;
}

static enum rc print_metrics(struct module *module, json_t *counters,
			     json_t *now)
{
	struct metrics metrics = { .counters = counters, .now = now };
	struct module_info info;
	int ret;

	ret = module_get_info(module, &info);
	if (!ret)
		ret = count(module, NFIM_CMD_OFFER_GET, &metrics);
	if (!ret)
		ret = count(module, NFIM_CMD_CLIENT_GET, &metrics);
	if (ret)
		return nl_err(&module->nl, ret, "ask the module");
	metrics.version = info.version;
	metrics.policies = info.policies;
	metrics.generation = info.generation;
	return out_plain(metrics_text(&metrics));
}

static enum rc run(const struct args *args)
{
	json_t *counters, *now;
	struct module module;
	enum rc rc;

	if (args->metrics && args->json)
		return err(RC_USAGE, "--metrics is a format of its own: leave out --json");
	counters = json_object();
	now = json_object();
	rc = module_open(&module);
	if (!rc)
		rc = dump_stats(&module, counters, now);
	if (!rc && args->metrics)
		rc = print_metrics(&module, counters, now);
	module_close(&module);
	if (rc || args->metrics) {
		json_decref(counters);
		json_decref(now);
		return rc;
	}
	return out_document(json_pack("{s:o,s:o}", "counters", counters, "now",
				      now),
			    args->all ? all : nonzero, args->json);
}

const struct cmd cmd_stats = {
	.name = "stats",
	.summary = "show the counters of the helpers",
	.about = "Shows the counters that are not zero. JSON and --metrics have all of them.\n",
	.opts = opts,
	.run = run,
};
