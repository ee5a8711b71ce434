"""Pictures: what is accepted, what is refused and how it is said, and what is made of them."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from bot import images, profiles
from bot.errors import BadPicture
from bot.images import Picture, Unreadable
from tests import profiles as made
from tests.pictures import decoded, file, noise

LIGHT, INKS = made.grey(1.0), made.inks(50)
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def plain(
    width: int = 64, height: int = 48, colour: tuple[float, ...] = (200, 30, 60)
) -> Image.Image:
    """An image of one colour."""
    return Image.new("RGB", (width, height), colour)


def animation(kind: str) -> bytes:
    """Three frames."""
    frames = [plain(colour=(n * 80, 0, 0)) for n in range(3)]
    return file(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)


@pytest.mark.parametrize(
    ("kind", "extension", "content_type"),
    [("PNG", "png", "image/png"), ("JPEG", "jpg", "image/jpeg"), ("WEBP", "webp", "image/webp")],
)
def test_a_whole_picture_is_measured(kind: str, extension: str, content_type: str) -> None:
    """The three formats are told by content, with size, ending and media type."""
    data = file(plain(64, 48), kind)
    picture = images.verify(data)
    assert (picture.data, picture.size) == (data, (64, 48))
    assert (picture.extension, picture.content_type) == (extension, content_type)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.9])
def test_a_cut_file_is_refused(kind: str, part: float) -> None:
    """A file that ends early is no picture, wherever it was cut."""
    data = file(noise((64, 64), random.Random(1)), kind)
    with pytest.raises(Unreadable):
        images.verify(data[: int(len(data) * part)])


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_an_animation_is_refused(kind: str) -> None:
    """A moving picture is refused for what it is."""
    with pytest.raises(BadPicture, match="animated"):
        images.read(animation(kind))


@pytest.mark.parametrize("size", [(8_000, 6_000), (12_000, 9_000), (20_000, 20_000)])
def test_a_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    """A small file that states a huge size is refused by its header."""
    bomb = file(Image.new("1", size))
    assert len(bomb) < 60_000
    with pytest.raises(Unreadable, match="megapixels"):
        images.verify(bomb)


def scanned(scans: int) -> bytes:
    """A JPEG that goes over its pixels that often, in eight bytes or so a time."""
    data = file(Image.new("L", (64, 64), 128), "JPEG", progressive=True)
    last, end = data.rindex(b"\xff\xda"), len(data) - 2
    own = data.count(b"\xff\xda")
    return data[:end] + data[last:end] * (scans - own) + data[end:]


def test_a_jpeg_of_many_scans_is_refused() -> None:
    """A small file that takes its decoder a minute is refused unread, and a usual one is taken."""
    assert images.read(scanned(50)).size == (64, 64)
    with pytest.raises(BadPicture, match=r"is a JPEG of too many parts\. Save it anew"):
        images.read(scanned(51))


def test_a_jpeg_of_many_segments_is_refused() -> None:
    """Thousands of empty comments before the picture are work for nothing."""
    data = file(plain(), "JPEG")
    assert images.read(data[:2] + b"\xff\xfe\0\2" * 900 + data[2:]).size == (64, 48)
    with pytest.raises(Unreadable, match="too many parts"):
        images.verify(data[:2] + b"\xff\xfe\0\2" * 1000 + data[2:])


def test_only_the_scans_of_the_picture_count() -> None:
    """What looks like a scan in the metadata, or in the film that phones put behind, is none."""
    data = file(plain(), "JPEG", comment=b"\xff\xda" * 100)
    assert images.read(data + b"\xff\xda\0\2" * 50_000).size == (64, 48)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "0 bytes", id="empty"),
        pytest.param(b"<html>not a picture</html>", "not a PNG, JPEG or WEBP", id="html"),
        pytest.param(file(plain(), "BMP"), "not a PNG, JPEG or WEBP", id="bmp"),
        pytest.param(file(plain(), "GIF"), "GIF", id="gif"),
        pytest.param(file(plain(20_000, 2)), "12,000 pixels a side", id="long"),
        pytest.param(file(noise((40, 40), random.Random(1)))[:2_000], "cut off", id="cut"),
    ],
)
def test_a_bad_upload_is_told_what_to_send(data: bytes, words: str) -> None:
    """Every refusal names what is wrong, and asks for something that would do."""
    with pytest.raises(BadPicture, match=words) as caught:
        images.read(data)
    assert "Send" in str(caught.value)


@settings(max_examples=60)
@given(
    kind=st.sampled_from(["PNG", "JPEG", "WEBP"]),
    places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
)
def test_damage_never_escapes(kind: str, places: list[tuple[float, int]]) -> None:
    """A file with any bytes changed is a picture or a BadPicture, nothing else."""
    data = bytearray(file(plain(24, 16), kind))
    for where, value in places:
        data[int(where * (len(data) - 1))] = value
    with contextlib.suppress(BadPicture):
        assert images.read(bytes(data)).width > 0


def test_a_phone_picture_is_turned_upright() -> None:
    """EXIF orientation is applied to the pixels."""
    image = Image.new("RGB", (64, 32), "red")
    image.paste("blue", (0, 0, 32, 32))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: turn by 90 degrees clockwise
    picture = images.read(file(image, "JPEG", exif=exif, quality=95))
    assert picture.size == (32, 64)
    red, _, blue = picture.getpixel((16, 8))  # type: ignore[misc]  # RGB
    assert blue > 200
    assert red < 50


def test_a_phone_picture_with_a_second_one_behind_is_still() -> None:
    """MPO, as phones write it, is a JPEG and not an animation."""
    data = file(plain(), "MPO", save_all=True, append_images=[plain()])
    assert decoded(data).format == "MPO"
    assert images.read(data).size == plain().size


def test_sixteen_bits_are_scaled() -> None:
    """A 16-bit grey of one half comes out as one half."""
    image = Image.new("I;16", (8, 8), 32_768)
    picture = images.read(file(image))
    assert picture.getpixel((0, 0)) == (128, 128, 128)


@pytest.mark.parametrize(
    ("image", "kind", "mode"),
    [
        pytest.param(Image.new("CMYK", (8, 8)), "JPEG", "RGB", id="cmyk"),
        pytest.param(Image.new("L", (8, 8), 90), "PNG", "RGB", id="grey"),
        pytest.param(Image.new("1", (8, 8), 1), "PNG", "RGB", id="bits"),
        pytest.param(Image.new("LA", (8, 8), (90, 10)), "PNG", "RGBA", id="grey-alpha"),
        pytest.param(plain(8, 8).quantize(4), "PNG", "RGB", id="palette"),
        pytest.param(Image.new("RGBA", (8, 8), (1, 2, 3, 4)), "PNG", "RGBA", id="rgba"),
    ],
)
def test_every_mode_becomes_colour(image: Image.Image, kind: str, mode: str) -> None:
    """Whatever the file's mode, the source is RGB or RGBA."""
    assert images.read(file(image, kind)).mode == mode


