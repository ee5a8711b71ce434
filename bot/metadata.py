"""A picture's settings in its file, as the ``parameters`` text that Stable Diffusion tools read.

The text is put beside the pixels, which are not touched: a text chunk in PNG, the EXIF comment in
JPEG and WEBP. Source of the text's form and its places: AUTOMATIC1111's web UI, modules/images.py
and modules/infotext_utils.py. All of this is pure and fast; the pictures were verified before.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot import exif
from bot.pixels import Picture
from bot.spec import Operation, Value

KEY = "parameters"
_PNG, _EXIF = b"\x89PNG\r\n\x1a\n", b"Exif\0\0"
_BROKEN = (ValueError, IndexError, struct.error)  # what reading a damaged file raises
_TEXTS = (b"tEXt", b"iTXt", b"zTXt")
_ALPHA, _HAS_EXIF = 0x10, 0x08  # flags of a WEBP file

# Option names and what the tools call them, in the order in which they write them.
_LABELS = (
    ("steps", "Steps"),
    ("guidance", "CFG scale"),
    ("cfg", "CFG scale"),
    ("seed", "Seed"),
)

Chunk = tuple[bytes, bytes]  # its type and its data


def block(operation: Operation, values: Mapping[str, Value], size: tuple[int, int]) -> str:
    """Return the settings as text: the prompt, what to keep out, then one line of the rest."""
    lines = [str(values.get("prompt", ""))]
    if values.get("negative_prompt"):
        lines.append(f"Negative prompt: {values['negative_prompt']}")
    settings = [f"{label}: {values[name]}" for name, label in _LABELS if name in values]
    settings += [f"Size: {size[0]}x{size[1]}", f"Model: {_quoted(operation.title)}"]
    return "\n".join([*lines, ", ".join(settings)]).replace("\0", "")


def write(picture: Picture, text: str) -> Picture:
    """Return the picture with the text in its file, in place of an older one; the same pixels.

    A file whose other metadata is broken, or has no room, is returned as it is.
    """
    try:
        return replace(picture, data=_WRITERS[picture.format](picture, text))
    except _BROKEN:
        return picture


def read(data: bytes) -> str | None:
    """Return the text in a PNG, JPEG or WEBP file; None where there is none."""
    try:
        if data.startswith(_PNG):
            return _read_png(data)
        tiff = _jpeg_exif(data) if data.startswith(b"\xff\xd8") else _webp_exif(data)
    except _BROKEN:
        return None
    return exif.comment(tiff) if tiff is not None else None


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if set(text) & set(',:\n"') else text


# PNG: length, type, data, checksum; the text comes before the pixels.


def _png_chunks(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Start, end and type of each chunk. Raises struct.error where the file is cut off."""
    place = len(_PNG)
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        yield place, place + 12 + length, kind
        place += 12 + length


def _write_png(picture: Picture, text: str) -> bytes:
    out, written = [_PNG], False
    for start, end, kind in _png_chunks(picture.data):
        if kind == b"IDAT" and not written:
            out.append(_png_text(text))
            written = True
        if not _is_ours(kind, picture.data[start + 8 : end - 4]):
            out.append(picture.data[start:end])
        if kind == b"IEND":
            out.append(picture.data[end:])
            return b"".join(out)
    raise ValueError("a PNG file without an end")


def _is_ours(kind: bytes, content: bytes) -> bool:
    return kind in _TEXTS and content.startswith(KEY.encode() + b"\0")


def _png_text(text: str) -> bytes:
    try:
        kind, content = b"tEXt", KEY.encode() + b"\0" + text.encode("latin-1")
    except UnicodeEncodeError:  # not compressed, no language, no translated key
        kind, content = b"iTXt", KEY.encode() + b"\0\0\0\0\0" + text.encode("utf-8", "replace")
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _read_png(data: bytes) -> str | None:
    for start, end, kind in _png_chunks(data):
        content = data[start + 8 : end - 4]
        if kind == b"IDAT":
            return None
        if _is_ours(kind, content):
            return _text_of(kind, content[len(KEY) + 1 :])
    return None


