#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tier: full
# timeout: 240
#
# Numbers from nfim through the node exporter to Prometheus, and each expression
# of the dashboard asked there.

. "$(dirname "$0")/lib.sh"

cache=${NFIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nfim}
exporter=$cache/prometheus-node-exporter/usr/bin/prometheus-node-exporter
board=$root_dir/userspace/examples/grafana-dashboard.json

# As nfim-metrics.service does it.
write_metrics()
{
	nfim stats --metrics >"$tmp/text/nfim.prom.new" &&
		mv "$tmp/text/nfim.prom.new" "$tmp/text/nfim.prom"
}

exported()
{
	in_ns "$gw" "${python[@]}" -c '
import sys, urllib.request
text = urllib.request.urlopen("http://127.0.0.1:9100/metrics", timeout=20).read()
sys.exit(sys.argv[1] not in text.decode().split("\n"))' "$1"
}

# query EXPRESSION: the series and values that it has.
query()
{
	in_ns "$gw" promtool query instant http://127.0.0.1:9090 "$1"
}

has_series()
{
	query "$1" | tee /dev/stderr | grep -q '=>'
}

# A rate needs two samples.
scraped_twice()
{
	has_series 'count_over_time(nfim_module_info[5m]) > 2' 2>/dev/null
}

# Those without a transfer of that kind have no series, but no error either.
dashboard_works()
{
	local expr n=0

	while read -r expr; do
		query "$expr" || return
		n=$((n + 1))
	done < <("${python[@]}" -c '
import json, sys
for panel in json.load(open(sys.argv[1]))["panels"]:
    for target in panel["targets"]:
        print(target["expr"].replace("$instance", ".*").replace(
            "$__rate_interval", "1m"))' "$board")
	[ $n -ge 9 ]
}

[ -x "$exporter" ] || skip_all "needs prometheus-node-exporter"
[ -e "$board" ] || skip_all "needs the dashboard"
load_module
need_tools prometheus promtool
plan 9
setup_topology masq
gateway_rules masq
start_server
make_file 20000
attach_helper
mkdir "$tmp/text"
cat >"$tmp/prometheus.yml" <<'END'
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["127.0.0.1:9100"]
END

check "the numbers are written" write_metrics
start exporter "$gw" "$exporter" --collector.disable-defaults \
	--collector.textfile --collector.textfile.directory "$tmp/text" \
	--web.listen-address 127.0.0.1:9100
check "the exporter has them" wait_for 60 exported nfim_policies\ 2
start prometheus "$gw" prometheus --config.file "$tmp/prometheus.yml" \
	--storage.tsdb.path "$tmp/db" --web.listen-address 127.0.0.1:9090
check "Prometheus has them" wait_for 90 has_series nfim_module_info
check "a file is sent" transfer "$lan1" "$peer"
check "the numbers are written again" write_metrics
check "the offer is seen" wait_for 60 has_series \
	'nfim_events_total{event="offers"} == 1'
wait_for 30 scraped_twice
check "each expression of the dashboard works" dashboard_works
check "the share of refused offers is none" has_series \
	'sum(nfim_refused_total) / sum(nfim_events_total{event="offers"}) == 0'
stop prometheus
stop exporter
check "kernel log is clean" dmesg_clean
done_testing
