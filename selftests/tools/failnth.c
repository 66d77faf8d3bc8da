// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into the tool: the FAIL_NTH-th allocation that the kernel makes for a
 * message to a netlink socket fails. Says on stderr "failnth: N used" or
 * "failnth: N unused", which is when there are fewer.
 */

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int is_netlink(int fd)
{
	int domain = 0;
	socklen_t len = sizeof(domain);

	return !getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) &&
	       domain == AF_NETLINK;
}

static int fault_file(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	return fd;
}

static void arm(const char *n)
{
	if (pwrite(fault_file(), n, strlen(n), 0) < 0)
		perror("failnth");
}

static void report(const char *n)
{
	char left[16] = "";

	if (pread(fault_file(), left, sizeof(left) - 1, 0) < 0)
		perror("failnth");
	fprintf(stderr, "failnth: %s %s\n", n, atoi(left) ? "unused" : "used");
	arm("0");
}

ssize_t sendto(int fd, const void *data, size_t len, int flags,
	       const struct sockaddr *to, socklen_t to_len)
{
	ssize_t (*real)(int fd, const void *data, size_t len, int flags,
			const struct sockaddr *to, socklen_t to_len) =
		dlsym(RTLD_NEXT, "sendto");
	const char *n = getenv("FAIL_NTH");
	ssize_t ret;

	if (!n || !is_netlink(fd))
		return real(fd, data, len, flags, to, to_len);
	arm(n);
	ret = real(fd, data, len, flags, to, to_len);
	report(n);
	return ret;
}
