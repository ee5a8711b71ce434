"""The pictures that the playground's members have on their phones: drawn here, none are shipped."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from playground.painter import Sketch, scene

SIZE = (1024, 768)
FUR, DARK, NOSE = "#c98a4b", "#a5682f", "#2b2320"
# What the dog is made of, from back to front: shape, box in the picture's pixels, colour.
_DOG: tuple[tuple[str, tuple[int, int, int, int], str], ...] = (
    ("ellipse", (330, 360, 700, 620), FUR),
    ("rectangle", (370, 560, 430, 700), FUR),
    ("rectangle", (600, 560, 660, 700), FUR),
    ("ellipse", (650, 330, 780, 420), DARK),
    ("ellipse", (230, 220, 450, 430), FUR),
    ("ellipse", (215, 215, 285, 370), DARK),
    ("ellipse", (395, 215, 465, 370), DARK),
    ("ellipse", (280, 330, 400, 430), "#e2b98b"),
    ("ellipse", (320, 335, 360, 365), NOSE),
    ("ellipse", (285, 280, 310, 305), NOSE),
    ("ellipse", (370, 280, 395, 305), NOSE),
)


def dog() -> bytes:
    """Return a photo of a dog in a meadow: a JPEG of 1024x768."""
    picture = scene(
        Sketch(prompt="a green meadow in summer", model="camera", width=1024, height=768)
    )
    _shapes(picture, dict.fromkeys(range(len(_DOG))))
    return _saved(picture, "JPEG")


def dog_mask() -> bytes:
    """Return the dog's outline as a mask: a PNG, white where the dog is."""
    mask = Image.new("L", SIZE, 0)
    _shapes(mask, dict.fromkeys(range(len(_DOG)), 255))
    return _saved(mask, "PNG")


def scribbled() -> bytes:
    """Return the photo as it comes back from a phone's markup tool: the dog painted pink."""
    picture = Image.open(io.BytesIO(dog())).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for row in range(230, 690, 34):
        draw.line((220, row, 780, row + 40), fill="#ff2d78", width=30)
    return _saved(picture.resize((820, 615)), "JPEG")


def _shapes(picture: Image.Image, fills: dict[int, int | None]) -> None:
    draw = ImageDraw.Draw(picture)
    for number, (shape, box, colour) in enumerate(_DOG):
        fill = fills[number]
        getattr(draw, shape)(box, fill=colour if fill is None else fill)


def _saved(picture: Image.Image, kind: str) -> bytes:
    packed = io.BytesIO()
    picture.save(packed, kind, quality=90)
    return packed.getvalue()