def test_sixteen_bits_keep_their_transparency() -> None:
    """The one grey that a 16-bit file calls transparent is so in the source, and no other."""
    image = Image.new("I;16", (8, 8), 32_768)
    image.putpixel((0, 0), 32_769)
    picture = images.read(file(image, transparency=32_769))
    assert picture.mode == "RGBA"
    assert picture.getpixel((0, 0)) == (128, 128, 128, 0)
    assert picture.getpixel((7, 7)) == (128, 128, 128, 255)


@pytest.mark.parametrize(
    ("space", "mode", "kept"),
    [
        (b"RGB ", "RGB", True),
        (b"RGB ", "P", True),
        (b"RGB ", "L", True),
        (b"GRAY", "L", False),
        (b"GRAY", "LA", False),
        (b"CMYK", "CMYK", False),
    ],
)
def test_a_profile_holds_for_the_pixels_it_is_of(space: bytes, mode: str, kept: bool) -> None:
    """A profile of inks or greys does not stay with the colours that were made of them."""
    profile = PROFILE[:16] + space + PROFILE[20:]
    kind = "JPEG" if mode == "CMYK" else "PNG"
    picture = images.read(file(plain().convert(mode), kind, icc_profile=profile))
    assert picture.info.get("icc_profile") == (profile if kept else None)


