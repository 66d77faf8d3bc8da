// SPDX-License-Identifier: GPL-2.0
/* Init and exit: the parts in order, undone in reverse. */

#include <linux/module.h>

#include <nfim/version.h>

#include "calls.h"
#include "clients.h"
#include "conn.h"
#include "helper_imsip.h"
#include "helper_msnp.h"
#include "memory.h"
#include "nat.h"
#include "net.h"
#include "netlink.h"
#include "offers.h"
#include "stream.h"

static int __init nfim_init(void)
{
	int err;

	nfim_memory_init();
	err = nfim_streams_init();
	if (err)
		return err;
	err = nfim_offers_init();
	if (err)
		goto err_offers;
	err = nfim_conns_init();
	if (err)
		goto err_conns;
	err = nfim_clients_init();
	if (err)
		goto err_clients;
	err = nfim_calls_init();
	if (err)
		goto err_calls;
	err = nfim_net_init();
	if (err)
		goto err_net;
	nfim_nat_init();
	err = nfim_msnp_init();
	if (err)
		goto err_msnp;
	err = nfim_imsip_init();
	if (err)
		goto err_imsip;
	err = nfim_netlink_init();
	if (err)
		goto err_netlink;
	return 0;

err_netlink:
	nfim_nat_stop();
	nfim_imsip_exit();
err_imsip:
	nfim_nat_stop();
	nfim_msnp_exit();
err_msnp:
	nfim_nat_exit();
	nfim_net_exit();
err_net:
	nfim_calls_exit();
err_calls:
	nfim_clients_exit();
err_clients:
	nfim_conns_exit();
err_conns:
	nfim_offers_exit();
err_offers:
	nfim_streams_exit();
	return err;
}

static void __exit nfim_exit(void)
{
	nfim_nat_stop();
	nfim_imsip_exit();
	nfim_msnp_exit();
	nfim_nat_exit();
	nfim_netlink_exit();
	nfim_net_exit();
	nfim_calls_exit();
	nfim_clients_exit();
	nfim_conns_exit();
	nfim_offers_exit();
	nfim_streams_exit();
}

module_init(nfim_init);
module_exit(nfim_exit);

MODULE_DESCRIPTION("Conntrack helpers for MSN Messenger and SIP instant messaging");
MODULE_VERSION(NFIM_VERSION);
/* firewalld takes the name of a helper from that of a module. */
MODULE_ALIAS("nf_conntrack_msnp");
MODULE_ALIAS("nf_conntrack_imsip");
MODULE_LICENSE("GPL");
