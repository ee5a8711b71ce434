"""Any mask file, understood: whatever stands out from what its border is made of is repainted.

Known kinds: a picture with transparent holes, black on white, white on black, any colour on any
ground, black or white (or any one colour) on transparent, greyscale, each also saved as JPEG.
Programs disagree about polarity, so it is read from the border, and the member may invert. A thin
closed line means what it encloses; many of them are a net or lettering, and mean themselves.
"""

from __future__ import annotations

import math

from PIL import Image, ImageChops, ImageFilter

from bot.errors import BadPicture
from bot.inpainting import flood, masks, outlines
from bot.inpainting.masks import Size

_FAINT = 24  # of 255: less difference than this is compression, not a mark
_FULL = 0.999
_AS_MUCH = 0.98  # of the border: half of an odd number of pixels is no half
_LOOK_SIDE = 512  # statistics are taken on a copy of at most this size
_LINES_SIDE = 768  # and lines are followed on one of this size
_FLAT = 16  # mean deviation of a channel, below which opaque pixels count as one colour
_TOUCHED = 32  # of 255: a small pixel that a thin line takes so much of is a part of it
_MOST_LINES = 8  # that enclose something
_FEW_COLOURS = 160  # of 4096: photos have more, masks with soft edges have fewer


def understand(mask_file: Image.Image, size: Size) -> Image.Image:
    """Return the mask, of the picture's size, that a mask file means.

    Raises BadPicture when nothing or everything is marked, or the shape is not the picture's.
    """
    masks.require_same_shape(mask_file.size, size)
    mask = masks.fit(_marks(_eight_bits(mask_file)), size)
    if masks.is_empty(mask):
        raise BadPicture(
            "Nothing is marked in that mask: it is one even area. Nothing was charged: paint the "
            "part that should change in another colour than the rest, or make it transparent."
        )
    small = _small(mask, _LINES_SIDE)
    if masks.coverage(small) > _FULL:
        raise BadPicture(
            "Everything is marked in that mask. Nothing was charged: leave a part unmarked, or "
            "choose the region `everything`."
        )
    inner = _enclosed(masks.above(small, _TOUCHED))
    return mask if masks.is_empty(inner) else ImageChops.lighter(mask, masks.fit(inner, size))


def has_holes(picture: Image.Image) -> bool:
    """Whether a picture is transparent somewhere, and not all over alike."""
    return picture.mode == "RGBA" and _vary(picture.getchannel("A"))


def is_photo(upload: Image.Image) -> bool:
    """Whether an upload looks like a painted copy of a picture and not like a mask file."""
    plain = _eight_bits(upload)
    if has_holes(plain):
        return False
    coarse = _small(plain.convert("RGB")).point([value // 16 for value in range(256)] * 3)
    colours = coarse.getcolors(4096) or []
    return len([count for count, _ in colours if count > 1]) > _FEW_COLOURS


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB or RGBA; 16-bit greys are scaled, not cut off."""
    if picture.mode.startswith("I") or picture.mode == "F":
        wide = picture.convert("F")
        scale = 257.0 if _brightest(wide) > 255 else 1.0
        return wide.point(lambda value: value * (1 / scale) + 0).convert("L").convert("RGB")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _brightest(picture: Image.Image) -> float:
    _, most = picture.getextrema()
    return float(most) if isinstance(most, int | float) else 0.0


def _marks(picture: Image.Image) -> Image.Image:
    if has_holes(picture):
        return _by_alpha(picture.convert("RGB"), picture.getchannel("A"))
    return _by_colour(picture if picture.mode == "RGB" else picture.convert("RGB"))


def _enclosed(mask: Image.Image) -> Image.Image:
    """Return the mask of what thin lines enclose, where there are only a few of them."""
    inner = ImageChops.subtract(outlines.filled(mask, gaps=()), mask)
    if flood.count(outlines.opened(inner, 1)) > _MOST_LINES:
        return masks.blank(mask.size)
    return masks.grow(inner, 1)


def _vary(alpha: Image.Image) -> bool:
    least, most = _extremes(alpha)
    return most - least >= _FAINT


def _by_alpha(colours: Image.Image, alpha: Image.Image) -> Image.Image:
    least, most = _extremes(alpha)
    solid = masks.above(alpha, (least + most + 1) // 2)
    if _is_flat(colours, solid) and masks.coverage(_border(_small(solid))) < 0.5:
        return solid  # drawn on a transparent sheet
    return masks.invert(solid)  # holes, in a picture or in a sheet of paint


def _by_colour(colours: Image.Image) -> Image.Image:
    """Return the mask of what is further from the ground than half of the furthest colour."""
    small = _small(colours)
    tables = [[abs(value - of) for value in range(256)] for of in _ground(small)]
    distance = small.point([distance for table in tables for distance in table])
    most = max(_extremes(band)[1] for band in distance.split())
    if most < _FAINT:
        return masks.blank(colours.size)
    level = max(_FAINT, (most + 1) // 2)
    far = [
        masks.REPAINT if distance >= level else masks.STAY for table in tables for distance in table
    ]
    red, green, blue = colours.point(far).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _ground(colours: Image.Image) -> tuple[int, int, int]:
    """Return the colour that most of the border has: the middle one of the commonest kind.

    Of two that have as much of it, apart from rounding, the darker one: most masks are on black.
    """
    edge = _border(colours).filter(ImageFilter.MedianFilter(3)).tobytes()
    kinds: dict[tuple[int, ...], list[tuple[int, int, int]]] = {}
    for red, green, blue in zip(edge[0::3], edge[1::3], edge[2::3], strict=True):
        kind = tuple((value + 16) // 64 for value in (red, green, blue))
        kinds.setdefault(kind, []).append((red, green, blue))
    most = max(len(pixels) for pixels in kinds.values())
    kind = min((kind for kind in kinds if len(kinds[kind]) >= _AS_MUCH * most), key=sum)
    return sorted(kinds[kind])[len(kinds[kind]) // 2]


def _border(picture: Image.Image) -> Image.Image:
    """Return the outermost line of pixels on all four sides, as one strip."""
    width, height = picture.size
    sides = [
        picture.crop((0, 0, width, 1)),
        picture.crop((0, height - 1, width, height)),
        picture.crop((0, 0, 1, height)).transpose(Image.Transpose.ROTATE_90),
        picture.crop((width - 1, 0, width, height)).transpose(Image.Transpose.ROTATE_90),
    ]
    strip = Image.new(picture.mode, (sum(side.width for side in sides), 1))
    place = 0
    for side in sides:
        strip.paste(side, (place, 0))
        place += side.width
    return strip


def _is_flat(colours: Image.Image, among: Image.Image) -> bool:
    """Whether the pixels are one colour, apart from compression and soft edges."""
    counts = [band.histogram(among) for band in colours.split()]
    return all(_deviation(count) < _FLAT for count in counts)


def _deviation(counts: list[int]) -> float:
    total = max(1, sum(counts))
    mean = sum(value * count for value, count in enumerate(counts)) / total
    return sum(abs(value - mean) * count for value, count in enumerate(counts)) / total


def _small(picture: Image.Image, side: int = _LOOK_SIDE) -> Image.Image:
    return picture.reduce(math.ceil(max(picture.size) / side))


def _extremes(grey: Image.Image) -> tuple[int, int]:
    counts = grey.histogram()
    present = [value for value, count in enumerate(counts) if count]
    return present[0], present[-1]
