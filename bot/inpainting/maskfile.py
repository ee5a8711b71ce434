"""Any mask file, understood: whatever stands out from what its border is made of is repainted.

Known kinds: a picture with transparent holes, black on white, white on black, any colour on any
ground, black or white (or any one colour) on transparent, greyscale, each also saved as JPEG.
Programs disagree about polarity, so it is read from the border, and the member may invert.
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter

from bot.errors import BadPicture
from bot.inpainting import masks
from bot.inpainting.masks import Size

_FAINT = 24  # of 255: less difference than this is compression, not a mark
_FULL = 0.999
_LOOK_SIDE = 512  # statistics are taken on a copy of at most this size
_FLAT = 16  # mean deviation of a channel, below which opaque pixels count as one colour
_FEW_COLOURS = 160  # of 4096: photos have more, masks with soft edges have fewer


def understand(mask_file: Image.Image, size: Size) -> Image.Image:
    """Return the mask, of the picture's size, that a mask file means.

    Raises BadPicture when nothing or everything is marked, or the shape is not the picture's.
    """
    masks.require_same_shape(mask_file.size, size)
    marks = _marks(_eight_bits(mask_file))
    mask = masks.fit(marks, size)
    share = masks.coverage(mask)
    if share == 0:
        raise BadPicture(
            "Nothing is marked in that mask: it is one even area. Nothing was charged: paint the "
            "part that should change in another colour than the rest, or make it transparent."
        )
    if share > _FULL:
        raise BadPicture(
            "Everything is marked in that mask. Nothing was charged: leave a part unmarked, or "
            "choose the region `everything`."
        )
    return mask


def is_photo(upload: Image.Image) -> bool:
    """Whether an upload looks like a painted copy of a picture and not like a mask file."""
    plain = _eight_bits(upload)
    if plain.mode == "RGBA" and _has_holes(plain.getchannel("A")):
        return False
    small = plain.convert("RGB").resize(_look(plain.size), Image.Resampling.NEAREST)
    coarse = small.point([value // 16 for value in range(256)] * 3)
    colours = coarse.getcolors(4096) or []
    return len([count for count, _ in colours if count > 1]) > _FEW_COLOURS


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB or RGBA; 16-bit greys are scaled, not cut off."""
    if picture.mode.startswith("I") or picture.mode == "F":
        wide = picture.convert("F")
        scale = 257.0 if _brightest(wide) > 255 else 1.0
        return wide.point(lambda value: value * (1 / scale) + 0).convert("L").convert("RGB")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _brightest(picture: Image.Image) -> float:
    _, most = picture.getextrema()
    return float(most) if isinstance(most, int | float) else 0.0


def _marks(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGBA":
        alpha = picture.getchannel("A")
        if _has_holes(alpha):
            return _by_alpha(picture.convert("RGB"), alpha)
    return _by_colour(picture.convert("RGB"))


def _has_holes(alpha: Image.Image) -> bool:
    least, most = _extremes(alpha)
    return most - least >= _FAINT


def _by_alpha(colours: Image.Image, alpha: Image.Image) -> Image.Image:
    least, most = _extremes(alpha)
    solid = masks.above(alpha, (least + most + 1) // 2)
    if _is_flat(colours, solid) and masks.coverage(_border(solid)) < 0.5:
        return solid  # drawn on a transparent sheet
    return masks.invert(solid)  # holes, in a picture or in a sheet of paint


def _by_colour(colours: Image.Image) -> Image.Image:
    ground = Image.new("RGB", colours.size, _ground(colours))
    bands = ImageChops.difference(colours, ground).split()
    distance = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    _, most = _extremes(distance)
    if most < _FAINT:
        return masks.blank(colours.size)
    return masks.above(distance, max(_FAINT, (most + 1) // 2))


def _ground(colours: Image.Image) -> tuple[int, int, int]:
    """Return the colour that most of the border has: the middle one of the commonest kind."""
    edge = _border(colours).filter(ImageFilter.MedianFilter(3)).tobytes()
    kinds: dict[tuple[int, ...], list[tuple[int, int, int]]] = {}
    for red, green, blue in zip(edge[0::3], edge[1::3], edge[2::3], strict=True):
        kind = tuple((value + 16) // 64 for value in (red, green, blue))
        kinds.setdefault(kind, []).append((red, green, blue))
    size, kind = max((len(pixels), kind) for kind, pixels in kinds.items())
    return sorted(kinds[kind])[size // 2]


def _border(picture: Image.Image) -> Image.Image:
    """Return the outermost line of pixels on all four sides, as one strip, at a small scale."""
    small = picture.resize(_look(picture.size), Image.Resampling.BOX)
    width, height = small.size
    sides = [
        small.crop((0, 0, width, 1)),
        small.crop((0, height - 1, width, height)),
        small.crop((0, 0, 1, height)).transpose(Image.Transpose.ROTATE_90),
        small.crop((width - 1, 0, width, height)).transpose(Image.Transpose.ROTATE_90),
    ]
    strip = Image.new(small.mode, (sum(side.width for side in sides), 1))
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


def _look(size: Size) -> Size:
    scale = min(1.0, _LOOK_SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _extremes(grey: Image.Image) -> tuple[int, int]:
    counts = grey.histogram()
    present = [value for value, count in enumerate(counts) if count]
    return present[0], present[-1]
