"""Settings in the file: every tool reads them, and not a pixel changes."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

from bot import exif, images, metadata
from bot.catalog import OPERATIONS
from bot.images import Picture
from bot.pixels import Format

FORMATS: tuple[Format, ...] = ("PNG", "JPEG", "WEBP")
MODES = {"PNG": ("RGB", "RGBA", "L", "P"), "JPEG": ("RGB", "L"), "WEBP": ("RGB", "RGBA")}
CASES = [(kind, mode) for kind in FORMATS for mode in MODES[kind]]
ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
HOWS: list[dict[str, Any]] = [{}, {"icc_profile": ICC}, {"lossless": True}]  # lossless: WEBP only
MAKE, ORIENTATION, WIDTH_TAG, COMMENT = 0x010F, 0x0112, 0xA002, 0x9286
TEXT = "a fox\nNegative prompt: snow\nSteps: 20, CFG scale: 5, Seed: 1, Size: 40x24, Model: XL"


def picture(kind: Format = "PNG", mode: str = "RGB", **how: Any) -> Picture:
    """A picture of noise in that format."""
    image = Image.effect_noise((40, 24), 90).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize((40, 24)))
    out = io.BytesIO()
    image.save(out, kind, **how)
    return images.verify(out.getvalue())


def opened(made: Picture) -> Any:
    """The picture as Pillow reads it, to the last pixel."""
    image = Image.open(io.BytesIO(made.data))
    image.load()
    return image


def said(made: Picture) -> str:
    """The text as Pillow and the tools that are built on it find it."""
    image = opened(made)
    if made.format == "PNG":
        return str(image.info["parameters"])
    value = image.getexif().get_ifd(0x8769)[COMMENT]
    assert value[:8] == b"UNICODE\0"
    return str(value[8:].decode("utf-16-be"))


prompts = st.text(max_size=2000).map(lambda text: text.replace("\0", ""))


@settings(max_examples=60)
@given(text=prompts, case=st.sampled_from(CASES), how=st.sampled_from(HOWS))
def test_any_text_comes_back_and_no_pixel_changes(
    text: str, case: tuple[Format, str], how: dict[str, Any]
) -> None:
    """What is written is read, by us and by Pillow; the pixels and the size stay the same."""
    before = picture(*case, **how)
    after = metadata.write(before, text)
    assert metadata.read(after.data) == text
    assert said(after) == text
    assert images.verify(after.data) == after
    assert opened(after).mode == opened(before).mode
    assert opened(after).tobytes() == opened(before).tobytes()
    assert opened(after).info.get("icc_profile") == opened(before).info.get("icc_profile")


@settings(max_examples=40)
@given(text=prompts, case=st.sampled_from(CASES))
def test_a_file_grows_by_the_text_and_little_more(text: str, case: tuple[Format, str]) -> None:
    """At most the text, encoded, and a hundred bytes; writing again changes nothing."""
    before = picture(*case)
    after = metadata.write(before, text)
    encoded = text.encode("utf-8" if case[0] == "PNG" else "utf-16-be")
    assert len(after.data) - len(before.data) <= len(encoded) + 100
    if case[0] == "PNG":
        assert metadata.write(after, text) == after


@pytest.mark.parametrize(("kind", "mode"), CASES)
def test_the_pixels_own_bytes_are_the_same(kind: Format, mode: str) -> None:
    """Nothing is compressed anew: the compressed bytes are in the new file as they were."""
    before = picture(kind, mode)
    after = metadata.write(before, TEXT)
    marks = {"PNG": b"IDAT", "JPEG": b"\xff\xda", "WEBP": b"ALPH" if mode == "RGBA" else b"VP8 "}
    mark = marks[kind]
    start = before.data.index(mark)
    assert after.data.endswith(before.data[start:]) or before.data[start:] in after.data


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_other_metadata_stays(kind: Format, order: str) -> None:
    """A camera's EXIF data and the colour profile are still there beside the text."""
    data = Image.Exif()
    data.endian = order
    data[MAKE], data[ORIENTATION] = "a camera of some length", 6
    data.get_ifd(0x8769)[WIDTH_TAG] = 40
    data.get_ifd(0x8769)[COMMENT] = b"ASCII\0\0\0an older comment"
    before = picture(kind, exif=data.tobytes(), icc_profile=ICC)
    after = opened(metadata.write(before, TEXT))
    found = after.getexif()
    assert (found[MAKE], found[ORIENTATION]) == ("a camera of some length", 6)
    assert found.get_ifd(0x8769)[WIDTH_TAG] == 40
    assert after.info["icc_profile"] == ICC
    assert metadata.read(metadata.write(before, TEXT).data) == TEXT


@pytest.mark.parametrize("kind", FORMATS)
def test_a_newer_text_takes_the_place_of_the_older(kind: Format) -> None:
    """A picture has one text: the last one."""
    first = metadata.write(picture(kind), "the first ж")
    second = metadata.write(first, TEXT)
    assert (metadata.read(second.data), said(second)) == (TEXT, TEXT)
    if kind == "PNG":
        assert b"the first" not in second.data


