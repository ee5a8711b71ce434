"""Results that are too large for the way: in a smaller file, and no smaller than need be."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageCms

from bot import images
from tests.pictures import decoded, file, noise, photo

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_shrunk_result_keeps_its_colour_profile(mode: str) -> None:
    """Colours mean the same in the smaller file."""
    data = file(noise((400, 300), random.Random(1)).convert(mode), icc_profile=PROFILE)
    small = images.shrink(images.verify(data), 50_000)
    assert decoded(small.data).info["icc_profile"] == PROFILE


@pytest.mark.parametrize("limit", [100_000, 900_000, 2_000_000])
def test_a_result_is_shrunk_to_the_upload_limit(limit: int) -> None:
    """A large result becomes a webp, then a smaller one, of the same shape."""
    picture = images.verify(file(noise((1_200, 800), random.Random(1))))
    small = images.shrink(picture, limit)
    assert len(small.data) <= limit
    assert small.format == "WEBP"
    assert small.width / small.height == pytest.approx(1.5, rel=0.05)
    assert images.verify(small.data) == small


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_png_that_is_a_little_too_large_loses_nothing(mode: str) -> None:
    """Every pixel is the same in the smaller file, also where it cannot be seen."""
    image = photo((400, 300), random.Random(1)).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    data = file(image)
    small = images.shrink(images.verify(data), len(data) - 1)
    assert (small.format, len(small.data) < len(data)) == ("WEBP", True)
    assert decoded(small.data).tobytes() == image.tobytes()


def test_a_large_see_through_result_becomes_smaller_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packing much transparency takes much memory; what is opaque keeps its size."""
    monkeypatch.setattr(images, "SEE_THROUGH_MOST", 30_000)
    image = noise((400, 300), random.Random(1)).convert("RGBA")
    assert images.shrink(images.verify(file(image)), 200_000).size == (400, 300)
    image.putpixel((0, 0), (0, 0, 0, 0))
    assert images.shrink(images.verify(file(image)), 200_000).size == (200, 150)


def test_a_small_result_is_left_alone() -> None:
    """What is within the limit is not encoded again."""
    picture = images.verify(file(Image.new("RGB", (64, 48))))
    assert images.shrink(picture, 100_000) is picture
