"""The comment in EXIF data: read, and written without moving anything else.

EXIF data is a TIFF file: a header, then tables of 12-byte entries that point at values by their
place in the file. New tables go to the end and repeat the old entries, so that every value, a
camera's private ones too, stays where it is. Source: CIPA DC-008 (Exif 2.32), TIFF 6.0.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

# Stable Diffusion tools write and read big-endian UTF-16 whatever the file's own byte order is
# (piexif.helper.UserComment, which AUTOMATIC1111's web UI uses).
UNICODE, ASCII = b"UNICODE\0", b"ASCII\0\0\0"
_EXIF_TABLE, _COMMENT = 0x8769, 0x9286
_LONG, _UNDEFINED = 4, 7
_NEW = b"MM\0*\0\0\0\x08" + bytes(6)  # a header and a table without entries

Entries = dict[int, bytes]  # the tag and the rest of the entry: 10 bytes


@dataclass(frozen=True, kw_only=True)
class _Tiff:
    data: bytes
    order: str  # of the bytes, as struct says it

    def unpack(self, form: str, place: int) -> tuple[int, ...]:
        """Numbers at that place. Raises struct.error beyond the end."""
        return struct.unpack_from(self.order + form, self.data, place)

    def table(self, place: int) -> tuple[Entries, int]:
        """The entries at that place, and where the next table is."""
        (count,) = self.unpack("H", place)
        entries: Entries = {}
        for start in range(place + 2, place + 2 + 12 * count, 12):
            (tag,) = self.unpack("H", start)
            entries[tag] = struct.unpack_from("10s", self.data, start + 2)[0]
        return entries, self.unpack("I", place + 2 + 12 * count)[0]

    def tables(self) -> tuple[Entries, int, Entries, int]:
        """The main table and the one of EXIF, each with where the next one is."""
        main, after = self.table(self.unpack("I", 4)[0])
        if _EXIF_TABLE not in main:
            return main, after, {}, 0
        (place,) = struct.unpack(self.order + "I", main[_EXIF_TABLE][6:])
        return main, after, *self.table(place)

    def entry(self, kind: int, count: int, value: int) -> bytes:
        """An entry without its tag; ``value`` is a number or a place."""
        return struct.pack(self.order + "HII", kind, count, value)

    def packed(self, entries: Mapping[int, bytes], after: int) -> bytes:
        """A table as bytes; entries are in the order of their tags."""
        rows = (struct.pack(self.order + "H", tag) + entries[tag] for tag in sorted(entries))
        count = struct.pack(self.order + "H", len(entries))
        return count + b"".join(rows) + struct.pack(self.order + "I", after)


def comment(tiff: bytes) -> str | None:
    """Return the comment in EXIF data; None where there is none that can be read."""
    try:
        _, _, entries, _ = _opened(tiff).tables()
        _, count, place = struct.unpack(_opened(tiff).order + "HII", entries[_COMMENT])
    except (struct.error, ValueError, KeyError):
        return None
    value = tiff[place : place + count]
    if value.startswith(UNICODE):
        return value[8:].decode("utf-16-be", "replace")
    if value.startswith(ASCII):
        return value[8:].decode("ascii", "replace").rstrip("\0")
    return None


def commented(tiff: bytes | None, text: str) -> bytes:
    """Return the EXIF data with this comment; None for a picture without any.

    Raises ValueError where the data is no EXIF data.
    """
    old = _opened(tiff or _NEW)
    try:
        main, after, entries, after_entries = old.tables()
    except struct.error as error:
        raise ValueError("the EXIF data is cut off") from error
    value = UNICODE + text.encode("utf-16-be", "replace")
    start = old.data + bytes(len(old.data) % 2) + value  # tables begin at even places
    place = len(start) - len(value)
    entries = {**entries, _COMMENT: old.entry(_UNDEFINED, len(value), place)}
    first = old.packed(entries, after_entries)
    main = {**main, _EXIF_TABLE: old.entry(_LONG, 1, len(start))}
    header = old.data[:4] + struct.pack(old.order + "I", len(start) + len(first))
    return header + start[8:] + first + old.packed(main, after)


def _opened(tiff: bytes) -> _Tiff:
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        raise ValueError("the EXIF data has no header")
    return _Tiff(data=tiff, order=order)
