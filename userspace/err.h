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
 * err_text() - the sentence remembered last
 *
 * Return: a string that lives until the next err(); "" if there is none.
 */
const char *err_text(void);

#endif /* _NFIM_ERR_H */
