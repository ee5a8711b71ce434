"""Every kind of mask file means the same thing, and what means nothing is refused."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFilter

from bot.errors import BadPicture
from bot.inpainting import maskfile, masks, retouch
from bot.pixels import encoded
from tests import pictures

SIZE = (320, 240)
MEANT = masks.boxes(SIZE, [(60, 50, 180, 160)])


def two(ground: str, mark: str) -> Image.Image:
    """A mask file of two colours."""
    return Image.composite(Image.new("RGB", SIZE, mark), Image.new("RGB", SIZE, ground), MEANT)


def on_sheet(colour: str, alpha: int = 255) -> Image.Image:
    """One colour on a transparent sheet, as drawing programs export a layer."""
    sheet = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    ink = Image.new("RGBA", SIZE, colour)
    ink.putalpha(alpha)
    sheet.paste(ink, mask=MEANT)
    return sheet


def holed(picture: Image.Image) -> Image.Image:
    """The picture with the meant part made transparent."""
    picture = picture.convert("RGBA")
    picture.putalpha(masks.invert(MEANT))
    return picture


def as_jpeg(picture: Image.Image) -> Image.Image:
    """The picture after a rough JPEG."""
    data = io.BytesIO()
    picture.convert("RGB").save(data, "JPEG", quality=35)
    return Image.open(data)


def sixteen_bits() -> Image.Image:
    """White on black with 16 bits a pixel."""
    wide = Image.new("I", SIZE, 0)
    wide.paste(65535, mask=MEANT)
    data = io.BytesIO()
    wide.convert("I;16").save(data, "PNG")
    return Image.open(data)


KINDS: dict[str, Callable[[], Image.Image]] = {
    "white on black": lambda: two("black", "white"),
    "black on white": lambda: two("white", "black"),
    "one bit": lambda: two("black", "white").convert("1"),
    "palette": lambda: two("white", "black").convert("P"),
    "grey on black": lambda: two("black", "#888888").convert("L"),
    "red on white": lambda: two("white", "red"),
    "yellow on white": lambda: two("white", "yellow"),
    "green on blue": lambda: two("blue", "green"),
    "soft": lambda: two("black", "white").convert("L").filter(ImageFilter.GaussianBlur(4)),
    "black on transparent": lambda: on_sheet("black"),
    "white on transparent": lambda: on_sheet("white"),
    "half-transparent red": lambda: on_sheet("red", 100),
    "hole in a photo": lambda: holed(pictures.photo(SIZE, random.Random(1))),
    "hole in white": lambda: holed(Image.new("RGB", SIZE, "white")),
    "hole in grey": lambda: holed(Image.new("L", SIZE, 90)),
    "jpeg": lambda: as_jpeg(two("black", "white")),
    "jpeg in colour": lambda: as_jpeg(two("white", "red")),
    "opaque alpha": lambda: two("black", "white").convert("RGBA"),
    "sixteen bits": sixteen_bits,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scale", [1, 0.5, 3])
def test_every_kind_of_mask_file_is_understood(kind: str, scale: float) -> None:
    """The same rectangle comes out, at the picture's size, hard-edged."""
    size = round(SIZE[0] * scale), round(SIZE[1] * scale)
    mask = maskfile.understand(KINDS[kind](), size)
    assert mask.size == size
    assert not any(mask.histogram()[1:255])
    assert pictures.overlap(mask, MEANT.resize(size)) > 0.9


def understood(picture: Image.Image, upload: Image.Image) -> Image.Image:
    """Return the mask that the editor makes of an upload."""
    source, sent = encoded(picture, "PNG").data, encoded(upload, "PNG").data
    return Image.open(io.BytesIO(retouch.understand(source, sent))).convert("L")


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_file_is_no_painted_copy(kind: str) -> None:
    """An upload of any kind finds its own way."""
    found = understood(pictures.photo(SIZE, random.Random(1)), KINDS[kind]())
    assert pictures.overlap(found, MEANT) > 0.9


def logo() -> Image.Image:
    """A drawing with much white in it."""
    picture = Image.new("RGB", SIZE, "white")
    ImageDraw.Draw(picture).ellipse((150, 100, 230, 180), fill="red")
    return picture


def page() -> Image.Image:
    """Black words on white."""
    picture = Image.new("RGB", SIZE, "white")
    for line in range(10, 230, 14):
        ImageDraw.Draw(picture).text((10, line), "the quick brown fox jumps over it " * 2, "black")
    return picture


@pytest.mark.parametrize("make", [logo, page, lambda: Image.new("RGB", SIZE, "white")])
@pytest.mark.parametrize("erased", [True, False])
def test_a_hole_over_white_is_a_hole(make: Callable[[], Image.Image], erased: bool) -> None:
    """What was made transparent in a copy is meant, whatever its colour was."""
    copy = holed(make())
    if erased:
        copy.paste((0, 0, 0, 0), mask=MEANT)
    assert pictures.overlap(understood(make(), copy), MEANT) > 0.98


def test_a_further_hole_in_a_sticker_is_a_hole() -> None:
    """Of a picture that is see-through itself, only what was erased is meant, white too."""
    sticker = logo().convert("RGBA")
    sticker.putalpha(masks.boxes(SIZE, [(20, 20, 300, 220)]))
    copy = sticker.copy()
    copy.paste((0, 0, 0, 0), mask=MEANT)
    assert pictures.overlap(understood(sticker, copy), MEANT) > 0.95


