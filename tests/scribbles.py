"""Pictures that a member painted over and sent on: what was there, what arrives, what was meant."""

from __future__ import annotations

import colorsys
import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from bot.inpainting import masks
from tests import pictures
from tests.pictures import Colour, Size

LEAST_WIDTH, MOST_OUTLINE, MOST_STROKE = 0.015, 0.045, 0.125  # of the shorter side
SEEN = 25  # of 255, in the strongest channel: less than this, side by side, is hardly noticed
SEEN_SHARE = 0.9  # of the line; a line that is mostly gone does not show what was meant


@dataclass(frozen=True, kw_only=True)
class Scribbled:
    """One case: the picture, the painted copy as it arrives, and the mask that is meant."""

    picture: Image.Image
    arrived: Image.Image
    meant: Image.Image
    line: Image.Image
    about: str


def stroke(size: Size, rng: random.Random) -> Image.Image:
    """An open line of a finger or a mouse, some turns."""
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    wide = max(2, round(min(size) * rng.uniform(LEAST_WIDTH, MOST_STROKE)))
    x, y = rng.randrange(size[0]), rng.randrange(size[1] // 3)
    points = [(x, y)]
    for _ in range(rng.randrange(1, 4)):
        y += rng.randrange(size[1] // 8, size[1] // 4)
        x = min(size[0] - 1, max(0, x + rng.randrange(-size[0] // 3, size[0] // 3)))
        points.append((x, y))
    draw.line(points, fill=255, width=wide, joint="curve")
    for px, py in points:
        draw.ellipse((px - wide / 2, py - wide / 2, px + wide / 2, py + wide / 2), fill=255)
    return mask


def outline(size: Size, rng: random.Random) -> Image.Image:
    """A closed line around something."""
    wide = max(2, math.ceil(min(size) * rng.uniform(LEAST_WIDTH, MOST_OUTLINE)))
    return pictures.outline(size, rng, wide)


def polygon(size: Size, rng: random.Random) -> Image.Image:
    """A filled shape that is somewhere at least as thick as the thinnest line."""
    while True:
        mask = pictures.polygon(size, rng)
        if not masks.is_empty(masks.shrink(mask, math.ceil(min(size) * LEAST_WIDTH / 2))):
            return mask


FORMS: tuple[Callable[[Size, random.Random], Image.Image], ...] = (
    stroke, pictures.ellipse, polygon, outline,
)  # fmt: skip


def pen(rng: random.Random) -> Colour:
    """A colour that people mark with: saturated, or dark, or light."""
    if rng.random() < 0.6:
        parts = colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.7, 1), rng.uniform(0.7, 1))
        return round(parts[0] * 255), round(parts[1] * 255), round(parts[2] * 255)
    low = rng.choice((0, 205))
    return rng.randrange(low, low + 50), rng.randrange(low, low + 50), rng.randrange(low, low + 50)


def is_seen(picture: Image.Image, line: Image.Image, ink: Colour, opacity: float) -> bool:
    """Whether a person sees the paint: most of the line differs noticeably from what it covers.

    The picture's grain is evened out first, as the eye does. Nothing else rejects a case.
    """
    even = picture.filter(ImageFilter.GaussianBlur(2))
    painted = pictures.paint_over(even, line, ink, opacity)
    red, green, blue = ImageChops.difference(even, painted).split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    seen = masks.above(strongest, SEEN).histogram(line)
    return seen[255] >= SEEN_SHARE * sum(seen)


def scribbled(seed: int, size: Size) -> Scribbled:
    """Return the case of a seed; only paint that nobody would see is painted again."""
    rng = random.Random(seed)
    picture = original(seed, size, rng)
    form = FORMS[seed // len(pictures.PICTURES) % len(FORMS)]
    line = form(size, rng)
    opacity = rng.choice((1.0, 1.0, rng.uniform(0.6, 1)))
    while True:
        ink = pen(rng)
        if is_seen(picture, line, ink, opacity):
            break
    painted = pictures.paint_over(picture, line, ink, opacity)
    scale, quality, how = trip(rng)
    return Scribbled(
        picture=picture,
        arrived=pictures.sent_on(painted, scale, quality, how),
        meant=pictures.filled(line) if form is outline else line,
        line=line,
        about=f"{seed} {size} {pictures.PICTURES[seed % 5].__name__} {form.__name__} {ink} "
        f"opacity {opacity:.2f} x{scale:.2f} q{quality} {how}",
    )


def original(seed: int, size: Size, rng: random.Random) -> Image.Image:
    """Return a picture of every kind in turn; half of them come from a JPEG file."""
    picture = pictures.PICTURES[seed % len(pictures.PICTURES)](size, rng)
    return pictures.sent_on(picture, 1, rng.randint(60, 95), 3) if rng.random() < 0.5 else picture


def trip(rng: random.Random) -> tuple[float, int, int]:
    """Return what happens on the way: a scale, a JPEG quality and a way to resize."""
    return 2 ** rng.uniform(-1, 1), rng.randint(30, 95), rng.choice((1, 2, 3))


def size_of(rng: random.Random, least: int, most: int) -> Size:
    """Return a size with both sides within the limits; small ones are as common as large ones."""
    long = round(least * (most / least) ** rng.random())
    short = max(least, round(long * rng.uniform(0.5, 1)))
    return (long, short) if rng.random() < 0.5 else (short, long)
