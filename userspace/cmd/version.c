// SPDX-License-Identifier: GPL-2.0
/* nfim version: tool, module and kernel, for a report of a problem. */
#include <string.h>
#include <sys/utsname.h>

#include <nfim/version.h>

#include "../cmd.h"
#include "../module.h"
#include "../out.h"

static const struct opt *const opts[] = { NULL };

static char *tool_cell(const json_t *doc)
{
	(void)doc;
	return out_text("tool    " NFIM_VERSION);
}

static char *module_cell(const json_t *doc)
{
	const json_t *module = json_object_get(doc, "module");

	if (!json_is_true(json_object_get(doc, "loaded")))
		return out_text("module  not loaded");
	if (json_is_null(module))
		return out_text("module  loaded, unknown version");
	return out_text("module  %s%s", json_string_value(module),
			strcmp(json_string_value(module), NFIM_VERSION) ?
				" (differs from the tool)" : "");
}

static char *kernel_cell(const json_t *doc)
{
	return out_text("kernel  %s",
			json_string_value(json_object_get(doc, "kernel")));
}

static const struct out_col tool_cols[] = { { .cell = tool_cell }, { 0 } };
static const struct out_col module_cols[] = { { .cell = module_cell }, { 0 } };
static const struct out_col kernel_cols[] = { { .cell = kernel_cell }, { 0 } };

static const struct out_view views[] = {
	{ .cols = tool_cols },
	{ .cols = module_cols },
	{ .cols = kernel_cols },
	{ 0 }
};

/* A module that is absent, or does not answer us, is an answer here. */
static enum rc run(const struct args *args)
{
	struct module_info info = { 0 };
	struct module module;
	struct utsname uts;

	if (!module_open(&module) && module_get_info(&module, &info))
		info.version[0] = '\0';
	module_close(&module);
	if (uname(&uts))
		uts.release[0] = '\0';
	return out_document(json_pack("{s:s, s:b, s:s?, s:s}",
				      "tool", NFIM_VERSION,
				      "loaded", module.family != 0,
				      "module",
				      info.version[0] ? info.version : NULL,
				      "kernel", uts.release),
			    views, args->json);
}

const struct cmd cmd_version = {
	.name = "version",
	.summary = "show the versions of tool, module and kernel",
	.about = "Shows the versions of the tool, of the loaded module and of the kernel.\n",
	.opts = opts,
	.run = run,
};
