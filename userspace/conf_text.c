// SPDX-License-Identifier: GPL-2.0
/* The bytes of policy files, and where a word stands in them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf_text.h"

#define SEPARATORS	" \t\r\n{}(),=+\"'"

static int index_lines(struct conf_text *text)
{
	size_t i;

	text->n_lines = 1;
	for (i = 0; i < text->len; i++)
		text->n_lines += text->raw[i] == '\n';
	text->line = calloc(text->n_lines, sizeof(*text->line));
	if (!text->line)
		return -ENOMEM;
	text->n_lines = 1;
	for (i = 0; i < text->len; i++) {
		if (text->raw[i] == '\n')
			text->line[text->n_lines++] = i + 1;
	}
	return 0;
}

static char *copy(const char *bytes, size_t len)
{
	char *text = malloc(len + 1);

	if (!text)
		return NULL;
	memcpy(text, bytes, len);
	text[len] = '\0';
	return text;
}

enum rc conf_text_add(struct conf_texts *texts, const char *name,
		      const char *bytes, size_t len)
{
	struct conf_place at = { .text = texts->n + 1 };
	struct conf_text *text;
	const char *why;

	if (len > CONF_SIZE_MAX)
		return err(RC_USAGE, "%s: larger than %u MiB", name,
			   CONF_SIZE_MAX >> 20);
	if (texts->n == CONF_TEXTS)
		return err(RC_USAGE, "%s: more than %d files", name,
			   CONF_TEXTS);
	text = reallocarray(texts->text, texts->n + 1, sizeof(*text));
	if (!text)
		return err_nomem();
	texts->text = text;
	text += texts->n++;
	*text = (struct conf_text){
		.name = strdup(name),
		.raw = copy(bytes, len),
		.bare = copy(bytes, len),
		.len = len,
	};
	if (!text->name || !text->raw || !text->bare || index_lines(text))
		return err_nomem();
	why = conf_bare(text, &at.offset);
	return why ? conf_text_fail(texts, at, RC_USAGE, "%s", why) : RC_DONE;
}

/* All of a file, as far as one may be long; -1 on failure. */
static ssize_t read_all(int fd, char *buf)
{
	size_t len = 0;
	ssize_t got;

	do {
		got = read(fd, buf + len, CONF_SIZE_MAX + 1 - len);
		if (got < 0)
			return -1;
		len += got;
	} while (got && len <= CONF_SIZE_MAX);
	return len;
}

static bool is_known(const struct conf_texts *texts, const struct stat *st)
{
	u32 i;

	for (i = 0; i < texts->n; i++) {
		if (texts->text[i].inode &&
		    texts->text[i].device == st->st_dev &&
		    texts->text[i].inode == st->st_ino)
			return true;
	}
	return false;
}

static enum rc load(struct conf_texts *texts, const char *path, int fd)
{
	char *buf = malloc(CONF_SIZE_MAX + 1);
	enum rc rc = RC_REFUSED;
	ssize_t len;

	if (!buf)
		return err_nomem();
	len = read_all(fd, buf);
	if (len < 0)
		err(rc, "cannot read %s: %s", path, strerror(errno));
	else
		rc = conf_text_add(texts, path, buf, len);
	free(buf);
	return rc;
}

/* A pipe may come from the command line, not from another file. */
enum rc conf_text_load(struct conf_texts *texts, const char *path)
{
	bool is_first = !texts->n;
	struct stat st;
	enum rc rc;
	int fd;