@pytest.mark.parametrize(
    ("image", "profile", "plainly", "shown"),
    [
        pytest.param(Image.new("L", (8, 8), 90), LIGHT, (90,) * 3, (160,) * 3, id="grey"),
        pytest.param(
            Image.new("LA", (8, 8), (90, 7)), LIGHT, (90, 90, 90, 7), (160, 160, 160, 7), id="alpha"
        ),
        pytest.param(Image.new("I;16", (8, 8), 90 * 257), LIGHT, (90,) * 3, (160,) * 3, id="wide"),
        pytest.param(
            Image.new("CMYK", (8, 8), (255, 0, 0, 0)), INKS, (0, 255, 255), (118,) * 3, id="inks"
        ),
    ],
)
def test_inks_and_greys_become_what_their_profile_says(
    image: Image.Image, profile: bytes, plainly: tuple[int, ...], shown: tuple[int, ...]
) -> None:
    """The colours that everybody sees, in sRGB; without a profile, or with a damaged one, as is."""
    kind = "JPEG" if image.mode == "CMYK" else "PNG"
    read = images.read(file(image, kind, icc_profile=profile))
    assert read.getpixel((3, 3)) == shown
    assert "icc_profile" not in read.info
    for useless in (None, profile[:-40], profile[:128], profile.replace(b"acsp", b"xxxx")):
        assert images.read(file(image, kind, icc_profile=useless)).getpixel((3, 3)) == plainly


def test_a_profile_that_is_endless_work_is_not_followed() -> None:
    """Eight kilobytes of steps took ten seconds; and none has more than some megabytes."""
    picture = Image.new("L", (8, 8), 90)
    assert profiles.in_srgb(picture, LIGHT) is not None
    for each in (made.stepped(), LIGHT + b"\0" * profiles.BYTES_MOST):
        assert profiles.in_srgb(picture, each) is None


def test_a_palette_keeps_its_transparency() -> None:
    """A transparent palette entry is transparent in the source."""
    image = Image.new("P", (8, 8), 0)
    image.putpalette([9, 9, 9, 200, 0, 0])
    picture = images.read(file(image, "PNG", transparency=0))
    assert picture.getpixel((0, 0)) == (9, 9, 9, 0)


@given(prompt=st.text(max_size=300), job=st.integers(0, 2**63))
def test_a_file_name_is_safe(prompt: str, job: int) -> None:
    """Whatever the prompt, the name needs no escaping and is short."""
    assert re.fullmatch(r"[a-z0-9][A-Za-z0-9_.-]{1,79}", images.name(prompt, job, "png"))


def test_a_file_name_says_what_it_is() -> None:
    """The prompt's words are in the name, accents and all; a prompt without letters has a name."""
    assert images.name("A *crème* brûlée!", 7, "webp") == "a-creme-brulee-7.webp"
    assert images.name("@everyone 日本", 7, "png") == "everyone-7.png"
    assert images.name("日本", 7, "png") == "picture-7.png"


async def test_pictures_are_worked_on_in_two_threads() -> None:
    """The event loop's thread is never used, and there are no more than two others."""
    here = threading.get_ident()
    used = await asyncio.gather(*(images.in_thread(threading.get_ident) for _ in range(20)))
    assert here not in used
    assert len(set(used)) <= 2


def test_a_picture_hides_its_bytes() -> None:
    """A picture in a log line is one short line."""
    assert len(repr(Picture(data=b"x" * 10_000, format="PNG", width=1, height=2))) < 60


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_survives_storage(kind: str) -> None:
    """What storage keeps comes back as the same picture."""
    picture = images.verify(file(plain(), kind))
    assert images.picture(images.blob(picture)) == picture
