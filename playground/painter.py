"""Pictures for the playground, drawn with Pillow: the same request always makes the same bytes.

A landscape whose mood and land come from the prompt's words, everything else from a hash of
prompt, seed and model, with the three written legibly into it.
"""

from __future__ import annotations

import hashlib
import io
import math
import random
import re
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from playground.caption import write
from playground.palette import Colour, Palette, blend, ground_of, palette_of

MEGAPIXEL = 1024 * 1024
FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
_TWICE = 2  # drawn at twice the size and reduced: Pillow's polygons have no soft edges


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """What a picture is made from; ``seed`` is None for models that take none."""

    prompt: str
    model: str
    seed: int | None = None
    width: int = 1024
    height: int = 1024

    @property
    def caption(self) -> str:
        """The line under the prompt: the model and the seed."""
        return self.model if self.seed is None else f"{self.model}  ·  seed {self.seed}"

    def chance(self) -> random.Random:
        """Return the source of every choice in the picture, seeded by prompt, seed and model."""
        text = "\0".join((self.prompt, str(self.seed), self.model))
        return random.Random(hashlib.sha256(text.encode("utf-8", "replace")).digest())

    def words(self) -> frozenset[str]:
        """Return the prompt's words in lower case."""
        return frozenset(re.findall(r"\w+", self.prompt.lower()))


def size_of(aspect: str) -> tuple[int, int]:
    """Return a width and height of about one megapixel for ``16:9``; multiples of 64."""
    across, down = (int(part) for part in aspect.split(":"))
    unit = math.sqrt(MEGAPIXEL * across / down)
    return round(unit / 64) * 64, round(unit * down / across / 64) * 64


def paint(sketch: Sketch) -> Image.Image:
    """Return the finished picture as RGB."""
    picture = scene(sketch)
    write(picture, sketch.prompt, sketch.caption)
    return picture


def scene(sketch: Sketch) -> Image.Image:
    """Return the landscape without any words in it."""
    chance = sketch.chance()
    words = sketch.words()
    palette = palette_of(words, chance.random())
    ground = ground_of(words, chance.random())
    picture = _sky(palette, sketch.width * _TWICE, sketch.height * _TWICE)
    if palette.stars:
        _stars(picture, chance)
    sun = _light(picture, palette, chance)
    _land(picture, palette, chance, trees=ground == "forest", towers=ground == "city")
    if ground == "sea":
        picture = _water(picture, palette, sun)
    if palette.snow:
        _flakes(picture, chance)
    return picture.reduce(_TWICE)


def encode(picture: Image.Image, form: str = "png", quality: int = 90) -> bytes:
    """Return the picture's file; ``form`` is one of FORMATS, ``quality`` 0..100 (png has none)."""
    file = io.BytesIO()
    name = FORMATS[form]
    options = {"compress_level": 4} if name == "PNG" else {"quality": max(1, quality)}
    picture.save(file, name, **options)
    return file.getvalue()


def repaint(source: Image.Image, mask: Image.Image, sketch: Sketch) -> Image.Image:
    """Return the source with the mask's white part painted anew; black pixels stay identical.

    The mask is brought to the source's size; from 128 up it is white.
    """
    kept = source.convert("RGB")
    white = mask.convert("L").resize(kept.size).point(lambda level: 255 if level >= 128 else 0)
    box = white.getbbox()
    if box is None:
        return kept
    part = _patch(sketch, box[2] - box[0], box[3] - box[1])
    kept.paste(part, (box[0], box[1]), white.crop(box))
    _outline(kept, white)
    return kept