	if (is_first && !strcmp(path, "-"))
		return load(texts, "<stdin>", STDIN_FILENO);
	fd = open(path, O_RDONLY | O_CLOEXEC | (is_first ? 0 : O_NONBLOCK));
	if (fd < 0 || fstat(fd, &st)) {
		rc = err(RC_USAGE, "cannot read %s: %s", path,
			 strerror(errno));
	} else if (!S_ISREG(st.st_mode) && !(S_ISFIFO(st.st_mode) && is_first)) {
		rc = err(RC_USAGE, "cannot read %s: not a file", path);
	} else if (is_known(texts, &st)) {
		rc = RC_DONE;
	} else {
		rc = load(texts, path, fd);
		if (!rc && S_ISREG(st.st_mode)) {
			texts->text[texts->n - 1].device = st.st_dev;
			texts->text[texts->n - 1].inode = st.st_ino;
		}
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

void conf_text_free(struct conf_texts *texts)
{
	u32 i;

	for (i = 0; i < texts->n; i++) {
		free(texts->text[i].name);
		free(texts->text[i].raw);
		free(texts->text[i].bare);
		free(texts->text[i].line);
	}
	free(texts->text);
	*texts = (struct conf_texts){ 0 };
}

static bool is_separator(const struct conf_text *text, size_t i)
{
	return i >= text->len || strchr(SEPARATORS, text->bare[i]);
}

struct conf_place conf_text_find(const struct conf_texts *texts,
				 struct conf_place from, u32 line,
				 const char *word)
{
	const struct conf_text *text = texts->text + from.text - 1;
	size_t len = strlen(word);
	size_t end, i;

	/* A byte that was written as an escape is not there. */
	if (strcspn(word, "\t\n\r") != len)
		len = 0;
	end = line < text->n_lines ? text->line[line] : text->len;
	for (i = from.offset; len && i + len <= end; i++) {
		if ((!i || is_separator(text, i - 1)) &&
		    is_separator(text, i + len) &&
		    !memcmp(text->bare + i, word, len))
			return (struct conf_place){ from.text, i };
	}
	return (struct conf_place){ 0 };
}

struct conf_place conf_text_line(const struct conf_texts *texts, u32 text,
				 u32 line)
{
	const struct conf_text *t = texts->text + text - 1;
	u32 i;

	if (line > t->n_lines)
		line = t->n_lines;
	i = t->line[line ? line - 1 : 0];
	while (i < t->len && (t->raw[i] == ' ' || t->raw[i] == '\t'))
		i++;
	return (struct conf_place){ text, i };
}

/* Number of the line, from 1, that has a byte. */
static u32 line_of(const struct conf_text *text, u32 offset)
{
	u32 lo = 0, hi = text->n_lines;

	while (hi - lo > 1) {
		u32 mid = lo + (hi - lo) / 2;

		if (text->line[mid] <= offset)
			lo = mid;
		else
			hi = mid;
	}
	return lo + 1;
}

/* A terminal obeys control characters; a file may hold any. */
static void show(char *to, size_t size, const char *from, size_t len)
{
	size_t i;

	for (i = 0; i < len && i + 1 < size; i++)
		to[i] = (unsigned char)from[i] < ' ' && from[i] != '\t' ?
				'?' : from[i];
	to[i] = '\0';
}

enum rc conf_text_vfail(const struct conf_texts *texts, struct conf_place place,
			enum rc rc, const char *fmt, va_list ap)
{
	const struct conf_text *text;
	struct err_place at = { 0 };
	char sentence[400];
	u32 begin, end;

	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	if (!place.text)
		return err(rc, "%s: %s", texts->n ? texts->text[0].name : "?",
			   sentence);
	text = texts->text + place.text - 1;
	at.line = line_of(text, place.offset);
	begin = text->line[at.line - 1];
	end = at.line < text->n_lines ? text->line[at.line] - 1 : text->len;
	if (end > begin && text->raw[end - 1] == '\r')
		end--;
	at.column = place.offset - begin + 1;
	show(at.file, sizeof(at.file), text->name, strlen(text->name));
	show(at.text, sizeof(at.text), text->raw + begin, end - begin);
	if (at.column > strlen(at.text) + 1)
		at.column = 0;
	rc = err(rc, "%s", sentence);
	err_put_place(&at);
	return rc;
}

enum rc conf_text_fail(const struct conf_texts *texts, struct conf_place place,
		       enum rc rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	rc = conf_text_vfail(texts, place, rc, fmt, ap);
	va_end(ap);
	return rc;
}