def _text_of(kind: bytes, content: bytes) -> str | None:
    """The text of a chunk after its key; None where it is compressed: nobody writes these so."""
    if kind == b"tEXt":
        return content.decode("latin-1")
    if kind == b"iTXt" and content[:1] == b"\0":
        return content[2:].split(b"\0", 2)[2].decode("utf-8", "replace")
    return None


# JPEG: a marker, a length, data; EXIF data is the first segment, or follows JFIF's.


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Start, end and marker of each segment before the pixels."""
    place = 2
    while True:
        lead, marker, length = struct.unpack_from(">BBH", data, place)
        if lead != 0xFF:
            raise ValueError("not a JPEG segment")
        if marker == 0xDA:  # the pixels begin
            return
        yield place, place + 2 + length, marker
        place += 2 + length


def _jpeg_exif(data: bytes) -> bytes | None:
    for start, end, marker in _jpeg_segments(data):
        if marker == 0xE1 and data[start + 4 : end].startswith(_EXIF):
            return data[start + 10 : end]
    return None


def _write_jpeg(picture: Picture, text: str) -> bytes:
    data, place = picture.data, 2
    out, old = [data[:2]], None
    for start, end, marker in _jpeg_segments(data):
        if marker == 0xE1 and data[start + 4 : end].startswith(_EXIF) and old is None:
            old = data[start + 10 : end]
            out.append(data[place:start])
            place = end
    rest = b"".join([*out[1:], data[place:]])
    content = _EXIF + exif.commented(old, text)
    # Two bytes for the length: struct refuses more than 65,535.
    segment = struct.pack(">BBH", 0xFF, 0xE1, len(content) + 2) + content
    after = 2 + struct.unpack_from(">H", rest, 2)[0] if rest[:2] == b"\xff\xe0" else 0
    return data[:2] + rest[:after] + segment + rest[after:]


# WEBP: chunks in a RIFF file; a plain one becomes an extended one, which says what is in it.


def _webp_chunks(data: bytes) -> list[Chunk]:
    riff, length, webp = struct.unpack_from("<4sI4s", data)
    if (riff, webp) != (b"RIFF", b"WEBP"):
        raise ValueError("not a WEBP file")
    chunks: list[Chunk] = []
    place = 12
    while place + 8 <= min(len(data), length + 8):
        kind, size = struct.unpack_from("<4sI", data, place)
        chunks.append((kind, data[place + 8 : place + 8 + size]))
        place += 8 + size + size % 2
    return chunks


def _webp_exif(data: bytes) -> bytes | None:
    found = next((content for kind, content in _webp_chunks(data) if kind == b"EXIF"), None)
    return found.removeprefix(_EXIF) if found is not None else None


def _write_webp(picture: Picture, text: str) -> bytes:
    chunks = _webp_chunks(picture.data)
    if chunks[0][0] != b"VP8X":
        chunks.insert(0, (b"VP8X", _extended(picture, chunks[0])))
    head = chunks[0][1]
    flags = bytes([head[0] | _HAS_EXIF]) + head[1:]
    content = exif.commented(_webp_exif(picture.data), text)
    kept = [chunk for chunk in chunks[1:] if chunk[0] not in (b"EXIF", b"XMP ")]
    last = [chunk for chunk in chunks if chunk[0] == b"XMP "]
    body = b"".join(map(_packed, [(b"VP8X", flags), *kept, (b"EXIF", content), *last]))
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _extended(picture: Picture, pixels: Chunk) -> bytes:
    """What an extended file says of itself: flags and the size, less one, in three bytes each."""
    kind, content = pixels
    see_through = kind == b"VP8L" and content[4] & 0x10  # after 14 bits each of width and height
    sides = ((side - 1).to_bytes(3, "little") for side in picture.size)
    return bytes([_ALPHA if see_through else 0, 0, 0, 0]) + b"".join(sides)


def _packed(chunk: Chunk) -> bytes:
    kind, content = chunk
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


_WRITERS = {"PNG": _write_png, "JPEG": _write_jpeg, "WEBP": _write_webp}
