# SPDX-License-Identifier: GPL-2.0
# What OpenWrt's own rules do with a package, as far as it can be tried without
# its toolchain: make -f openwrt.mk -C PACKAGE ROOT=DIR BUILD=DIR [list|install]
#
#	list	the packages, their titles and dependencies
#	install	each into $(ROOT)/NAME; modules only by name

TOPDIR := $(dir $(lastword $(MAKEFILE_LIST)))openwrt
INCLUDE_DIR := $(TOPDIR)
PKG_BUILD_DIR := $(BUILD)
KERNEL_MAKE := @echo kernel
INSTALL_DIR := install -d -m 0755
INSTALL_BIN := install -m 0755
INSTALL_DATA := install -m 0644
INSTALL_CONF := install -m 0600
CP := cp -fpR

packages :=

define BuildPackage
packages += $(1)
$$(eval $$(call Package/$(1)))
$(1)_title := $$(TITLE)
$(1)_depends := $$(DEPENDS)
install-$(1): prepare
	rm -rf $(ROOT)/$(1)
	mkdir -p $(ROOT)/$(1)
	$$(call Package/$(1)/install,$(ROOT)/$(1))
endef

define KernelPackage
packages += kmod-$(1)
$$(eval $$(call KernelPackage/$(1)))
kmod-$(1)_title := $$(TITLE)
kmod-$(1)_depends := $$(DEPENDS)
install-kmod-$(1): prepare
	mkdir -p $(ROOT)/kmod-$(1)
	echo $$(FILES) >$(ROOT)/kmod-$(1)/files
endef

include Makefile

.DEFAULT_GOAL := list

prepare:
	rm -rf $(BUILD)
	$(Build/Prepare)
	$(MAKE) -C $(BUILD)/userspace nfim

list:
	@$(foreach p,$(packages),echo '$(p): $($(p)_title): $($(p)_depends)';)

install: $(addprefix install-,$(packages))

.PHONY: prepare list install
