"""Whether a copy still shows the same picture: its detail lies in the same places.

Colours alone do not tell: two pictures of noise are the same grey, and a crop of a poster has the
poster's colours. So the detail (what blurring takes away) is compared cell by cell: in a copy it
rises and falls with the picture's own, under half-transparent paint too.
"""

from __future__ import annotations

import array
import math

from PIL import Image, ImageFilter, ImageMath

LOOK_SIDE = 256  # longest side, pixels: what is lost there was lost on no copy's way
CELL = 8  # pixels

_DETAIL = 25.0  # of variance: what a cell must have at least, or it has no say
_ALIKE = 0.5  # of correlation: chance reaches 0.125 in a cell of 64 pixels
_FEW = 12  # cells, below which nothing is concluded


def confirmed(plain: Image.Image, copy: Image.Image) -> float:
    """Return which share of the picture's detail the copy has in the same place, 0.0 to 1.0.

    Both are RGB. A picture with next to no detail is confirmed by any copy.
    """
    size = _look(plain)
    first, second = _detail(plain, size), _detail(copy, size)
    cells = list(zip(_mean(first, first), _mean(second, second), _mean(first, second), strict=True))
    detailed = [cell for cell in cells if cell[0] > _DETAIL]
    if len(detailed) < _FEW:
        return 1.0
    return sum(both > _ALIKE * math.sqrt(one * two) for one, two, both in detailed) / len(detailed)


def _look(picture: Image.Image) -> tuple[int, int]:
    scale = min(1.0, LOOK_SIDE / max(picture.size))
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))


def _detail(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return what blurring takes away from the small grey picture, around 0 (mode ``F``)."""
    grey = (
        picture.convert("L")
        .resize(size, Image.Resampling.BOX)
        .filter(ImageFilter.GaussianBlur(0.7))
    )
    soft = grey.filter(ImageFilter.GaussianBlur(3))
    detail: Image.Image = ImageMath.lambda_eval(
        lambda each: each["grey"] - each["soft"], grey=grey.convert("F"), soft=soft.convert("F")
    )
    return detail


def _mean(first: Image.Image, second: Image.Image) -> list[float]:
    """Return the mean product of two pictures in every cell."""
    product = ImageMath.lambda_eval(
        lambda each: each["first"] * each["second"], first=first, second=second
    )
    cells = max(1, product.width // CELL), max(1, product.height // CELL)
    means = product.resize(cells, Image.Resampling.BOX)
    return list(array.array("f", means.tobytes()))
