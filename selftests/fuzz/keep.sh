#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Keeps what the fuzzers found: the inputs of build/fuzz/corpus are reduced to
# those that reach something that no other does, and packed into
# corpus/TARGET.tar.gz, where run.sh begins with them.
#
#   keep.sh TARGET...        such as fuzz_talk; needs what run.sh has built

set -eu
export LC_ALL=C
cd "$(dirname "$0")/../.."
out=build/fuzz here=selftests/fuzz

mkdir -p "$here/corpus"
for name; do
	# What was kept before counts as well: run.sh only reads it.
	mkdir -p "$out/kept/$name"
	find "$out/kept/$name" -type f -exec cp -n -t "$out/corpus/$name" {} +
	rm -rf "$out/kept/$name"
	mkdir "$out/kept/$name"
	"$out/$name" -merge=1 -max_len=4096 "$out/kept/$name" \
		"$out/corpus/$name" >"$out/$name-merge.log" 2>&1
	tar -C "$out/kept/$name" --sort=name --owner=0 --group=0 \
		--numeric-owner --mtime=@0 --mode=u=rw,go=r -cf - . |
		gzip -9n >"$here/corpus/$name.tar.gz"
	echo "$name: $(find "$out/kept/$name" -type f | wc -l) inputs," \
		"$(stat -c %s "$here/corpus/$name.tar.gz") bytes"
done
