# SPDX-License-Identifier: GPL-2.0
#
# Turns what "uci export nfim" prints into a policy file: nfim judges what the
# values mean, here only the form is changed. Sections "ports", "policy" and
# "application" (which names its policy in the option "policy"); an application of
# a policy that is not there is an error.

function fail(text)
{
	print "nfim: /etc/config/nfim: " text >"/dev/stderr"
	failed = 1
	exit 1
}

# The value of a line, without the quotes that uci puts around it.
function value(line,    v)
{
	v = line
	sub(/^[ \t]*[a-z]+[ \t]+[^ \t]+[ \t]*/, "", v)
	if (v ~ /^'.*'$/) {
		v = substr(v, 2, length(v) - 2)
		gsub(/'\\''/, "'", v)
	}
	return v
}

function quoted(v)
{
	gsub(/[\\"$]/, "\\\\&", v)
	return "\"" v "\""
}

function is_flag(key)
{
	return key == "default" || key == "hold" || key == "hairpin" ||
	       key == "client-ip" || key == "privileged-ports" ||
	       key == "ice"
}

# Lines of a section: an option at once, a list when all of it is known.
function add(key, v, is_list,    k)
{
	k = key
	gsub(/_/, "-", k)
	if (is_flag(k))
		v = v ~ /^(1|on|true|yes|enabled)$/ ? "yes" : "no"
	if (is_list) {
		if (!((n, k) in list))
			lists[n] = lists[n] " " k
		else
			list[n, k] = list[n, k] ", "
		list[n, k] = list[n, k] quoted(v)
	} else if (is_flag(k) || v ~ /^[0-9]+$/) {
		body[n] = body[n] "\t" k " = " v "\n"
	} else {
		body[n] = body[n] "\t" k " = " quoted(v) "\n"
	}
}

function text_of(i, indent,    k, m, names, text)
{
	text = body[i]
	m = split(lists[i], names, " ")
	for (k = 1; k <= m; k++)
		text = text "\t" names[k] " = { " list[i, names[k]] " }\n"
	gsub(/\t/, indent "\t", text)
	return text
}

$1 == "config" {
	n++
	type[n] = $2
	gsub(/'/, "", type[n])
	name[n] = value($0)
	if (type[n] !~ /^(nfim|ports|policy|application)$/)
		fail("unknown section '" type[n] "'")
	if (type[n] == "policy") {
		known[name[n]] = 1
		title[n] = name[n]
	}
	next
}

type[n] == "nfim" || NF < 2 { next }

$1 == "option" && $2 == "name" { title[n] = value($0); next }

$1 == "option" && $2 == "policy" && type[n] == "application" {
	of[n] = value($0)
	next
}

$1 == "option" { add($2, value($0), 0) }
$1 == "list" { add($2, value($0), 1) }

END {
	if (failed)
		exit 1
	for (i = 1; i <= n; i++)
		if (type[i] == "application" && !(of[i] in known))
			fail("application '" title[i] "' has no policy")
	for (i = 1; i <= n; i++)
		if (type[i] == "ports")
			printf "ports %s {\n%s}\n\n", name[i], text_of(i, "")
	for (i = 1; i <= n; i++) {
		if (type[i] != "policy")
			continue
		printf "policy %s {\n%s", quoted(title[i]), text_of(i, "")
		for (k = 1; k <= n; k++)
			if (type[k] == "application" && of[k] == name[i])
				printf "\n\tapplication %s {\n%s\t}\n",
					title[k], text_of(k, "\t")
		print "}\n"
	}
}