def _patch(sketch: Sketch, width: int, height: int) -> Image.Image:
    """Return a striped piece of landscape with the prompt in its middle."""
    shape = Sketch(
        prompt=sketch.prompt,
        model=sketch.model,
        seed=sketch.seed,
        width=max(64, width),
        height=max(64, height),
    )
    picture = scene(shape)
    stripes = Image.new("L", picture.size)
    draw = ImageDraw.Draw(stripes)
    step = max(12, min(picture.size) // 10)
    for x in range(-picture.height, picture.width, step * 2):
        draw.line(((x, picture.height), (x + picture.height, 0)), fill=40, width=step * 2 // 3)
    picture.paste((255, 255, 255), mask=stripes)
    write(picture, shape.prompt, shape.caption, middle=True)
    return picture.crop((0, 0, width, height))


def _outline(picture: Image.Image, white: Image.Image) -> None:
    """Draw a thin light line just inside the white part."""
    inner = white.filter(ImageFilter.MinFilter(5))
    picture.paste((255, 255, 255), mask=ImageChops.subtract(white, inner))


def _sky(palette: Palette, width: int, height: int) -> Image.Image:
    column = Image.new("RGB", (1, 256))
    for y in range(256):
        column.putpixel((0, y), blend(palette.top, palette.horizon, min(1.0, (y / 170) ** 1.2)))
    return column.resize((width, height), Image.Resampling.BICUBIC)


def _stars(picture: Image.Image, chance: random.Random) -> None:
    draw = ImageDraw.Draw(picture)
    for _ in range(150):
        x = chance.random() * picture.width
        y = chance.random() ** 1.6 * picture.height * 0.6
        r = chance.choice((1, 1, 2, 2, 3)) * picture.width / 2048
        draw.ellipse(
            (x - r, y - r, x + r, y + r),
            fill=blend((150, 160, 205), (255, 255, 255), chance.random()),
        )


def _light(picture: Image.Image, palette: Palette, chance: random.Random) -> tuple[float, float]:
    """Draw the sun or the moon with its glow; return its place as shares of width and height."""
    across, down = chance.uniform(0.18, 0.82), chance.uniform(0.18, 0.4)
    small = (256, max(1, 256 * picture.height // picture.width))
    glow = Image.new("L", small)
    centre = (small[0] * across, small[1] * down)
    draw = ImageDraw.Draw(glow)
    for ring in range(90, 0, -2):
        _disc(draw, centre, float(ring), round(150 * (1 - ring / 90) ** 2))
    picture.paste(palette.light, mask=glow.resize(picture.size, Image.Resampling.BICUBIC))
    place = (picture.width * across, picture.height * down)
    _disc(
        ImageDraw.Draw(picture),
        place,
        min(picture.size) * chance.uniform(0.05, 0.085),
        palette.light,
    )
    return across, down


def _disc(
    draw: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float, fill: Colour | int
) -> None:
    x, y = centre
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _land(
    picture: Image.Image, palette: Palette, chance: random.Random, *, trees: bool, towers: bool
) -> None:
    """Draw five ridges from far to near, with trees or towers standing on the nearer ones."""
    draw = ImageDraw.Draw(picture)
    ridges = 5
    for ridge in range(ridges):
        nearness = ridge / (ridges - 1)
        colour = blend(
            blend(palette.horizon, palette.far, 0.55 + 0.45 * nearness), palette.near, nearness
        )
        line = _ridge(picture, chance, nearness)
        if towers and 0 < ridge < ridges - 1:
            _towers(draw, line, chance, colour, palette.light)
        if trees and ridge > 1:
            _trees(draw, line, chance, colour, picture.height * (0.03 + 0.06 * nearness))
        draw.polygon([(0, picture.height), *line, (picture.width, picture.height)], fill=colour)


def _ridge(
    picture: Image.Image, chance: random.Random, nearness: float
) -> list[tuple[float, float]]:
    base = picture.height * (0.5 + 0.36 * nearness)
    waves = [
        (chance.uniform(0.6, 1.4) * k, chance.uniform(0, 6.3), chance.uniform(0.4, 1) / k)
        for k in (1, 2, 4, 9)
    ]
    swing = picture.height * 0.055 * (1.15 - 0.5 * nearness)
    points = range(0, picture.width + 8, 8)
    return [
        (x, base + swing * sum(a * math.sin(f * 6.3 * x / picture.width + p) for f, p, a in waves))
        for x in points
    ]


def _trees(
    draw: ImageDraw.ImageDraw,
    line: list[tuple[float, float]],
    chance: random.Random,
    colour: Colour,
    height: float,
) -> None:
    for x, y in line[:: max(1, int(height / 22))]:
        if chance.random() < 0.3:
            continue
        tall = height * chance.uniform(0.6, 1.35)
        for tier in range(3):
            top = y - tall * (1 - tier * 0.26)
            half = tall * (0.1 + 0.065 * tier)
            draw.polygon(
                ((x, top), (x - half, top + tall * 0.46), (x + half, top + tall * 0.46)),
                fill=colour,
            )


def _towers(
    draw: ImageDraw.ImageDraw,
    line: list[tuple[float, float]],
    chance: random.Random,
    colour: Colour,
    lit: Colour,
) -> None:
    unit = line[-1][0] / 128
    for x, y in line[:: max(1, int(unit * 5 / 8))]:
        tall, wide = unit * chance.uniform(6, 26), unit * chance.uniform(2, 4.4)
        draw.rectangle((x, y - tall, x + wide, y + unit * 12), fill=colour)
        for row in range(int(tall / unit / 1.6)):
            if chance.random() < 0.55:
                left = x + wide * chance.choice((0.2, 0.6))
                top = y - tall + unit * (0.8 + row * 1.6)
                draw.rectangle(
                    (left, top, left + unit * 0.5, top + unit * 0.7), fill=blend(colour, lit, 0.75)
                )


def _water(picture: Image.Image, palette: Palette, sun: tuple[float, float]) -> Image.Image:
    """Return the picture with its lower part turned into a mirror of the upper one."""
    shore = round(picture.height * 0.64)
    mirror = picture.crop((0, 0, picture.width, shore)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    below = mirror.resize((picture.width, picture.height - shore)).filter(ImageFilter.BoxBlur(5))
    below = Image.blend(
        below, Image.new("RGB", below.size, blend(palette.top, palette.far, 0.4)), 0.4
    )
    draw = ImageDraw.Draw(below)
    for band in range(26):
        y = below.height * (band / 26) ** 1.5
        half = picture.width * (0.015 + 0.09 * band / 26) * (0.6 + 0.4 * math.sin(band * 2.1))
        x = picture.width * sun[0] + half * 0.5 * math.sin(band * 1.7)
        glint = blend(palette.light, palette.horizon, band / 40)
        draw.rounded_rectangle((x - half, y, x + half, y + 5), radius=2, fill=glint)
    picture.paste(below, (0, shore))
    return picture


def _flakes(picture: Image.Image, chance: random.Random) -> None:
    draw = ImageDraw.Draw(picture)
    for _ in range(190):
        place = (chance.random() * picture.width, chance.random() * picture.height)
        _disc(draw, place, picture.width * chance.uniform(0.0008, 0.0032), (255, 255, 255))
