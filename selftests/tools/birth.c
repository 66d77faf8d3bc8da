// SPDX-License-Identifier: GPL-2.0
/*
 * Loads a module, or makes a network namespace, again and again: each time one more
 * of the kernel's allocations succeeds before one fails.
 *
 *   birth module FILE NAME ARGS    insmod FILE; rmmod NAME where that succeeds
 *   birth netns                    in a process of its own
 *
 * With ARGS, which the kernel must refuse, a module comes as far as before its own
 * code runs. What fails before that is the kernel's business, and it complains.
 *
 * Says "N allocations, N times in spite of it": how many there are, and how often it
 * came about though one failed. Needs a kernel with CONFIG_FAULT_INJECTION.
 */

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ALLOCATIONS_MAX	20000

static int fault_fd(void)
{
	int fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		perror("birth: fail-nth");
		exit(2);
	}
	return fd;
}

static void arm(int fd, int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", n);

	if (pwrite(fd, text, len, 0) != len) {
		perror("birth: fail-nth");
		exit(2);
	}
}

/* How many allocations are left until one fails; none does from now on. */
static int disarm(int fd)
{
	char left[16] = "";

	if (pread(fd, left, sizeof(left) - 1, 0) < 0) {
		perror("birth: fail-nth");
		exit(2);
	}
	arm(fd, 0);
	return atoi(left);
}

/* Return: whether it came about; @left: see disarm(). */
static int load(int n, const char *file, const char *args, int *left)
{
	int module = open(file, O_RDONLY | O_CLOEXEC), fd = fault_fd();
	int ok;

	if (module < 0) {
		perror(file);
		exit(2);
	}
	arm(fd, n);
	ok = !syscall(SYS_finit_module, module, args, 0);
	*left = disarm(fd);
	close(fd);
	close(module);
	return ok;
}

/* Return: bit 0: it came about; bit 1: an allocation failed. */
static int load_unload(int n, const char *file, const char *name)
{
	int left, ok = load(n, file, "", &left);

	if (ok && syscall(SYS_delete_module, name, 0)) {
		perror("birth: rmmod");
		exit(2);
	}
	return ok | !left << 1;
}

static int make_netns(int n)
{
	int status, fd, ok;
	pid_t pid = fork();

	if (!pid) {
		fd = fault_fd();
		arm(fd, n);
		ok = !unshare(CLONE_NEWNET);
		_exit(ok | !disarm(fd) << 1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status)) {
		perror("birth: netns");
		exit(2);
	}
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	int module = argc == 5 && !strcmp(argv[1], "module");
	int first = 1, left, n, in_spite = 0;

	if (!module && (argc != 2 || strcmp(argv[1], "netns"))) {
		fputs("usage: birth module FILE NAME ARGS | birth netns\n", stderr);
		return 2;
	}
	if (module && load(ALLOCATIONS_MAX, argv[2], argv[4], &left)) {
		fputs("birth: the kernel takes these arguments\n", stderr);
		return 2;
	}
	if (module)
		first = ALLOCATIONS_MAX - left + 1;
	for (n = first; n < ALLOCATIONS_MAX; n++) {
		int what = module ? load_unload(n, argv[2], argv[3]) :
				    make_netns(n);

		if (!(what & 2)) {
			printf("%d allocations, %d times in spite of it\n",
			       n - first, in_spite);
			return !(what & 1);
		}
		in_spite += what & 1;
	}
	fputs("birth: no end of allocations\n", stderr);
	return 1;
}
