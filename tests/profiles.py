"""Colour profiles that the tests make themselves, as small as the ICC's format allows."""

from __future__ import annotations

import struct

WHITE = (0.9642, 1.0, 0.8249)  # D50


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _profile(kind: bytes, space: bytes, pcs: bytes, tags: dict[bytes, bytes]) -> bytes:
    place = 132 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += struct.pack(">4sII", name, place + len(data), len(value))
        data += value + b"\0" * (-len(value) % 4)
    head = struct.pack(">I4sI4s4s4s", place + len(data), b"", 0x02400000, kind, space, pcs)
    head += struct.pack(">6H4s", 2024, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28
    return head + _fixed(*WHITE) + b"\0" * (128 - len(head) - 12) + table + data


def grey(gamma: float) -> bytes:
    """A profile of greys whose light grows with that power of the value."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    return _profile(
        b"mntr", b"GRAY", b"XYZ ", {b"wtpt": b"XYZ \0\0\0\0" + _fixed(*WHITE), b"kTRC": curve}
    )


def inks(cyan: float) -> bytes:
    """A profile of inks: paper is white, all cyan is a grey of that lightness, the rest black."""
    even = bytes(range(256))
    corners = [0.0] * 16
    corners[0b0000], corners[0b1000] = 100.0, cyan
    grid = b"".join(bytes((round(light * 2.55), 128, 128)) for light in corners)
    head = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    return _profile(
        b"prtr",
        b"CMYK",
        b"Lab ",
        {b"wtpt": b"XYZ \0\0\0\0" + _fixed(*WHITE), b"A2B0": head + 4 * even + grid + 3 * even},
    )


def stepped() -> bytes:
    """A profile of greys by a chain of steps, which could be as long as one likes: one of half."""
    step = b"matf\0\0\0\0" + struct.pack(">2H6f", 1, 3, 0.5, 0.5, 0.5, 0, 0, 0)
    chain = b"mpet\0\0\0\0" + struct.pack(">2H3I", 1, 3, 1, 24, len(step)) + step
    white = b"XYZ \0\0\0\0" + _fixed(*WHITE)
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"wtpt": white, b"D2B0": chain})
