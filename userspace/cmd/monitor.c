// SPDX-License-Identifier: GPL-2.0
/* nfim monitor: what the helpers do, line by line, as it happens. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "../cmd.h"
#include "../event.h"
#include "../module.h"
#include "../row.h"

static const struct opt *const opts[] = { &opt_count, &opt_timeout, NULL };

/* A run of the command. */
struct watch {
	const struct args *args;
	struct module module;
	int signals;		/* becomes readable when the end is wanted */
	int64_t end;		/* on the clock of now_ms(); 0 for never */
	unsigned long printed;	/* events of the module */
	enum rc rc;		/* why printing failed */
};

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* Return: 0 or a negative errno, with the reason in @watch. */
static int print(struct watch *watch, json_t *record)
{
	watch->rc = record ? out_record(record, event_cols,
					watch->args->json) :
			     err_nomem();
	json_decref(record);
	return watch->rc ? -EIO : 0;
}

static bool is_over(const struct watch *watch)
{
	return watch->args->count && watch->printed >= watch->args->count;
}

static int fill(json_t *record, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[NFIM_A_MAX + 1];
	json_t *set;

	nl_parse(nlh, MODULE_HEADER, tb, NFIM_A_MAX);
	if (tb[NFIM_A_EVENT])
		return row_event(record, tb[NFIM_A_EVENT]);
	set = json_pack("{s:I, s:I}", "generation",
			(json_int_t)nl_u32(tb[NFIM_A_GENERATION]), "policies",
			(json_int_t)nl_u32(tb[NFIM_A_POLICIES]));
	return json_object_update_new(record, set);
}

static int on_message(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct watch *watch = data;
	json_t *record;

	if (is_over(watch) || (genl->cmd != NFIM_CMD_EVENT &&
			       genl->cmd != NFIM_CMD_POLICY_NTF))
		return 0;
	record = event_new("policy");
	if (!record || fill(record, nlh)) {
		json_decref(record);
		return print(watch, NULL);
	}
	if (watch->args->quiet && !event_is_trouble(record)) {
		json_decref(record);
		return 0;
	}
	watch->printed++;
	return print(watch, record);
}

/* All that is there; more may come. */
static enum rc read_all(struct watch *watch)
{
	int ret;

	do {
		ret = module_receive(&watch->module, on_message, watch);
		if (ret == -ENOBUFS && !print(watch, event_new("lost")))
			ret = 1;
	} while (ret > 0 && !is_over(watch));
	if (watch->rc || ret >= 0)
		return watch->rc;
	if (ret == -ENODEV)
		return err(RC_ABSENT, "module " MODULE_NAME " has been unloaded");
	return nl_err(&watch->module.nl, ret, "read events");
}

static enum rc at_end(const struct watch *watch)
{
	if (!watch->args->count)
		return RC_DONE;
	return err(RC_REFUSED, "only %lu of %lu events in %lu s",
		   watch->printed, watch->args->count, watch->args->timeout);
}

static enum rc follow(struct watch *watch)
{
	struct pollfd fds[] = {
		{ .fd = nl_fd(&watch->module.nl), .events = POLLIN },
		{ .fd = watch->signals, .events = POLLIN },
	};
	int64_t left = -1;
	enum rc rc;

	while (!is_over(watch)) {
		if (watch->end) {
			left = watch->end - now_ms();
			if (left <= 0)
				return at_end(watch);
		}
		if (poll(fds, 2, left > INT32_MAX ? INT32_MAX : left) < 0 &&
		    errno != EINTR)
			return err(RC_REFUSED, "cannot wait for events: %s",
				   strerror(errno));
		if (fds[1].revents)
			return RC_DONE;
		rc = fds[0].revents ? read_all(watch) : RC_DONE;
		if (rc)
			return rc;
	}
	return RC_DONE;
}

/* A shell has SIGINT ignored by what runs in the background. */
static int catch_signals(void)
{
	struct sigaction now;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	if (sigaction(SIGINT, NULL, &now) || now.sa_handler != SIG_IGN)
		sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static enum rc run(const struct args *args)
{
	struct watch watch = { .args = args };
	enum rc rc;

	if (args->timeout)
		watch.end = now_ms() + args->timeout * INT64_C(1000);
	rc = module_open(&watch.module);
	if (!rc)
		rc = module_subscribe(&watch.module);
	watch.signals = catch_signals();
	if (!rc && watch.signals < 0)
		rc = err(RC_REFUSED, "cannot catch signals: %s",
			 strerror(errno));
	if (!rc && args->verbose && print(&watch, event_new("watching")))
		rc = watch.rc;
	if (!rc)
		rc = follow(&watch);
	if (watch.signals >= 0)
		close(watch.signals);
	module_close(&watch.module);
	return rc;
}

const struct cmd cmd_monitor = {
	.name = "monitor",
	.summary = "print what the helpers do, as it happens",
	.about = "Prints one line for each event until it is interrupted. With --quiet\n"
		 "only what was refused, given up or lost; with --verbose a line\n"
		 "'watching' when it begins.\n",
	.opts = opts,
	.run = run,
};