def ring(wide: int) -> Image.Image:
    """The edge of an ellipse."""
    line = Image.new("L", SIZE)
    ImageDraw.Draw(line).ellipse((60, 50, 240, 190), outline=255, width=wide)
    return line


@pytest.mark.parametrize("scale", [1, 8])
@pytest.mark.parametrize("colour", [None, "red"])
def test_a_thin_outline_means_what_it_encloses(colour: str | None, scale: int) -> None:
    """In a mask file as in a scribble, on black or on a transparent sheet."""
    line = ring(3).resize((SIZE[0] * scale, SIZE[1] * scale))
    sheet = line
    if colour is not None:
        sheet = Image.new("RGBA", line.size)
        sheet.paste(colour, mask=line)
    found = maskfile.understand(sheet, line.size)
    assert pictures.overlap(found, pictures.filled(masks.above(line, 128))) > 0.97


def test_a_thick_ring_means_itself() -> None:
    """What was painted with care around something leaves that out."""
    assert pictures.overlap(maskfile.understand(ring(40), SIZE), ring(40)) > 0.98


def test_a_net_means_itself() -> None:
    """Many thin lines that cross enclose nothing: they are wires, a fence or letters."""
    net = masks.boxes(SIZE, [(x, 0, x + 3, 240) for x in range(40, 320, 40)])
    for y in range(40, 240, 40):
        net.paste(255, (0, y, 320, y + 3))
    assert maskfile.understand(net, SIZE) == net


@pytest.mark.parametrize("wide", [3, 12])
def test_a_spiral_means_itself_or_what_it_covers(wide: int) -> None:
    """One with room between its turns encloses nothing; one as dense as hatching is an area."""
    line = pictures.spiral(SIZE[1] // 2, wide)
    sheet, area = masks.blank(SIZE), masks.boxes(SIZE, [(60, 60, 180, 180)])
    sheet.paste(line, (60, 60))
    wanted = sheet if wide == 12 else area
    assert pictures.overlap(maskfile.understand(sheet, SIZE), wanted) > 0.97


def test_a_painted_copy_is_no_mask_file() -> None:
    """A photo with a scribble goes to where scribbles are read."""
    picture = pictures.photo(SIZE, random.Random(1))
    painted = pictures.sent_on(pictures.paint_over(picture, MEANT, (255, 0, 0), 1), 1, 70, 3)
    assert pictures.overlap(understood(picture, painted), MEANT) > 0.9


def test_the_majority_of_the_border_stays() -> None:
    """A mark that reaches the border does not turn the mask around."""
    mask = masks.boxes(SIZE, [(0, 0, 100, 200)])
    assert maskfile.understand(mask, SIZE) == mask
    assert maskfile.understand(masks.invert(mask), SIZE) == mask


@pytest.mark.parametrize("size", [(320, 240), (321, 239)])
@pytest.mark.parametrize("half", ["left", "right", "top", "bottom"])
def test_of_two_halves_the_light_one_is_repainted(half: str, size: masks.Size) -> None:
    """Where the border is as much white as black, white is the mark, as in most mask files."""
    middle = size[0] // 2, size[1] // 2
    box = {
        "left": (0, 0, middle[0], size[1]),
        "right": (middle[0], 0, *size),
        "top": (0, 0, size[0], middle[1]),
        "bottom": (0, middle[1], *size),
    }[half]
    mask = masks.boxes(size, [box])
    assert maskfile.understand(mask, size) == mask


@pytest.mark.parametrize("colour", ["white", "black", "red"])
def test_an_even_area_marks_nothing(colour: str) -> None:
    """The sentence says what to paint."""
    with pytest.raises(BadPicture, match="Nothing is marked"):
        maskfile.understand(Image.new("RGB", SIZE, colour), SIZE)


def test_a_wholly_transparent_file_marks_nothing() -> None:
    """A forgotten layer is no mask."""
    with pytest.raises(BadPicture, match="Nothing is marked"):
        maskfile.understand(Image.new("RGBA", SIZE, (0, 0, 0, 0)), SIZE)


def test_nearly_all_marked_is_refused() -> None:
    """A transparent picture with one visible dot repaints everything."""
    sheet = Image.new("RGBA", (2000, 1500), (0, 0, 0, 0))
    noise = pictures.noise((20, 20), random.Random(1), 74).convert("RGBA")
    sheet.paste(noise, (5, 5))
    with pytest.raises(BadPicture, match="Everything is marked"):
        maskfile.understand(sheet, sheet.size)


@pytest.mark.parametrize("size", [(240, 320), (320, 250), (320, 320)])
def test_another_shape_is_refused(size: tuple[int, int]) -> None:
    """More than two percent off is another picture's mask."""
    with pytest.raises(BadPicture, match="320x240"):
        maskfile.understand(two("black", "white"), size)


def test_rounding_is_no_other_shape() -> None:
    """A mask whose sides were rounded to multiples of 8 is fitted."""
    assert maskfile.understand(two("black", "white"), (1000, 744)).size == (1000, 744)
