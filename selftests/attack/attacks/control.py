# SPDX-License-Identifier: GPL-2.0
"""Who has no rights tries the module's controls."""

import os
import sys

from .flood import during, hammer
from .trial import NotHere, attack

OURS = ("msnp", "imsip")
NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
          "--bounding-set", "-all", "--inh-caps", "-all")


@attack("nobody", "an unprivileged user asks and commands the module")
def nobody(t):
    if t.dialect.name not in OURS:
        raise NotHere
    policy = "/tmp/attack.policy"
    with open(policy, "w", encoding="ascii") as out:
        out.write(t.world.run("gw", t.options.tool, "policy", "show").stdout)
    for words in (("policy", "load", policy), ("policy", "flush"),
                  ("policy", "show"), ("show",), ("stats",)):
        done = t.world.run("gw", *NOBODY, t.options.tool, *words)
        if done.returncode == 0:
            t.find("opened", "nobody may do: nfim " + " ".join(words))
    os.unlink(policy)


ALL_REFUSED = """policy "none" {
	default = yes
	helper = %s
}
"""


def load(t, text):
    path = "/tmp/attack.policy"
    with open(path, "w", encoding="ascii") as out:
        out.write(text)
    done = t.world.run("gw", t.options.tool, "policy", "load", path)
    os.unlink(path)
    if done.returncode:
        t.find("harm", "a set is not taken: %s" % done.stdout[-200:])


@attack("policy-races", "policies change while announcements rain")
def policy_races(t):
    if t.dialect.name not in OURS:
        raise NotHere
    whole = t.world.run("gw", t.options.tool, "policy", "show",
                        "--defaults").stdout
    refusing = ALL_REFUSED % t.dialect.name

    def reload():
        load(t, whole)
        load(t, refusing)

    sent = during(t, lambda report: hammer(
        t, [t.world.address["lan1"]], t.options.seconds, report), reload)[0]
    t.figures.append("%d announcements meanwhile" % sent)
    t.world.forget()
    for form in t.dialect.forms:
        pair = t.greeted()
        got = t.say(pair, t.dialect.announce(
            t.world.address["lan1"], t.dialect.service_port, form), form)
        t.reply(pair, t.dialect.answer(got, form) if got else b"")
        t.accuse("all is refused")
        t.drop(pair)
    t.world.run("gw", t.options.tool, "policy", "flush")


@attack("user-namespace", "any local user gives himself a gateway")
def user_namespace(t):
    script = os.path.join(os.path.dirname(__file__), "..", "userns.py")
    done = t.world.run(
        "gw", "setpriv", "--reuid", "65534", "--regid", "65534",
        "--clear-groups", "unshare", "-Ur", "unshare", "-n",
        sys.executable, "-S", os.path.abspath(script), t.dialect.label, timeout=60)
    lines = done.stdout.splitlines()
    if "opened" in lines:
        t.find("opened", "the helper serves an unprivileged user")
    elif "inert" not in lines:
        t.find("harm", "the test fails: %s" % done.stdout[-300:])
