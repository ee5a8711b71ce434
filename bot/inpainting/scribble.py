"""A copy of a picture that somebody painted over, turned into a mask of what was painted.

The copy may have been recompressed and resized on its way, so pixels differ everywhere a little.
What differs by clearly more than such a round trip explains was painted. The limit is local: a
round trip changes a meadow more than a clear sky, so the original is sent on a rough trip of the
same kind here, and what that changes is scaled to how much the copy differs on the whole.
"""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageFilter

from bot.errors import BadPicture, Unpainted
from bot.inpainting import flood, inks, likeness, masks, outlines
from bot.inpainting.masks import Size

WORK_SIDE = 768  # longest side of the pictures that are compared
_ERASED = "magenta"  # under two see-through pictures: what was erased looks painted, white too
_ROUGH_QUALITY = 30
# Made smaller by, blur, and the least difference (of 255) that counts then.
_SEEDS = ((1, 1.0, 14.0), (2, 1.5, 8.0))
_PURE = 0.85  # of the strongest difference around: paint, and not the mixed colours of its edge
_LIKELY = 130  # of a score where 128 means "paint or not, both explain it as well"
_SHARP, _COARSE = 0.6, 4.0  # blurs of a score, beside the first seed's
_QUIET = 124  # of a score: what nearly all of the unpainted picture stays below
_SAFETY = 3.0  # times the expected change
_STRANGE = 14.0  # where the best-matching fifth differs by this, it is another picture
_CONFIRMED = 0.3  # of the detail: painted copies were seen to keep 0.65, other pictures up to 0.2
_MOST_PAINTED = 0.7  # of the picture, before closed lines are filled
_LEAST_PAINTED = 0.0008

Pair = tuple[Image.Image, Image.Image]
Softened = list[Image.Image]  # a picture with its noise evened out, for each of the seeds' blurs


def scribble(original: Image.Image, painted: Image.Image) -> Image.Image:
    """Return the mask, of the original's size, of what was painted over.

    What lines enclose belongs to it (``outlines``). Both pictures are the right way up, of any
    size. Raises Unpainted when nothing was painted, BadPicture when it is another picture or when
    the shapes differ.
    """
    masks.require_same_shape(painted.size, original.size)
    size = _working_size(original.size, painted.size)
    sharp = _sharpness(size, painted.size)
    erasable = original.has_transparency_data and painted.has_transparency_data
    ground = _ERASED if erasable else "white"
    plain = _scaled(original, sharp, ground).resize(size, Image.Resampling.BICUBIC)
    copy = _scaled(painted, size, ground)
    _require_match(plain, copy)
    paint = _paint(plain, copy, sharp)
    painted_share = masks.coverage(paint)
    if painted_share < _LEAST_PAINTED:
        raise Unpainted(
            "That is the same picture: nothing is painted over it. Nothing was charged: scribble "
            "over the part that should change, in any colour, and send that copy."
        )
    if painted_share > _MOST_PAINTED:
        raise _another()
    return masks.fit(outlines.filled(paint), original.size)


def _working_size(size: Size, other: Size) -> Size:
    """Return a size that is the picture's or smaller; a smaller copy is enlarged to it."""
    scale = min(1.0, WORK_SIDE / max(size), max(2 * other[0], 8) / size[0])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _sharpness(size: Size, other: Size) -> Size:
    """Return the size that holds no more detail than a copy of size ``other`` does at ``size``."""
    return min(size[0], other[0]), min(size[1], other[1])


def _scaled(picture: Image.Image, size: Size, ground: str) -> Image.Image:
    small = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=1.5)
    if small.has_transparency_data:
        small = Image.alpha_composite(Image.new("RGBA", size, ground), small.convert("RGBA"))
    return small.convert("RGB")


def _require_match(plain: Image.Image, copy: Image.Image) -> None:
    coarse = _blurred((plain.reduce(2), copy.reduce(2)), 1.0)
    strange = _quantile(_difference(*coarse), 0.2) > _STRANGE
    if strange or likeness.confirmed(plain, copy) < _CONFIRMED:
        raise _another()


def _another() -> BadPicture:
    return BadPicture(
        "That is another picture, not a painted copy of this one: too much of it differs. Nothing "
        "was charged: save the picture itself, scribble over the part that should change, and "
        "send that copy."
    )