def test_a_plain_text_chunk_where_latin_1_has_the_letters() -> None:
    """PNG says it in tEXt, which every tool reads, and in iTXt only where it must."""
    assert b"tEXtparameters\0caf\xe9" in metadata.write(picture(), "café").data
    assert b"iTXtparameters\0" in metadata.write(picture(), "лиса").data


@pytest.mark.parametrize("kind", FORMATS)
def test_no_text_is_none(kind: Format) -> None:
    """A picture without settings has none, with foreign EXIF data or without."""
    data = Image.Exif()
    data[MAKE] = "a camera"
    assert metadata.read(picture(kind).data) is None
    assert metadata.read(picture(kind, exif=data.tobytes()).data) is None


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_broken_exif_data_leaves_the_picture_as_it_is(kind: Format) -> None:
    """A picture that was paid for never fails for its metadata."""
    data = picture(kind, exif=b"Exif\0\0MM\0*\0\0\0\x08" + bytes(6)).data
    damaged = data.replace(b"MM\0*\0\0\0\x08", b"MM\0*\0\0\xff\xff")
    before = Picture(data=damaged, format=kind, width=40, height=24)
    assert metadata.write(before, TEXT) == before
    assert metadata.read(before.data) is None


def test_a_full_segment_leaves_the_picture_as_it_is() -> None:
    """A JPEG segment ends at 64 KiB; what does not fit is not written."""
    before = picture("JPEG")
    assert metadata.write(before, "x" * 40_000) == before


@settings(max_examples=150)
@given(
    case=st.sampled_from(FORMATS),
    cut=st.integers(0, 600),
    noise=st.binary(max_size=8),
    place=st.integers(0, 200),
)
def test_reading_rubbish_raises_nothing(case: Format, cut: int, noise: bytes, place: int) -> None:
    """Cut or damaged files have a text or none."""
    data = metadata.write(picture(case), TEXT + "ж").data
    broken = (data[:place] + noise + data[place + len(noise) :])[:cut]
    assert isinstance(metadata.read(broken), str | None)


def test_a_jpeg_with_a_file_behind_it_keeps_both() -> None:
    """What follows the picture in its file stays."""
    before = picture("JPEG")
    longer = Picture(data=before.data + b"tail", format="JPEG", width=40, height=24)
    assert metadata.write(longer, TEXT).data.endswith(b"\xff\xd9tail")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_the_block_has_what_tools_read(operation: Any) -> None:
    """The last line has at least three settings: with fewer, tools take it for the prompt."""
    values = operation.validate({"prompt": "a fox\nin snow"}, choose=lambda: 7)
    lines = metadata.block(operation, values, (1024, 768)).split("\n")
    assert lines[:2] == ["a fox", "in snow"]
    found = dict(part.split(": ") for part in lines[-1].split(", "))
    assert found["Size"] == "1024x768"
    assert found["Model"] == operation.title
    assert found["Steps"] == str(values["steps"])
    assert found["CFG scale"] == str(values.get("guidance", values.get("cfg")))
    assert ("Seed" in found) == operation.takes_seed
    assert len(found) >= 3


def test_the_block_in_full() -> None:
    """The form of the whole text."""
    (sdxl,) = (operation for operation in OPERATIONS if operation.id == "sdxl")
    given = {"prompt": "a fox", "negative_prompt": "snow, ice", "seed": 1}
    assert metadata.block(sdxl, sdxl.validate(given), (1024, 1024)) == (
        "a fox\nNegative prompt: snow, ice\n"
        "Steps: 20, CFG scale: 5, Seed: 1, Size: 1024x1024, Model: Stable Diffusion XL"
    )


def test_values_stay_where_they_are_in_the_exif_data() -> None:
    """New tables go behind the old data, so that places within a camera's own notes stay true."""
    data = Image.Exif()
    data.endian = ">"
    data[MAKE], data[0xC4A5] = "a camera of some length", b"with notes of its own"
    old = data.tobytes()[6:]
    new = exif.commented(old, TEXT)
    assert new[8 : len(old)] == old[8:]
    (table,) = struct.unpack_from(">I", new, 4)
    assert table >= len(old)
    tags = [struct.unpack_from(">H", new, table + 2 + 12 * place)[0] for place in range(3)]
    assert tags == [MAKE, 0x8769, 0xC4A5]


@pytest.mark.parametrize(("mode", "flags"), [("RGB", 0x08), ("RGBA", 0x18)])
def test_an_extended_webp_says_what_is_in_it(mode: str, flags: int) -> None:
    """A plain lossless file becomes one that states its size, its EXIF data and transparency."""
    before = picture("WEBP", mode, lossless=True)
    assert before.data[12:16] == b"VP8L"
    data = metadata.write(before, TEXT).data
    assert data[12:16] == b"VP8X"
    assert (data[20], data[24:30]) == (flags, bytes([39, 0, 0, 23, 0, 0]))
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8


def test_pillow_does_not_hide_damage() -> None:
    """These tests would see a cut file."""
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
