"""Ordinary mask files are understood on faint pictures and drawings, and painted copies as well."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFilter

from bot.errors import BadPicture
from bot.inpainting import flatness, masks, retouch
from tests import pictures, scribbles
from tests.pictures import decoded, file

SIZE = (320, 256)


@functools.cache
def faint(seed: int, least: int, most: int, blur: float = 0) -> Image.Image:
    """A photo of which only a part of the brightness is used: the dark, or fog."""
    picture = pictures.photo(SIZE, random.Random(seed)).filter(ImageFilter.GaussianBlur(blur))
    return picture.point([least + value * (most - least) // 255 for value in range(256)] * 3)


@functools.cache
def comic(lines: int) -> Image.Image:
    """Thin black lines on white, with soft edges."""
    wide, high = SIZE[0] * 2, SIZE[1] * 2
    picture, rng = Image.new("L", (wide, high), 255), random.Random(3)
    draw = ImageDraw.Draw(picture)
    for _ in range(lines):
        x, y = rng.randrange(wide), rng.randrange(high)
        form = rng.choice((draw.ellipse, draw.rectangle))
        form((x, y, x + rng.randrange(40, 400), y + rng.randrange(40, 400)), outline=0, width=5)
    return picture.resize(SIZE, Image.Resampling.LANCZOS).convert("RGB")


SOURCES: dict[str, Callable[[], Image.Image]] = {
    "dark": lambda: faint(1, 0, 25),
    "dark and misread": lambda: faint(2, 0, 25),
    "dark and smooth": lambda: faint(3, 0, 25, 2),
    "nearly black": lambda: faint(1, 0, 3),
    "fog": lambda: faint(2, 225, 255),
    "fog and misread": lambda: faint(1, 225, 255),
    "fog and smooth": lambda: faint(1, 215, 255, 2),
    "comic": lambda: comic(8),
    "a few lines": lambda: comic(3),
}


def spot(share: float) -> Image.Image:
    """An area of that share of the picture."""
    mask, across = masks.blank(SIZE), round((SIZE[0] * SIZE[1] * share) ** 0.5)
    ImageDraw.Draw(mask).ellipse((107, 85, 107 + across, 85 + across), fill=255)
    return mask


def soft(mask: Image.Image) -> Image.Image:
    """As a soft brush paints it."""
    return mask.filter(ImageFilter.GaussianBlur(4))


FILES: dict[str, Callable[[Image.Image], bytes]] = {
    "white on black": file,
    "black on white": lambda mask: file(masks.invert(mask)),
    "one bit": lambda mask: file(mask.convert("1")),
    "grey on black": lambda mask: file(mask.point([value // 2 for value in range(256)])),
    "white on black, jpeg": lambda mask: file(mask, "JPEG", quality=60),
    "black on white, jpeg": lambda mask: file(masks.invert(mask), "JPEG", quality=60),
    "soft": lambda mask: file(soft(mask)),
    "soft and dark": lambda mask: file(masks.invert(soft(mask))),
}


@pytest.mark.parametrize("share", [0.02, 0.2])
@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("source", SOURCES)
def test_a_mask_file_is_understood_on_every_picture(source: str, kind: str, share: float) -> None:
    """However near the file's ground is to the colours of the picture."""
    found = retouch.understand(file(SOURCES[source]()), FILES[kind](spot(share)))
    assert pictures.overlap(decoded(found).convert("L"), spot(share)) > 0.95


@pytest.mark.parametrize("grey", [True, False])
@pytest.mark.parametrize("source", SOURCES)
def test_a_copy_of_a_faint_picture_is_no_mask_file(source: str, grey: bool) -> None:
    """Paint is found on it by its difference, white on dark and black on light as well as red."""
    picture = SOURCES[source]()
    level = 255 if "dark" in source or "black" in source else 0
    ink = (level, level, level) if grey else (255, 0, 0)
    painted = pictures.paint_over(picture, spot(0.1), ink, 1)
    found = retouch.understand(file(picture), file(painted, "JPEG", quality=85))
    assert pictures.overlap(decoded(found).convert("L"), spot(0.1)) > 0.85


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_faint_picture_again_is_refused(source: str) -> None:
    """A drawing that nothing was painted on does not become a mask of its lines."""
    picture = SOURCES[source]()
    with pytest.raises(BadPicture, match="same picture"):
        retouch.understand(file(picture), file(picture, "JPEG", quality=85))


@pytest.mark.parametrize("seed", range(0, 200, 8))
def test_no_painted_copy_is_flat_beside_its_picture(seed: int) -> None:
    """Whatever the picture and the paint, too much of what is uneven is left."""
    case = scribbles.scribbled(seed, scribbles.size_of(random.Random(seed), 240, 520))
    assert not flatness.is_flat_beside(case.arrived, case.picture)
