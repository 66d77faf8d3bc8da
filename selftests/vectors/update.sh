#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Takes test vectors from a collection into this directory. Only what is free
# comes along: vectors that were constructed (or are printed in an RFC) and are
# not marked to stay where they are, and recordings made for this project.
#
#   update.sh COLLECTION     a directory with msnp/, sip/ and captured/

set -eu
cd "$(dirname "$0")"
from=${1:?directory of the collection}
recordings="masq-ab privip-masq-ab masq-ba sb1863-masq-ab"
# Of these the messages are enough.
messages="amsn-msnslp-listen-masq-ba amsn-msnslp-routed-ba purple18-routed-ba"

mkdir -p msnp sip captured
rm -f msnp/*.json msnp/*.bin sip/*.json sip/*.bin

for part in msnp sip; do
	cp "$from/$part/scenarios.list" "$part/"
	python3 - "$from/$part" "$part" <<'EOF'
import glob, hashlib, json, os, shutil, sys

source, target = sys.argv[1:]
for path in sorted(glob.glob(source + '/*.json')):
    with open(path, encoding='utf-8') as f:
        vector = json.load(f)
    origin = vector['origin']
    if origin['type'] not in ('constructed', 'rfc'):
        continue
    if vector.get('keep_in_shared') or origin.get('keep_in_shared'):
        continue
    for part in (vector, vector.get('nat')):
        if not part:
            continue
        name = part.get('file', vector['name'] + '.bin')
        with open(os.path.join(source, name), 'rb') as f:
            data = f.read()
        if (len(data) != part['length'] or
                hashlib.sha256(data).hexdigest() != part['sha256']):
            sys.exit(name + ': length or sum is wrong')
        shutil.copyfile(os.path.join(source, name),
                        os.path.join(target, name))
    shutil.copyfile(path, os.path.join(target, os.path.basename(path)))
EOF
done

for name in $recordings; do
	name=amsn-msnftp-$name
	rm -rf "captured/$name.lan.msgs"
	cp -r "$from/captured/$name".* captured/
done
for name in $messages; do
	rm -rf "captured/$name.lan.msgs"
	cp -r "$from/captured/$name.lan.msgs" "$from/captured/$name.md" \
		captured/
done
find msnp sip captured -type f -exec chmod 644 {} +
find msnp sip captured -type d -exec chmod 755 {} +
