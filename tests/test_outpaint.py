"""Extended pictures: where the old one lies, what the mask covers, what is refused."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from bot.errors import BadOption, BadPicture
from bot.inpainting import masks, outpaint
from tests import pictures

SIZE = (200, 120)


@pytest.mark.parametrize(
    ("way", "amount", "size", "place"),
    [
        ("left", 25, (250, 120), (50, 0)),
        ("left", 50, (296, 120), (96, 0)),
        ("right", 25, (250, 120), (0, 0)),
        ("up", 50, (200, 180), (0, 60)),
        ("down", 25, (200, 150), (0, 0)),
        ("all", 25, (300, 180), (50, 30)),
        ("all", 50, (396, 240), (96, 60)),
        ("16:9", 25, (213, 120), (6, 0)),
        ("1:1", 25, (200, 200), (0, 32)),
        ("9:16", 25, (200, 356), (0, 112)),
    ],
)
def test_the_canvas_grows_where_it_should(
    way: str, amount: int, size: masks.Size, place: tuple[int, int]
) -> None:
    """The old picture lies untouched in its place; all that is new is masked."""
    old = pictures.photo(SIZE, random.Random(2))
    canvas, mask = outpaint.extend(old, way, amount)
    assert canvas.size == mask.size == size
    box = (*place, place[0] + SIZE[0], place[1] + SIZE[1])
    assert canvas.crop(box) == old
    new = masks.invert(masks.boxes(size, [box]))
    assert ImageChops.subtract(new, mask).getbbox() is None


def is_near(size: masks.Size, ratio: str) -> bool:
    """Whether the picture already has the ratio, to the pixel or to one percent."""
    wide, high = (int(part) for part in ratio.split(":"))
    more_wide = max(0, round(Fraction(size[1] * wide, high)) - size[0])
    more_high = max(0, round(Fraction(size[0] * high, wide)) - size[1])
    return more_wide <= size[0] / 100 and more_high <= size[1] / 100


@settings(max_examples=60)
@given(
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    st.sampled_from([way.name for way in outpaint.WAYS]),
    st.sampled_from(outpaint.AMOUNTS),
)
def test_the_mask_reaches_a_little_into_the_old_picture(
    size: masks.Size, way: str, amount: int
) -> None:
    """Only a strip along the new sides is repainted; two values; the shape is what was asked."""
    picture = Image.new("RGB", size, "red")
    if way.replace(":", "").isdigit() and is_near(size, way):
        with pytest.raises(BadOption, match="already is"):
            outpaint.extend(picture, way, amount)
        return
    canvas, mask = outpaint.extend(picture, way, amount)
    assert canvas.size == mask.size
    assert canvas.width >= size[0]
    assert canvas.height >= size[1]
    assert not any(mask.histogram()[1:255])
    stays = mask.histogram()[0]
    strip = 2 * max(1, round(min(size) * outpaint.STRIP))
    assert stays >= max(0, size[0] - strip) * max(0, size[1] - strip)
    assert stays < size[0] * size[1]


def test_no_strip_where_nothing_grows() -> None:
    """Extending to the left leaves the right, upper and lower edges alone."""
    _, mask = outpaint.extend(Image.new("RGB", SIZE), "left")
    stays = masks.invert(mask).getbbox()
    assert stays is not None
    assert stays[1:] == (0, 250, 120)
    assert stays[0] > 50


def test_the_new_room_continues_the_edge() -> None:
    """Beside a red edge the filling is red, beside a blue one blue."""
    old = Image.new("RGB", SIZE, "red")
    old.paste((0, 0, 255), (100, 0, 200, 120))
    canvas, _ = outpaint.extend(old, "all")
    left = ImageStat.Stat(canvas.crop((20, 60, 50, 100))).mean
    right = ImageStat.Stat(canvas.crop((250, 60, 280, 100))).mean
    assert left[0] - left[2] > 150
    assert right[2] - right[0] > 150


def test_transparency_and_profile_are_kept() -> None:
    """The old part keeps its holes, the new part is opaque, the profile comes along."""
    old = pictures.shapes(SIZE, random.Random(1)).convert("RGBA")
    old.putalpha(masks.boxes(SIZE, [(0, 0, 100, 120)]))
    old.info["icc_profile"] = b"profile"
    canvas, _ = outpaint.extend(old, "right")
    alpha = canvas.getchannel("A")
    assert alpha.crop((0, 0, *SIZE)) == old.getchannel("A")
    assert alpha.crop((200, 0, 250, 120)).getextrema() == (255, 255)
    assert canvas.info["icc_profile"] == b"profile"


def test_refusals_are_sentences() -> None:
    """Unknown ways and amounts, a shape already reached, and too large a canvas."""
    picture = Image.new("RGB", (160, 90))
    with pytest.raises(BadOption, match="one of left"):
        outpaint.extend(picture, "sideways")
    with pytest.raises(BadOption, match="25 or 50"):
        outpaint.extend(picture, "left", 30)
    with pytest.raises(BadOption, match="already is 16:9"):
        outpaint.extend(picture, "16:9")
    with pytest.raises(BadPicture, match="40 megapixels"):
        outpaint.extend(Image.new("L", (6000, 5000)), "all", 50)
    with pytest.raises(BadPicture, match=r"15,000 x 50 pixels; 12,000 pixels a side"):
        outpaint.extend(Image.new("L", (12_000, 50)), "right", 25)
