"""A changed picture is saved as its own file was: what nobody changed stays, as far as it can."""

from __future__ import annotations

import random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from bot import images
from bot.inpainting.resave import resave
from tests import pictures, profiles
from tests.pictures import decoded, file

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SIZE = (480, 320)
PAINTED = (0, 0, 160, 320)  # a third, up to the edge of a block of 16 pixels
NEAR = 1  # pixel beside a painted block takes some of its colour
MOST, MEAN = 16, 2.0  # of 255: what saving this photo once more changes, at worst and on average


def photo() -> Image.Image:
    """A picture with something different everywhere."""
    return pictures.photo(SIZE, random.Random(3))


def repainted(data: bytes, near: int = NEAR) -> tuple[Image.Image, Image.Image]:
    """What of the file nobody changed, before and after a third of it was painted and saved."""
    before = images.read(data)
    after = before.copy()
    after.paste("red", PAINTED)
    saved = resave(after, data)
    assert images.verify(saved.data) == saved
    rest = (PAINTED[2] + near, 0, *before.size)
    return before.crop(rest), images.read(saved.data).crop(rest)


def change(before: Image.Image, after: Image.Image) -> tuple[int, float]:
    """The largest and the mean difference of a channel."""
    found = ImageStat.Stat(ImageChops.difference(before, after))
    return max(int(most) for _, most in found.extrema), max(found.mean)


@pytest.mark.parametrize(
    ("kind", "mode", "how"),
    [
        ("PNG", "RGB", {}),
        ("PNG", "RGBA", {}),
        ("PNG", "P", {}),
        ("WEBP", "RGB", {"lossless": True}),
        ("WEBP", "RGBA", {"lossless": True, "exact": True}),
        ("WEBP", "RGB", {"lossless": True, "icc_profile": PROFILE}),
    ],
)
def test_a_lossless_file_stays_to_the_bit(kind: str, mode: str, how: dict[str, Any]) -> None:
    """No pixel that nobody painted changes, not even the colour of one that cannot be seen."""
    picture = photo()
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(SIZE))
    data = file(picture if mode == "RGBA" else picture.convert(mode), kind, **how)
    before, after = repainted(data, near=0)
    assert after.mode == before.mode
    assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("quality", [50, 75, 90, 98])
def test_a_jpeg_changes_no_more_than_by_saving_it_once_more(quality: int, subsampling: int) -> None:
    """Outside of the painted blocks it is as if Pillow had kept all that the file says."""
    data = file(photo(), "JPEG", quality=quality, subsampling=subsampling)
    once_more = images.read(file(decoded(data), "JPEG", quality="keep"))
    most, mean = change(*repainted(data))
    assert most <= change(images.read(data), once_more)[0] <= MOST
    assert mean <= MEAN


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_jpeg_changes_as_little(orientation: int) -> None:
    """The tables are turned with the picture."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = file(photo(), "JPEG", quality=75, exif=exif)
    most, mean = change(*repainted(data))
    assert most <= MOST
    assert mean <= MEAN / 8


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_grey_or_printers_jpeg_keeps_its_quality(mode: str) -> None:
    """It becomes a file of colours, and what nobody painted changes as little as in any other."""
    data = file(photo().convert(mode), "JPEG", quality=90)
    most, mean = change(*repainted(data))
    assert most <= MOST
    assert mean <= MEAN


def test_the_rest_of_a_printers_jpeg_keeps_its_look() -> None:
    """Cyan that its profile calls a grey is that grey in the result, which has no profile."""
    sheet = Image.new("CMYK", SIZE, (255, 0, 0, 0))
    data = file(sheet, "JPEG", icc_profile=profiles.inks(50))
    before = images.read(data)
    before.paste("red", PAINTED)
    saved = decoded(resave(before, data).data)
    assert (saved.mode, saved.info.get("icc_profile")) == ("RGB", None)
    assert all(abs(value - 118) < 3 for value in saved.getpixel((400, 160)))  # type: ignore[union-attr]  # RGB


@pytest.mark.parametrize("quality", [50, 75, 90])
def test_a_lossy_webp_changes_little(quality: int) -> None:
    """Its own quality is not known, so it is saved at a high one."""
    most, mean = change(*repainted(file(photo(), "WEBP", quality=quality)))
    assert most <= MOST
    assert mean <= MEAN


@pytest.mark.parametrize("subsampling", [0, 2])
def test_ten_edits_in_a_row_drift_little(subsampling: int) -> None:
    """A picture that is repainted again and again stays itself."""
    data = file(photo(), "JPEG", quality=85, subsampling=subsampling)
    first = images.read(data)
    for place in range(10):
        now = images.read(data)
        now.paste("red", (16 * place, 0, 16 * place + 16, SIZE[1]))
        data = resave(now, data).data
    rest = (PAINTED[2] + NEAR, 0, *SIZE)
    assert change(first.crop(rest), images.read(data).crop(rest))[1] <= MEAN


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_format_and_the_colour_profile_come_along(kind: str) -> None:
    """A saved result is of the source's format and carries its profile."""
    data = file(photo(), kind, icc_profile=PROFILE)
    back = decoded(resave(images.read(data), data).data)
    assert back.format == kind
    assert back.info["icc_profile"] == PROFILE


def test_a_transparent_result_becomes_a_jpeg_on_white() -> None:
    """JPEG cannot be see-through: black would be a surprise."""
    saved = resave(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), file(photo(), "JPEG"))
    assert decoded(saved.data).getpixel((4, 4)) == (255, 255, 255)
