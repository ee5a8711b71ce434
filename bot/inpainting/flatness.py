"""Whether an upload has two flat colours and the picture has not: a mask file, no copy of it.

White on black passes for a painted copy of a dark photo, black on white for one of fog. But paint
takes away no more of what is uneven in a picture than it covers, and a mask file has none of it.
"""

from __future__ import annotations

from PIL import Image

from bot.inpainting import maskfile
from bot.pixels import on_ground

_LOOK = (128, 128)  # pixels that are looked at, each as it is
_NEAR = 4  # of 255: what compression adds to a flat colour
_SOFT = 0.15  # of the upload: most that the soft edges of a mask take
_FLAT = 0.02  # of the picture: one with less that is uneven is flat itself
_COVERED = 4  # times: only paint on three quarters of a picture would leave so little

Colour = tuple[int, int, int]


def is_flat_beside(upload: Image.Image, picture: Image.Image) -> bool:
    """Whether the upload has two flat colours and the picture has not; both are RGB or RGBA."""
    if maskfile.has_holes(upload) or (left := _uneven(upload)) > _SOFT:
        return False
    uneven = _uneven(picture)
    return uneven > _FLAT and left <= uneven / _COVERED


def _uneven(picture: Image.Image) -> float:
    """Return which share of a picture is of neither of its two commonest colours, 0.0 to 1.0."""
    plain = on_ground(picture.resize(_LOOK, Image.Resampling.NEAREST), "white")
    counts: list[tuple[int, Colour]] = plain.getcolors(_LOOK[0] * _LOOK[1]) or []  # type: ignore[assignment]  # RGB
    left = _without_commonest(_without_commonest(counts))
    return sum(count for count, _ in left) / (_LOOK[0] * _LOOK[1])


def _without_commonest(counts: list[tuple[int, Colour]]) -> list[tuple[int, Colour]]:
    _, (red, green, blue) = max(counts, default=(0, (0, 0, 0)))
    return [
        (count, (r, g, b))
        for count, (r, g, b) in counts
        if abs(r - red) > _NEAR or abs(g - green) > _NEAR or abs(b - blue) > _NEAR
    ]
