# SPDX-License-Identifier: GPL-2.0
# The front door; `make help` lists what is behind it. Kbuild describes the
# module itself, so `make -C KDIR M=$PWD modules` works as well.

KVER	?= $(shell uname -r)
KDIR	?= /lib/modules/$(KVER)/build
PREFIX	?= /usr/local
DESTDIR	?=
SHELL	:= /bin/bash

ifneq ($(V),1)
Q := @
MAKEFLAGS += --no-print-directory
endif

# Kernels of different versions must not share object files.
kname	 = $(patsubst %/,%,$(notdir $(patsubst %/build,%,$(KDIR))))
kbuild	 = build/$(kname)
kmake	 = $(MAKE) -C $(KDIR) M=$(CURDIR)/$(kbuild) $(if $(Q),-s) \
	   $(if $(LLVM),LLVM=$(LLVM)) $(if $(W),W=$(W)) $(if $(C),C=$(C)) \
	   $(if $(CF),CF="$(CF)") $(if $(WERROR),KCFLAGS=-Werror) \
	   $(if $(findstring -uml-,$(kname)),ARCH=um)

VERSION	 = $(shell sed -n 's/^\#define NFIM_VERSION\t"\(.*\)"/\1/p' \
	   include/nfim/version.h)

.PHONY: all modules userspace install install-modules deb check check-long demo \
	unit sim fuzz style net matrix clean help setup setup-long pictures \
	attack uml check-sanitize sanitize-short compare bench bench-check

all: modules userspace

modules: ## the kernel module for KDIR, into build/KERNEL
	$(Q)test -d $(KDIR) || { echo "no kernel headers in $(KDIR);" \
		"say KDIR=/lib/modules/VERSION/build"; exit 1; }
	$(Q)mkdir -p $(kbuild)
	$(Q)cp -rpu Kbuild kernel include $(kbuild)/
	$(Q)$(kmake) modules
	$(Q)echo "  KO      $(kbuild)/nf_conntrack_im.ko"

userspace: ## the tool nfim and its man page
	$(Q)$(MAKE) -C userspace all PREFIX=$(PREFIX)

install: install-modules ## module, tool and man page; DESTDIR, PREFIX
	$(Q)$(MAKE) -C userspace install PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)

install-modules: modules
	$(Q)$(kmake) INSTALL_MOD_PATH=$(DESTDIR) CONFIG_MODULE_SIG_ALL= \
		modules_install
	$(Q)test -n "$(DESTDIR)" || depmod $(kname)

deb: ## packages for Debian 12, into build/deb
	$(Q)userspace/packaging/make-deb.sh build/deb

setup:
	$(Q)selftests/setup.sh install all

demo: setup ## install, build, boot a gateway and show the main job
	$(Q)selftests/demo.sh

check: setup ## all tests that fit into minutes
	$(Q)selftests/check.sh

setup-long: setup
	$(Q)selftests/setup.sh install pair

check-long: setup-long ## what takes hours: soak and many repetitions
	$(Q)selftests/check.sh long

pictures: userspace ## the diagrams in userspace/doc, in a browser
	$(Q)selftests/setup.sh install docs
	$(Q)selftests/explain/pictures.sh

unit: ## unit tests of the parsers, no root
	$(Q)$(MAKE) -C selftests/unit run

sim: ## schedules for the stream engine in the simulator, no root
	$(Q)selftests/sim/run.sh $(COUNT)

fuzz: ## a short run of each fuzzer, no root
	$(Q)selftests/fuzz/run.sh

style: ## checkpatch, layers, sparse and other checks of the text
	$(Q)selftests/style.sh

matrix: ## build for every installed kernel with both compilers
	$(Q)selftests/matrix.sh

net: ## the net tests, in virtual machines
	$(Q)selftests/run.sh

uml: ## kernels for tests: User-Mode Linux, plain and with the kernel's checks, and x86
	$(Q)selftests/setup.sh install uml
	$(Q)selftests/uml/build.sh plain debug x86

check-sanitize: uml ## net tests, attacks and faults under the kernel's checks
	$(Q)selftests/uml/sanitize.sh

sanitize-short: setup ## a few minutes of that, if make uml was said before
	$(Q)selftests/uml/sanitize.sh short

attack: setup ## attack the kernel's helpers and ours, and compare
	$(Q)selftests/attack/run.sh

compare: setup ## SIP through the kernel's helper and ours, as tables
	$(Q)selftests/compare.sh

bench: setup ## what packets cost, against the kernel's own helpers
	$(Q)selftests/bench/run.sh

bench-check: setup ## the same, compared with what is kept
	$(Q)selftests/bench/run.sh -c

clean: ## remove what was built
	$(Q)rm -rf build
	$(Q)$(MAKE) -C userspace clean

help: ## this list
	@echo "nfim $(VERSION)"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | \
		expand -t 24
	@echo "Variables: KDIR DESTDIR PREFIX V=1 LLVM=1 WERROR=1 W=1 C=2"
