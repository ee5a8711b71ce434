"""Words on a picture: a prompt, wrapped, and a line under it."""

from __future__ import annotations

from functools import cache

from PIL import Image, ImageDraw, ImageFont


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


def _wrapped(text: str, size: int, room: float) -> list[str]:
    font = _font(size)
    lines = [""]
    for word in " ".join(text.split())[:600].split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(_cut(word, size, room))
    lines = [line for line in lines if line] or [""]
    return lines if len(lines) <= 3 else [*lines[:2], _cut(f"{lines[2]} …", size, room)]


def _cut(word: str, size: int, room: float) -> str:
    font = _font(size)
    while len(word) > 1 and font.getlength(word) > room:
        word = f"{word[:-2]}…"
    return word
