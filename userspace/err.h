/* SPDX-License-Identifier: GPL-2.0 */
/* The one sentence that says why a command failed, and the exit codes. */
#ifndef _NFIM_ERR_H
#define _NFIM_ERR_H

/**
 * enum rc - exit code of the tool, and what every function that can fail
 *	for a reason worth telling returns
 * @RC_DONE: done
 * @RC_REFUSED: the system or the kernel said no
 * @RC_USAGE: wrong use
 * @RC_DIFFERENT: a check found a difference
 * @RC_ABSENT: the module is absent or incompatible
 */
enum rc {
	RC_DONE,
	RC_REFUSED,
	RC_USAGE,
	RC_DIFFERENT,
	RC_ABSENT,
};

/**
 * struct err_place - where in a file the trouble is
 * @file: name of the file
 * @line: number of the line, from 1
 * @column: number of the byte, from 1; 0 if only the line is known
 * @text: the line
 */
struct err_place {
	char file[256];
	unsigned int line;
	unsigned int column;
	char text[256];
};

/**
 * err() - remember why the command fails
 * @rc: exit code that goes with it
 * @fmt: printf format of a sentence without full stop and new line
 *
 * The last sentence wins: a caller that knows more may replace it.
 *
 * Return: @rc, so that "return err(...)" reads well.
 */
enum rc err(enum rc rc, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * err_nomem() - remember that memory is exhausted
 *
 * Return: %RC_REFUSED.
 */
enum rc err_nomem(void);

/**
 * err_none() - fail without a sentence, because the output says it all
 * @rc: exit code
 *
 * Return: @rc.
 */
enum rc err_none(enum rc rc);

/**
 * err_put_place() - remember where in a file the trouble of the last err() is
 * @place: where; copied
 */
void err_put_place(const struct err_place *place);

/**
 * err_place() - where in a file the trouble is
 *
 * Return: the place that belongs to the last err(), NULL if there is none.
 */
const struct err_place *err_place(void);

/**
 * err_text() - the sentence remembered last
 *
 * Return: a string that lives until the next err(); "" if there is none.
 */
const char *err_text(void);

#endif /* _NFIM_ERR_H */
