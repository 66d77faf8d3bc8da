// SPDX-License-Identifier: GPL-2.0
/* A terminal whose whole screen is drawn on, and its keys. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "screen.h"

/* Another screen, no cursor, no breaking of long lines; and all of it back. */
#define TAKE	"\033[?1049h\033[?25l\033[?7l\033[H\033[2J"
#define GIVE	"\033[?7h\033[?25h\033[?1049l"

static struct termios before;
static bool is_taken;

bool screen_is_there(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term &&
	       strcmp(term, "dumb");
}

enum rc screen_begin(void)
{
	struct termios now;

	if (tcgetattr(STDIN_FILENO, &before))
		return err(RC_REFUSED, "cannot read the keys: %s",
			   strerror(errno));
	now = before;
	now.c_lflag &= ~(ICANON | ECHO);
	/* Stopped, the program could not give the screen back. */
	now.c_cc[VSUSP] = _POSIX_VDISABLE;
	now.c_cc[VQUIT] = _POSIX_VDISABLE;
	now.c_cc[VMIN] = 0;
	now.c_cc[VTIME] = 0;
	if (tcsetattr(STDIN_FILENO, TCSANOW, &now))
		return err(RC_REFUSED, "cannot read the keys: %s",
			   strerror(errno));
	is_taken = true;
	atexit(screen_end);
	fputs(TAKE, stdout);
	return RC_DONE;
}

void screen_end(void)
{
	if (!is_taken)
		return;
	is_taken = false;
	fputs(GIVE, stdout);
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

void screen_size(size_t *width, size_t *height)
{
	struct winsize size = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col ||
	    !size.ws_row) {
		size.ws_col = 80;
		size.ws_row = 24;
	}
	*width = size.ws_col;
	*height = size.ws_row;
}

/* Return: the key that a sequence stands for; *@used: its bytes. */
static int sequence(const char *text, size_t len, size_t *used)
{
	size_t i = 2;

	*used = len < 2 || (text[1] != '[' && text[1] != 'O') ? 1 : len;
	if (*used == 1)
		return SCREEN_NONE;
	while (i < len && (text[i] < '@' || text[i] > '~'))
		i++;
	if (i == len)
		return SCREEN_NONE;
	*used = i + 1;
	switch (text[i]) {
	case 'A':
		return SCREEN_UP;
	case 'B':
		return SCREEN_DOWN;
	case '~':
		return text[2] == '5' ? SCREEN_PAGE_UP :
		       text[2] == '6' ? SCREEN_PAGE_DOWN :
					SCREEN_NONE;
	default:
		return SCREEN_NONE;
	}
}

bool screen_keys(void (*press)(void *ctx, int key), void *ctx)
{
	char text[64];
	ssize_t len = read(STDIN_FILENO, text, sizeof(text));
	ssize_t i = 0;
	size_t used;
	int key;

	if (len <= 0)
		return len < 0 && (errno == EINTR || errno == EAGAIN);
	while (i < len) {
		used = 1;
		key = text[i] == '\033' ? sequence(text + i, len - i, &used) :
					  (unsigned char)text[i];
		if (key != SCREEN_NONE)
			press(ctx, key);
		i += used;
	}
	return true;
}
