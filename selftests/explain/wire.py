# SPDX-License-Identifier: GPL-2.0
"""Captures: written from what two ends say, converted, and read back."""

import socket
import struct

ETHERNET, RAW, COOKED, COOKED2 = 1, 101, 113, 276

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def pack_addr(text):
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return socket.inet_pton(family, text)


def ip_packet(src, dst, protocol, payload):
    src, dst = pack_addr(src), pack_addr(dst)
    if len(src) == 16:
        return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + \
            src + dst + payload
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0x4000, 64,
                       protocol, 0) + src + dst
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def tcp_packet(src, dst, sport, dport, seq, ack, flags, payload=b"",
               options=b""):
    head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff,
                       ack & 0xffffffff, (20 + len(options)) // 4 << 4, flags,
                       65535, 0, 0) + options
    pseudo = pack_addr(src) + pack_addr(dst) + \
        struct.pack("!II", len(head) + len(payload), 6)
    total = checksum(pseudo + head + payload)
    head = head[:16] + struct.pack("!H", total) + head[18:]
    return ip_packet(src, dst, 6, head + payload)


def udp_packet(src, dst, sport, dport, payload):
    head = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    pseudo = pack_addr(src) + pack_addr(dst) + \
        struct.pack("!II", len(head) + len(payload), 17)
    total = checksum(pseudo + head + payload) or 0xffff
    return ip_packet(src, dst, 17,
                     head[:6] + struct.pack("!H", total) + payload)


def ethertype(packet):
    return 0x86dd if packet[0] >> 4 == 6 else 0x0800


def frame(link, packet, vlan=False):
    kind = ethertype(packet)
    if link == RAW:
        return packet
    if link == COOKED:
        return struct.pack("!HHH8sH", 0, 1, 6, b"\2" * 6, kind) + packet
    if link == COOKED2:
        return struct.pack("!HHIHBB8s", kind, 0, 1, 1, 0, 6, b"\2" * 6) + packet
    tag = struct.pack("!HH", 0x8100, 5) if vlan else b""
    return b"\2" * 12 + tag + struct.pack("!H", kind) + packet


def unframe(link, data):
    if link == RAW:
        return data
    if link == COOKED:
        return data[16:]
    if link == COOKED2:
        return data[20:]
    return data[18:] if data[12:14] == b"\x81\x00" else data[14:]


class Capture:
    """Frames with their times; @link as in the header of the file."""

    def __init__(self, link=ETHERNET, vlan=False):
        self.link = link
        self.vlan = vlan
        self.frames = []        # (microseconds, bytes, bytes on the wire)

    def add(self, packet):
        data = frame(self.link, packet, self.vlan)
        self.frames.append((1000000 + 1000 * len(self.frames), data,
                            len(data)))

    def packets(self):
        return [unframe(self.link, data) for _, data, _ in self.frames]

    def converted(self, link, vlan=False):
        other = Capture(link, vlan)
        for time, data, length in self.frames:
            new = frame(link, unframe(self.link, data), vlan)
            other.frames.append((time, new, length - len(data) + len(new)))
        return other

    def pcap(self, snaplen=262144, order="<"):
        out = [struct.pack(order + "IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, snaplen,
                           self.link)]
        for time, data, length in self.frames:
            data = data[:snaplen]
            out.append(struct.pack(order + "IIII", time // 1000000,
                                   time % 1000000, len(data), length) + data)
        return b"".join(out)

    def pcapng(self):
        def block(kind, body):
            body += b"\0" * (-len(body) % 4)
            size = struct.pack("<I", len(body) + 12)
            return struct.pack("<I", kind) + size + body + size

        out = [block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)),
               block(1, struct.pack("<HHI", self.link, 0, 0))]
        for time, data, length in self.frames:
            out.append(block(6, struct.pack("<IIIII", 0, time >> 32,
                                            time & 0xffffffff, len(data),
                                            length) + data))
        return b"".join(out)


def read_pcap(path):
    with open(path, "rb") as source:
        data = source.read()
    order = "<" if data[:4] == b"\xd4\xc3\xb2\xa1" else ">"
    capture = Capture(struct.unpack(order + "I", data[20:24])[0])
    at = 24
    while at + 16 <= len(data):
        sec, usec, size, length = struct.unpack(order + "IIII",
                                                data[at:at + 16])
        capture.frames.append((sec * 1000000 + usec,
                               data[at + 16:at + 16 + size], length))
        at += 16 + size
    return capture


