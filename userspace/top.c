// SPDX-License-Identifier: GPL-2.0
/* nfim monitor --top: a table that is always new. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "dump.h"
#include "event.h"
#include "out.h"
#include "row.h"
#include "screen.h"
#include "top.h"
#include "top_draw.h"
#include "top_sums.h"
#include "watch.h"

#define LOOK_MS	1000

/* A run of the command. */
struct top {
	const struct args *args;
	struct module events;
	struct module dumps;
	struct top_sums sums;
	struct top_view view;
	json_t *doc;		/* what was read last */
	bool on_screen;
	bool is_over;
	unsigned long printed;
	enum rc rc;		/* why reading an event failed */
};

static bool is_over(void *ctx)
{
	const struct top *top = ctx;

	return top->is_over ||
	       (top->args->count && top->printed >= top->args->count);
}

static int on_message(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[NFIM_A_MAX + 1];
	struct top *top = data;
	json_t *record;

	if (genl->cmd != NFIM_CMD_EVENT)
		return 0;
	nl_parse(nlh, MODULE_HEADER, tb, NFIM_A_MAX);
	if (!tb[NFIM_A_EVENT])
		return 0;
	record = json_object();
	if (!record || row_event(record, tb[NFIM_A_EVENT]) ||
	    top_sums_event(&top->sums, record))
		top->rc = err_nomem();
	json_decref(record);
	return top->rc ? -EIO : 0;
}

static enum rc read_events(void *ctx)
{
	struct top *top = ctx;
	int ret;

	do {
		ret = module_receive(&top->events, on_message, top);
		top->sums.lost |= ret == -ENOBUFS;
	} while (ret > 0 || ret == -ENOBUFS);
	if (top->rc || ret >= 0)
		return top->rc;
	if (ret == -ENODEV)
		return err(RC_ABSENT, "module " MODULE_NAME " has been unloaded");
	return nl_err(&top->events.nl, ret, "read events");
}

static enum rc draw(struct top *top)
{
	enum rc rc;

	if (!top->doc)
		return err_nomem();
	if (top->args->json)
		return out_record(top->doc, event_cols, true);
	if (top->on_screen)
		screen_size(&top->view.width, &top->view.height);
	rc = out_plain(top_draw(top->doc, &top->view));
	return rc ? rc : out_flush();
}

static json_int_t time_now(void)
{
	json_t *event = event_new("top");
	json_int_t now = row_int(event, "time");

	json_decref(event);
	return now;
}

static enum rc look(void *ctx)
{
	struct top_now now = {
		.time = time_now(),
		.clients = json_array(),
		.offers = json_array(),
		.counters = json_object(),
	};
	json_t *gauges = json_object();
	struct top *top = ctx;
	bool complete = true;
	enum rc rc = RC_DONE;

	if (!top->view.is_paused) {
		rc = dump_clients(&top->dumps, now.clients, &complete);
		if (!rc)
			rc = dump_offers(&top->dumps, now.offers, &complete);
		if (!rc)
			rc = dump_stats(&top->dumps, now.counters, gauges);
		if (!rc) {
			json_decref(top->doc);
			top->doc = top_document(&top->sums, &now);
		}
		top->printed++;
	}
	if (!rc)
		rc = draw(top);
	json_decref(now.clients);
	json_decref(now.offers);
	json_decref(now.counters);
	json_decref(gauges);
	return rc;
}

static void scroll(struct top_view *view, int key)
{
	size_t page = view->height > 4 ? view->height - 3 : 1;
	size_t step = key == SCREEN_PAGE_UP || key == SCREEN_PAGE_DOWN ? page :
									 1;

	/* top_draw() keeps it where there is something to see. */
	if (key == SCREEN_DOWN || key == SCREEN_PAGE_DOWN || key == 'j')
		view->skip += step;
	else
		view->skip -= view->skip < step ? view->skip : step;
}

static void on_key(void *ctx, int key)
{
	struct top *top = ctx;
	struct top_view *view = &top->view;

	switch (key) {
	case 'q':
	case 'Q':
		top->is_over = true;
		break;
	case 'p':
	case ' ':
		view->is_paused = !view->is_paused;
		break;
	case SCREEN_UP:
	case SCREEN_DOWN:
	case SCREEN_PAGE_UP:
	case SCREEN_PAGE_DOWN:
	case 'j':
	case 'k':
		scroll(view, key);
		break;
	default:
		if (key > 127 || !top_has_part(key))
			break;
		view->part = view->part == key ? 0 : key;
		view->skip = 0;
	}
}

static enum rc read_keys(void *ctx)
{
	struct top *top = ctx;

	if (!screen_keys(on_key, top))
		top->is_over = true;
	return top->is_over ? RC_DONE : draw(top);
}

static enum rc begin(struct top *top)
{
	enum rc rc = module_open(&top->events);

	if (!rc)
		rc = module_subscribe(&top->events);
	if (!rc)
		rc = module_open(&top->dumps);
	if (!rc && top_sums_init(&top->sums, time_now()))
		rc = err_nomem();
	top->on_screen = !top->args->json && screen_is_there();
	if (!rc && top->on_screen)
		rc = screen_begin();
	return rc ? rc : look(top);
}

static enum rc at_end(const struct top *top, const struct watch *watch)
{
	if (!watch->timed_out || !top->args->count ||
	    top->printed >= top->args->count)
		return RC_DONE;
	return err(RC_REFUSED, "only %lu of %lu tables in %lu s", top->printed,
		   top->args->count, top->args->timeout);
}

enum rc top_run(const struct args *args)
{
	struct top top = { .args = args };
	struct watch watch = {
		.readable = read_events, .tick = look, .tick_ms = LOOK_MS,
		.is_over = is_over, .ctx = &top, .timeout = args->timeout,
	};
	enum rc rc = watch_begin(&watch);

	if (!rc)
		rc = begin(&top);
	if (!rc) {
		watch.fd = nl_fd(&top.events.nl);
		watch.keys = top.on_screen ? read_keys : NULL;
		rc = watch_run(&watch);
	}
	screen_end();
	if (!rc)
		rc = at_end(&top, &watch);
	module_close(&top.events);
	module_close(&top.dumps);
	top_sums_free(&top.sums);
	json_decref(top.doc);
	return rc;
}
