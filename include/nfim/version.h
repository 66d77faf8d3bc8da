/* SPDX-License-Identifier: GPL-2.0 */
/* The one place that holds the version; make, module and tool read it. */
#ifndef _NFIM_VERSION_H
#define _NFIM_VERSION_H

#define NFIM_VERSION	"0.1.0"

#endif /* _NFIM_VERSION_H */