class Talk:
    """A TCP connection as a capture shows it."""

    def __init__(self, capture, client, server, cport=40000, sport=1863,
                 isn=(1000, 5000), options=b""):
        self.capture = capture
        self.ends = ((client, cport), (server, sport))
        self.seq = list(isn)
        self.send(0, SYN, options=options)
        self.send(1, SYN | ACK, options=options)
        self.send(0, ACK)

    def send(self, side, flags, payload=b"", seq=None, ack=None, options=b""):
        (src, sport), (dst, dport) = self.ends[side], self.ends[1 - side]
        at = self.seq[side] if seq is None else seq
        if not flags & ACK:
            ack = 0
        elif ack is None:
            ack = self.seq[1 - side]
        self.capture.add(tcp_packet(src, dst, sport, dport, at, ack, flags,
                                    payload, options))
        if seq is None:
            self.seq[side] += len(payload) + bool(flags & (SYN | FIN))

    def say(self, side, payload):
        """Say something that is acknowledged."""
        self.send(side, ACK | PSH, payload)
        self.send(1 - side, ACK)


class Segment:
    """A TCP segment or UDP datagram read back; @sound if all checksums and
    lengths agree."""

    def __init__(self, packet):
        if packet[0] >> 4 == 6:
            head, total = 40, 40 + struct.unpack("!H", packet[4:6])[0]
            addrs, protocol = packet[8:40], packet[6]
            sound = True
        else:
            head = (packet[0] & 15) * 4
            total = struct.unpack("!H", packet[2:4])[0]
            addrs, protocol = packet[12:20], packet[9]
            sound = checksum(packet[:head]) == 0
        tcp = packet[head:total]
        self.is_tcp = protocol == 6
        self.is_udp = protocol == 17
        self.addrs = addrs
        if self.is_udp:
            self.read_udp(tcp, sound and total <= len(packet))
        if not self.is_tcp:
            return
        pseudo = addrs + struct.pack("!II", len(tcp), 6)
        self.sound = sound and total <= len(packet) and \
            checksum(pseudo + tcp) == 0
        (self.sport, self.dport, self.seq, self.ack) = \
            struct.unpack("!HHII", tcp[:12])
        self.flags = tcp[13]
        self.id = struct.unpack("!H", packet[4:6])[0]
        self.payload = tcp[(tcp[12] >> 4) * 4:]

    def read_udp(self, udp, sound):
        self.sport, self.dport, length, total = struct.unpack("!HHHH", udp[:8])
        pseudo = self.addrs + struct.pack("!II", len(udp), 17)
        self.sound = sound and length == len(udp) and \
            (not total or checksum(pseudo + udp) == 0)
        self.payload = udp[8:]


def read_sound(path):
    """A capture whose lengths and checksums are right."""
    capture = read_pcap(path)
    for number, packet in enumerate(capture.packets(), 1):
        segment = Segment(packet)
        if (segment.is_tcp or segment.is_udp) and not segment.sound:
            raise ValueError("packet %d has a wrong length or checksum" %
                             number)
    return capture


def streams(capture):
    """What each end said, put together; ValueError where it contradicts."""
    said = {}
    for packet in capture.packets():
        seg = Segment(packet)
        if not seg.is_tcp:
            continue
        key = (seg.addrs, seg.sport, seg.dport)
        if seg.flags & SYN:
            said[key] = (seg.seq + 1, bytearray(), bytearray())
        elif seg.payload and key in said:
            isn, data, known = said[key]
            at = (seg.seq - isn) & 0xffffffff
            if len(data) < at + len(seg.payload):
                grow = at + len(seg.payload) - len(data)
                data += bytes(grow)
                known += bytes(grow)
            for i, byte in enumerate(seg.payload):
                if known[at + i] and data[at + i] != byte:
                    raise ValueError("byte %d comes in two versions" % (at + i))
                data[at + i] = byte
                known[at + i] = 1
    for _, data, known in said.values():
        if not all(known):
            raise ValueError("there is a gap")
    return {key: bytes(data) for key, (_, data, _) in said.items()}
