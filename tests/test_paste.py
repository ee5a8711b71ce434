"""Crops for the model, and results pasted back at full size."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.errors import BadPicture
from bot.inpainting import masks, paste
from tests import pictures


@st.composite
def marked(draw: st.DrawFn, most: int = 3000) -> Image.Image:
    """A mask with one box."""
    w, h = draw(st.integers(1, most)), draw(st.integers(1, most))
    x, y = draw(st.integers(0, w - 1)), draw(st.integers(0, h - 1))
    box = (x, y, draw(st.integers(x + 1, w)), draw(st.integers(y + 1, h)))
    return masks.boxes((w, h), [box])


@given(marked(), st.integers(0, 40))
def test_a_crop_suits_the_model(mask: Image.Image, feather: int) -> None:
    """The box lies in the picture around the mask; the size is one the model draws well."""
    crop = paste.plan(mask.size, mask, feather)
    left, top, right, bottom = crop.box
    assert 0 <= left < right <= mask.width
    assert 0 <= top < bottom <= mask.height
    found = masks.grow(mask, feather).getbbox()
    assert found is not None
    assert left <= found[0]
    assert top <= found[1]
    assert right >= found[2]
    assert bottom >= found[3]
    assert all(side % 8 == 0 and 256 <= side <= 1024 for side in crop.size)
    wide, high = crop.box_size
    if max(wide, high) <= 2 * min(wide, high):
        assert min(crop.size) >= 512
        assert crop.size[0] / crop.size[1] == pytest.approx(wide / high, rel=0.02)


def test_a_small_mark_in_a_large_photo_is_sent_as_it_is() -> None:
    """512 px of the photo around it: nothing is enlarged, nothing shrunk."""
    mask = masks.boxes((4000, 3000), [(2000, 1000, 2100, 1100)])
    crop = paste.plan(mask.size, mask)
    assert crop == paste.Crop(box=(1794, 794, 2306, 1306), size=(512, 512))


def test_an_empty_mask_is_refused() -> None:
    """There is nothing to plan for."""
    with pytest.raises(BadPicture, match="Nothing is marked"):
        paste.plan((100, 100), masks.blank((100, 100)))


def test_what_is_cut_shows_the_marked_part() -> None:
    """The crop and its mask are aligned, of the planned size, and the mask is hard-edged."""
    picture = Image.new("RGB", (1600, 1200), "white")
    picture.paste((255, 0, 0), (800, 300, 1100, 500))
    mask = masks.boxes(picture.size, [(800, 300, 1100, 500)])
    crop = paste.plan(picture.size, mask)
    part, part_mask = paste.cut(picture, mask, crop)
    assert part.size == part_mask.size == crop.size
    assert part.mode == "RGB"
    assert not any(part_mask.histogram()[1:255])
    red = masks.above(ImageChops.invert(part.getchannel("G")), 128)
    assert pictures.overlap(red, part_mask) > 0.97


@settings(max_examples=60)
@given(marked(most=250), st.integers(0, 20), st.sampled_from(["RGB", "RGBA", "L", "P", "LA"]))
def test_nothing_changes_outside_of_the_grown_mask(
    mask: Image.Image, feather: int, mode: str
) -> None:
    """Every pixel further than the feather from the mask is the original's to the bit."""
    original = pictures.noise(mask.size, random.Random(3)).convert(mode)
    crop = paste.plan(mask.size, mask, feather)
    result = Image.new("RGB", crop.size, "red")
    before = original.copy()
    whole = paste.paste(original, result, mask, crop, feather)
    assert original == before
    assert whole.size == mask.size
    changed = ImageChops.difference(whole.convert("RGB"), original.convert("RGB"))
    outside = masks.invert(masks.grow(mask, feather))
    nothing = Image.new("RGB", mask.size)
    assert Image.composite(changed, nothing, outside).getbbox() is None
    inside = Image.composite(whole.convert("RGB"), Image.new("RGB", mask.size, "red"), mask)
    assert inside == Image.new("RGB", mask.size, "red")


def test_the_seam_is_soft() -> None:
    """Across the edge the change fades without a jump."""
    original = Image.new("RGB", (600, 600), "black")
    mask = masks.boxes(original.size, [(200, 200, 400, 400)])
    crop = paste.plan(original.size, mask, 20)
    whole = paste.paste(original, Image.new("RGB", crop.size, "white"), mask, crop, 20)
    row = whole.getchannel("R").crop((170, 300, 230, 301)).tobytes()
    assert row[0] == 0
    assert row[-1] == 255
    assert sorted(row) == list(row)
    assert max(b - a for a, b in itertools.pairwise(row)) < 60


def sticker(holes: list[masks.PixelBox]) -> Image.Image:
    """A drawing of 300 x 300 with transparent holes."""
    original = pictures.shapes((300, 300), random.Random(1)).convert("RGBA")
    original.putalpha(masks.invert(masks.boxes(original.size, holes)))
    return original


def pasted(original: Image.Image, mask: Image.Image, feather: int = 0) -> Image.Image:
    """The original with the mask painted red."""
    crop = paste.plan(original.size, mask, feather)
    return paste.paste(original, Image.new("RGB", crop.size, "red"), mask, crop, feather)


def test_transparency_stays() -> None:
    """A sticker keeps its outline, also where a mark reaches over it by half."""
    original = sticker([(150, 0, 300, 300)])
    whole = pasted(original, masks.boxes(original.size, [(100, 100, 200, 200)]), 20)
    assert whole.getchannel("A") == original.getchannel("A")
    assert whole.getpixel((120, 150)) == (255, 0, 0, 255)


def test_a_hole_that_was_marked_is_filled() -> None:
    """What is marked becomes opaque where it was mostly transparent, and no other hole does."""
    original = sticker([(150, 0, 300, 300), (20, 20, 40, 40)])
    mask = masks.boxes(original.size, [(140, 100, 200, 200)])
    whole = pasted(original, mask)
    alpha = original.getchannel("A")
    assert whole.getchannel("A") == ImageChops.lighter(alpha, mask)
    assert whole.getpixel((190, 150)) == (255, 0, 0, 255)


def test_the_seam_of_a_filled_hole_has_no_dark_rim() -> None:
    """In the seam the result fades out over nothing, and is not mixed with what nobody saw."""
    original = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    whole = pasted(original, masks.boxes(original.size, [(100, 100, 200, 200)]), 20)
    row = whole.crop((150, 70, 151, 150))
    assert row.getchannel("A").tobytes()[0] == 0
    assert row.getchannel("A").tobytes()[-1] == 255
    assert {pixel[0] for pixel in _pixels(row) if pixel[3] > 8} == {255}


def _pixels(picture: Image.Image) -> list[tuple[int, ...]]:
    data = picture.tobytes()
    return [tuple(data[place : place + 4]) for place in range(0, len(data), 4)]


@pytest.mark.parametrize("size", [(70, 600), (600, 300), (300, 1023)])
def test_strips_of_the_result_fit_together(size: masks.Size) -> None:
    """However the result is scaled, its rows run on from one strip to the next."""
    result = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
    mask = masks.invert(masks.blank(size))
    crop = paste.Crop(box=(0, 0, *size), size=result.size)
    whole = paste.paste(Image.new("RGB", size), result, mask, crop)
    smooth = result.resize(size, Image.Resampling.LANCZOS)
    difference = ImageChops.difference(whole, smooth)
    assert max(most for _, most in difference.getextrema()) <= 1  # type: ignore[misc]  # bands
