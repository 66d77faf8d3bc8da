# SPDX-License-Identifier: GPL-2.0
"""Packets made by hand."""

import socket
import struct


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    total = (total >> 16) + (total & 0xffff)
    return ~(total + (total >> 16)) & 0xffff


def ip_packet(src, dst, proto, ident, flags_offset, payload):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident,
                       flags_offset, 64, proto, 0, socket.inet_aton(src),
                       socket.inet_aton(dst))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def udp_datagram(src, dst, sport, dport, payload):
    size = 8 + len(payload)
    pseudo = socket.inet_aton(src) + socket.inet_aton(dst) + \
        struct.pack("!BBH", 0, 17, size)
    head = struct.pack("!HHHH", sport, dport, size, 0)
    value = checksum(pseudo + head + payload + b"\0" * (size % 2))
    return head[:6] + struct.pack("!H", value or 0xffff) + payload


def tcp_packet(src, dst, seq, ack, data, spoil=0, flags=0x18):
    """A segment; src and dst are (address, port); spoil its checksum."""
    head = struct.pack("!HHIIBBHHH", src[1], dst[1], seq & 0xffffffff,
                       ack & 0xffffffff, 0x50, flags, 0xffff, 0, 0)
    pseudo = socket.inet_aton(src[0]) + socket.inet_aton(dst[0]) + \
        struct.pack("!BBH", 0, 6, len(head) + len(data))
    value = checksum(pseudo + head + data + b"\0" * (len(data) % 2)) ^ spoil
    head = head[:16] + struct.pack("!H", value) + head[18:]
    return ip_packet(src[0], dst[0], 6, 79, 0x4000, head + data)


def icmp_error(word, quoted):
    """No way to that host; the word is of no use there."""
    rest = struct.pack("!I", word & 0xffffffff) + quoted
    head = struct.pack("!BB", 3, 1)
    return head + struct.pack("!H", checksum(
        head + b"\0\0" + rest + b"\0" * (len(rest) % 2))) + rest


def posing_error(seq, src, dst, data):
    """An error about a TCP packet that reads like one itself.

    Where its header is taken for one of TCP it says seq, its length is 60 and it is
    an ACK; what follows is data.
    """
    # What is quoted: twenty bytes each for IP and TCP behind the error's eight, and
    # twelve more. Identification is where TCP has length and flags.
    head = struct.pack("!HHIIBBHHH", src[1], dst[1], 1, 1, 0x50, 0x10, 1024, 0, 0)
    return icmp_error(seq, ip_packet(src[0], dst[0], 6, 0xf010, 0x4000,
                                     head + bytes(12) + data))
