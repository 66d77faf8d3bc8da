// SPDX-License-Identifier: GPL-2.0
/*
 * warm SOCKET FILE ARGUMENT...: what "python3 FILE ARGUMENT..." would be, by a
 * process of warm.py that has started already.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define TROUBLE		125
#define WORDS		65536
#define FILES		5
#define WAIT_MS		60000
#define STEP_MS		10

static void die(const char *what)
{
	fprintf(stderr, "warm: %s: %s\n", what, strerror(errno));
	exit(TROUBLE);
}

/* It may be on its way yet. */
static int reach(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int waited;

	if (fd < 0 || strlen(path) >= sizeof(to.sun_path))
		die(path);
	memcpy(to.sun_path, path, strlen(path));
	for (waited = 0; connect(fd, (void *)&to, sizeof(to)); waited += STEP_MS) {
		if (waited >= WAIT_MS)
			die(path);
		poll(NULL, 0, STEP_MS);
	}
	return fd;
}

static size_t join(char *to, char **words, int n)
{
	size_t len = 0, more;
	int i;

	for (i = 0; i < n; i++) {
		more = strlen(words[i]);
		if (len + more + 1 > WORDS) {
			errno = E2BIG;
			die("arguments");
		}
		memcpy(to + len, words[i], more);
		len += more;
		to[len++] = '\0';
	}
	return len - 1;
}

/* Words and files in one message. */
static void ask(int fd, char **words, int n)
{
	static char text[WORDS];
	union {
		char bytes[CMSG_SPACE(FILES * sizeof(int))];
		struct cmsghdr align;
	} control = {};
	struct iovec part = { text, join(text, words, n) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	int files[FILES] = { 0, 1, 2 };

	files[3] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	files[4] = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (files[3] < 0 || files[4] < 0)
		die("files");
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(files));
	memcpy(CMSG_DATA(c), files, sizeof(files));
	if (sendmsg(fd, &message, MSG_NOSIGNAL) < 0)
		die("request");
	close(files[3]);
	close(files[4]);
}

/* As the other one has ended. */
static void end(int status)
{
	sigset_t all;

	if (!WIFSIGNALED(status))
		exit(WEXITSTATUS(status));
	sigemptyset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signal(WTERMSIG(status), SIG_DFL);
	raise(WTERMSIG(status));
	exit(128 + WTERMSIG(status));
}

int main(int argc, char **argv)
{
	struct signalfd_siginfo got;
	unsigned char number;
	struct pollfd p[2];
	sigset_t mine;
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: warm SOCKET FILE ARGUMENT...\n");
		return TROUBLE;
	}
	p[0].fd = reach(argv[1]);
	p[0].events = POLLIN;
	sigemptyset(&mine);
	sigaddset(&mine, SIGTERM);
	sigaddset(&mine, SIGINT);
	sigaddset(&mine, SIGHUP);
	sigprocmask(SIG_BLOCK, &mine, NULL);
	p[1].fd = signalfd(-1, &mine, SFD_CLOEXEC);
	p[1].events = POLLIN;
	if (p[1].fd < 0)
		die("signals");
	ask(p[0].fd, argv + 2, argc - 2);
	for (;;) {
		if (poll(p, 2, -1) < 0)
			die("poll");
		if (p[0].revents) {
			if (recv(p[0].fd, &status, sizeof(status), 0) !=
			    sizeof(status))
				die("warm.py is gone");
			end(status);
		}
		if (p[1].revents && read(p[1].fd, &got, sizeof(got)) > 0) {
			number = got.ssi_signo;
			send(p[0].fd, &number, 1, MSG_NOSIGNAL);
		}
	}
}
