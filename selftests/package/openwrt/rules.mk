# Empty: ../openwrt.mk has what is needed of it.
