"""Small pictures and scribbles that the tests make themselves, all from a seed."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Size = tuple[int, int]
Colour = tuple[int, int, int]


def colour(rng: random.Random) -> Colour:
    """Any colour."""
    return rng.randrange(256), rng.randrange(256), rng.randrange(256)


def gradient(size: Size, rng: random.Random) -> Image.Image:
    """Two colours that run into each other."""
    ramp = Image.linear_gradient("L").rotate(rng.choice((0, 90, 180, 270))).resize(size)
    return Image.composite(
        Image.new("RGB", size, colour(rng)), Image.new("RGB", size, colour(rng)), ramp
    )


def noise(size: Size, rng: random.Random, sigma: float = 40) -> Image.Image:
    """Coloured noise, the worst there is for JPEG."""
    channels = [Image.frombytes("L", size, rng.randbytes(size[0] * size[1])) for _ in range(3)]
    grey = Image.new("RGB", size, (128, 128, 128))
    return Image.blend(grey, Image.merge("RGB", channels), sigma / 74)


def shapes(size: Size, rng: random.Random) -> Image.Image:
    """A poster: flat colours with hard edges."""
    picture = Image.new("RGB", size, colour(rng))
    draw = ImageDraw.Draw(picture)
    for _ in range(25):
        x, y = rng.randrange(size[0]), rng.randrange(size[1])
        w, h = rng.randrange(5, size[0] // 2), rng.randrange(5, size[1] // 2)
        form = rng.choice((draw.ellipse, draw.rectangle))
        form((x, y, x + w, y + h), fill=colour(rng))
    return picture


def photo(size: Size, rng: random.Random) -> Image.Image:
    """Clouds at several scales over a gradient, with some objects and grain, like a photo."""
    picture = gradient(size, rng)
    for scale in (4, 16, 64):
        rough = noise((size[0] // scale + 2, size[1] // scale + 2), rng, 74)
        picture = Image.blend(picture, rough.resize(size, Image.Resampling.BICUBIC), 0.3)
    objects = shapes(size, rng).filter(ImageFilter.GaussianBlur(1.5))
    picture = Image.blend(picture, objects, 0.5)
    return ImageChops.add(picture, noise(size, rng, 6), 1, -128)


PICTURES: tuple[Callable[[Size, random.Random], Image.Image], ...] = (
    gradient, noise, shapes, photo, photo,
)  # fmt: skip


def stroke(size: Size, rng: random.Random) -> Image.Image:
    """A line of a finger or a mouse, some turns, not closed."""
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    wide = rng.randrange(max(6, min(size) // 40), min(size) // 8)
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


def _frame(size: Size, rng: random.Random) -> tuple[int, int, int, int]:
    w, h = (rng.randrange(side // 6, int(side * 0.6)) for side in size)
    x, y = rng.randrange(size[0] - w), rng.randrange(size[1] - h)
    return x, y, x + w, y + h


def ellipse(size: Size, rng: random.Random) -> Image.Image:
    """A filled blob."""
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse(_frame(size, rng), fill=255)
    return mask


def polygon(size: Size, rng: random.Random) -> Image.Image:
    """A filled shape with three to six corners."""
    mask = Image.new("L", size)
    x0, y0, x1, y1 = _frame(size, rng)
    corners = [(x0, rng.randint(y0, y1)), (rng.randint(x0, x1), y0), (x1, rng.randint(y0, y1)),
               (rng.randint(x0, x1), y1)]  # fmt: skip
    ImageDraw.Draw(mask).polygon(corners[: rng.choice((3, 4))], fill=255)
    return mask


def outline(size: Size, rng: random.Random, width: int | None = None) -> Image.Image:
    """A closed line around something; the mask of the line alone."""
    mask = Image.new("L", size)
    wide = width or rng.randrange(max(3, min(size) // 100), max(4, int(min(size) * 0.045)))
    draw = ImageDraw.Draw(mask)
    form = rng.choice((draw.ellipse, draw.rectangle, draw.rounded_rectangle))
    box = _frame(size, rng)
    if form == draw.rounded_rectangle:
        draw.rounded_rectangle(box, radius=(box[2] - box[0]) / 5, outline=255, width=wide)
    else:
        form(box, outline=255, width=wide)
    return mask


def spiral(side: int, wide: int) -> Image.Image:
    """A line that winds around itself to the middle, with gaps as wide as it is."""
    mask = Image.new("L", (side, side))
    rings = range(0, side // 2 - 3 * wide, 2 * wide)
    for inset in rings:
        far = side - inset
        mask.paste(255, (inset, inset, far, far))
        mask.paste(0, (inset + wide, inset + wide, far - wide, far - wide))
    for inset in rings:  # each ring opens, and leads into the next
        mask.paste(0, (inset, inset + wide, inset + wide, inset + 2 * wide))
        mask.paste(255, (inset + wide, inset + 2 * wide, inset + 2 * wide, inset + 3 * wide))
    return mask


def filled(line: Image.Image) -> Image.Image:
    """What a closed line encloses, and the line."""
    framed = Image.new("L", (line.width + 2, line.height + 2))
    framed.paste(line, (1, 1))
    ImageDraw.floodfill(framed, (0, 0), 128)
    inside = framed.point([0 if value == 128 else 255 for value in range(256)])
    return inside.crop((1, 1, line.width + 1, line.height + 1))


def paint_over(
    picture: Image.Image, mask: Image.Image, paint: Colour, opacity: float
) -> Image.Image:
    """Return the picture with the mask painted in one colour."""
    flat = Image.new("RGB", picture.size, paint)
    return Image.composite(flat, picture, mask.point([round(v * opacity) for v in range(256)]))


def sent_on(picture: Image.Image, scale: float, quality: int, how: int) -> Image.Image:
    """Return the picture after an app has resized it and saved it as JPEG."""
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    data = io.BytesIO()
    resized = picture.resize(size, Image.Resampling(how))
    resized.save(data, "JPEG", quality=quality)
    return Image.open(io.BytesIO(data.getvalue())).convert("RGB")


def overlap(found: Image.Image, wanted: Image.Image) -> float:
    """Intersection over union of two masks."""
    both = ImageChops.darker(found, wanted).histogram()[255]
    either = ImageChops.lighter(found, wanted).histogram()[255]
    return both / max(1, either)


def file(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    """The image as a file."""
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    """The file as an image."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
