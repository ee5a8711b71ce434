"""Words on a picture: a prompt, wrapped, and a line under it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

from PIL import Image, ImageDraw, ImageFont

MEASURED = 24  # pixels, at which glyphs are told apart
UNKNOWN = "\U0010ffff"  # no font has it: it is drawn as the box of what is missing


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def write(picture: Image.Image, prompt: str, caption: str, *, middle: bool = False) -> None:
    """Write the prompt, wrapped to three lines, and the caption under it on a dark panel."""
    size = max(11, round(min(picture.size) / 26))
    room = picture.width - 4 * size
    lines = [
        *_wrapped(prompt, size, room),
        *_wrapped(caption, round(size * 0.72), room)[:1],
    ]
    tall = round(size * (1.32 * len(lines) + 0.7))
    top = (picture.height - tall) // 2 if middle else picture.height - tall - size
    panel = Image.new("L", picture.size)
    ImageDraw.Draw(panel).rounded_rectangle(
        (size, top, picture.width - size, top + tall), radius=size * 0.6, fill=190
    )
    picture.paste((14, 16, 28), mask=panel)
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        last = row == len(lines) - 1
        draw.text(
            (size * 2, top + size * (0.45 + 1.32 * row)),
            line,
            font=_font(round(size * 0.72) if last else size),
            fill=(198, 206, 232) if last else (255, 255, 255),
        )


def legible(text: str) -> str:
    """Return what the font can draw of a text: letters without their accents, no boxes."""
    return " ".join("".join(map(_drawn, text)).split())


@cache
def _drawn(letter: str) -> str:
    for form in _forms(letter):
        plain = "".join(one for one in form if one.isspace() or _glyph(one) != _glyph(UNKNOWN))
        if plain:
            return plain
    return ""


def _forms(letter: str) -> Iterator[str]:
    yield letter
    yield unicodedata.normalize("NFKD", letter)
    yield unicodedata.normalize("NFKD", letter.casefold())
    if unicodedata.category(letter) == "Pd":
        yield "-"  # any dash


@cache
def _glyph(letter: str) -> bytes:
    return bytes(_font(MEASURED).getmask(letter))


def _wrapped(text: str, size: int, room: float) -> list[str]:
    font = _font(size)
    lines = [""]
    for word in legible(text)[:600].split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(_cut(word, size, room))
    lines = [line for line in lines if line]
    return lines if len(lines) <= 3 else [*lines[:2], _cut(f"{lines[2]} …", size, room)]


def _cut(word: str, size: int, room: float) -> str:
    font = _font(size)
    while len(word) > 1 and font.getlength(word) > room:
        word = f"{word[:-2]}…"
    return word