def _certain(plain: Softened, copy: Softened, rough: Softened) -> Image.Image:
    """Return the mask of what differs by more than a round trip explains, surely painted."""
    found = masks.blank(plain[0].size)
    for (*_, least), first, second, third in zip(_SEEDS, plain, copy, rough, strict=True):
        seen, trip = _difference(first, second), _difference(first, third)
        scale = min(1.5, (_quantile(seen, 0.4) + 1) / (_quantile(trip, 0.4) + 1))
        limit = [min(255, round(value * scale * _SAFETY + least)) for value in range(256)]
        expected = trip.filter(ImageFilter.BoxBlur(6)).point(limit)
        over = masks.above(ImageChops.subtract(seen, expected), 1)
        found = ImageChops.lighter(found, masks.fit(outlines.opened(over, 1), found.size))
    return found


def _softened(picture: Image.Image) -> Softened:
    return [
        picture.reduce(factor).filter(ImageFilter.GaussianBlur(blur)) for factor, blur, _ in _SEEDS
    ]


def _round_trip(plain: Image.Image, sharp: Size) -> Image.Image:
    """Return the picture as it comes back from being resized and saved roughly."""
    data = io.BytesIO()
    less = max(1, round(sharp[0] * 0.7)), max(1, round(sharp[1] * 0.7))
    plain.resize(less, Image.Resampling.BICUBIC).save(data, "JPEG", quality=_ROUGH_QUALITY)
    with Image.open(data) as back:
        return back.convert("RGB").resize(plain.size, Image.Resampling.BICUBIC)


def _difference(first: Image.Image, second: Image.Image) -> Image.Image:
    """Return the difference of the strongest channel."""
    bands = ImageChops.difference(first, second).split()
    return ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])


def _quantile(grey: Image.Image, share: float, among: Image.Image | None = None) -> int:
    """Return the value that ``share`` of the pixels do not exceed."""
    counts = grey.histogram(among)
    left = share * sum(counts)
    for value, count in enumerate(counts):
        left -= count
        if left <= 0:
            return value
    return 255


def _paint(plain: Image.Image, copy: Image.Image, sharp: Size) -> Image.Image:
    """Return the mask of the paint, with its edges where the paint's edges are."""
    before, after, rough = map(_softened, (plain, copy, _round_trip(plain, sharp)))
    certain = _certain(before, after, rough)
    seen = _difference(before[0], after[0])
    core = _core(seen, certain, 0.5)
    ink = inks.fit(plain, copy, _core(seen, certain, _PURE))
    if ink is None:
        return core
    score = _score((plain, copy), (before[0], after[0]), ink, certain)
    return flood.touched(certain, masks.above(score, _likely(score, core, certain)))


def _score(sharp: Pair, soft: Pair, ink: inks.Ink, certain: Image.Image) -> Image.Image:
    """Return the sharpest score in which the unpainted picture is quiet.

    In a noisy copy the surroundings of a pixel have a say.
    """
    elsewhere = masks.invert(masks.grow(certain, 8))
    fine = inks.score(*soft, ink)
    for score in (inks.score(*_blurred(sharp, _SHARP), ink), fine):
        if _quantile(score, 0.98, elsewhere) < _QUIET:
            return score
    return Image.blend(fine, inks.score(*_blurred(sharp, _COARSE), ink), 0.35)


def _blurred(pair: Pair, blur: float) -> Pair:
    soft = ImageFilter.GaussianBlur(blur)
    return pair[0].filter(soft), pair[1].filter(soft)


def _core(seen: Image.Image, certain: Image.Image, share: float) -> Image.Image:
    """Return the mask of what differs at least ``share`` as much as the paint right beside it."""
    peak = masks.grow(seen, 3)
    half = peak.point([round(value * share) for value in range(256)])
    strong = masks.above(ImageChops.subtract(seen, half), 1)
    return ImageChops.darker(strong, certain)


def _likely(score: Image.Image, core: Image.Image, certain: Image.Image) -> int:
    """Return the score from which on a pixel counts as painted.

    Above what nearly all of the unpainted picture reaches, but not above the middle between that
    and what the paint reaches.
    """
    usual = _quantile(score, 0.98, masks.invert(masks.grow(certain, 8)))
    painted = _quantile(score, 0.5, core)
    return max(
        _LIKELY, min(usual + 1, (_quantile(score, 0.5, masks.invert(certain)) + painted) // 2)
    )
