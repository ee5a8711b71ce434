"""What comes out of an edit: only the marked part is new, everything else is the member's own."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageOps

from playground.messages import Message
from playground.person import Person
from playground.stage import Stage
from playground.uploads import Upload
from tests import pictures
from tests.wire import edits, scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

SLIGHT = 16  # of 255: what saving this lossy photo once more may change in a pixel
BLOCK = 16  # pixels: a lossy format changes whole blocks of them, the seam is 8 wide


def file(image: Image.Image, kind: str, **how: Any) -> bytes:
    """A file of that format."""
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


async def edited(member: Person, data: bytes, prompt: str = "a lion", **given: Any) -> Message:
    """/inpaint with this file and a region, and Draw."""
    how = given if "mask" in given else {"region": "left", **given}
    upload = Upload("mine.bin", data)
    reply = await member.command("inpaint", prompt=prompt, image=upload, **how)
    return await edits.drawn(member, await edits.shows(reply, "Draw this?", within=30))


async def test_a_photo_of_4000_pixels(shared: Stage, ada: Person) -> None:
    """It keeps its size; the model draws the part at its own best size."""
    photo = scene.photo(4000, 3000)
    box = (1800, 1400, 2200, 1700)
    result = await edited(
        ada, file(photo, "PNG"), "a lake", mask=scene.upload(edits.mask_of(box, photo.size))
    )
    after = scene.opened(result)
    assert after.size == photo.size
    edits.only_inside(edits.changed(photo, after), box)
    (call,) = scene.calls(shared.pixazo, "a lake")
    assert max(int(str(call.values[side])) for side in ("width", "height")) <= 1024


@pytest.mark.parametrize(
    ("kind", "how", "slack", "seam"),
    [
        ("JPEG", {"quality": 90}, SLIGHT, edits.SEAM + BLOCK),
        ("JPEG", {"quality": 98, "subsampling": 0}, SLIGHT, edits.SEAM + BLOCK),
        ("WEBP", {"quality": 90}, SLIGHT, edits.SEAM + BLOCK),
        ("WEBP", {"lossless": True}, 0, edits.SEAM),
    ],
    ids=["JPEG", "JPEG without subsampling", "WEBP", "lossless WEBP"],
)
async def test_a_file_keeps_its_format(
    ada: Person, kind: str, how: dict[str, Any], slack: int, seam: int
) -> None:
    """Saved as it was: lossless to the bit, else as close as saving it once more."""
    data = file(pictures.photo(edits.SIZE, random.Random(3)), kind, **how)
    after = scene.opened(await edited(ada, data))
    assert after.format == kind
    before = Image.open(io.BytesIO(data)).convert("RGB")
    edits.only_inside(edits.changed(before, after, slack), (0, 0, 320, 512), seam)


async def test_new_paint_that_will_look_soft(ada: Person) -> None:
    """Before Draw the preview says how much it will be enlarged, where that is seen."""
    for size, warned in (((2560, 1000), True), ((1280, 800), False)):
        picture = scene.upload(scene.photo(*size))
        reply = await ada.command("inpaint", prompt="soft", image=picture, region="everything")
        page = await edits.shows(reply, "Draw this?", within=30)
        assert ("enlarged 2.5 times" in page.text()) is warned
        assert ("it will look soft" in page.text()) is warned


async def test_a_turned_photo(ada: Person) -> None:
    """EXIF orientation: left is what the member sees as left, and the result stands upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = pictures.photo((640, 480), random.Random(4))
    data = file(photo, "JPEG", exif=exif, quality=95)
    after = scene.opened(await edited(ada, data))
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    assert after.size == upright.size == (480, 640)
    assert after.getexif().get(0x0112, 1) == 1
    difference = edits.changed(upright, after, SLIGHT)
    edits.only_inside(difference, (0, 0, 240, 640), edits.SEAM + BLOCK)


async def test_transparency_stays(ada: Person) -> None:
    """What was see-through is so afterwards, to the bit."""
    photo = scene.photo(*edits.SIZE)
    photo.putalpha(Image.linear_gradient("L").resize(edits.SIZE))
    after = scene.opened(await edited(ada, file(photo, "PNG")))
    assert after.mode == "RGBA"
    assert after.getchannel("A").tobytes() == photo.getchannel("A").tobytes()
    right = (340, 0, *edits.SIZE)
    assert after.crop(right).tobytes() == photo.crop(right).tobytes()


async def test_the_colour_profile_stays(ada: Person) -> None:
    """The result carries the profile of the picture, so that its colours mean the same."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = file(scene.photo(*edits.SIZE), "PNG", icc_profile=profile)
    assert scene.opened(await edited(ada, data)).info["icc_profile"] == profile


@pytest.mark.parametrize("mode", ["P", "L", "CMYK", "I;16", "LA", "1"])
async def test_unusual_pixels(ada: Person, mode: str) -> None:
    """Palettes, greys, 16 bits and CMYK are understood; what stays is what was, CMYK nearly so."""
    photo = scene.photo(*edits.SIZE)
    if mode == "I;16":
        grey = photo.convert("L")
        twice = bytes(value for pixel in grey.tobytes() for value in (pixel, pixel))
        wide = Image.frombytes("I;16", grey.size, twice)
        data, before = file(wide, "PNG"), grey.convert("RGB")
    else:
        odd = photo.convert(mode)
        data = file(odd, "JPEG" if mode == "CMYK" else "PNG")
        before = Image.open(io.BytesIO(data)).convert("RGB")
    after = scene.opened(await edited(ada, data))
    slack, block = (SLIGHT, BLOCK) if mode == "CMYK" else (0, 0)
    difference = edits.changed(before, after, slack)
    edits.only_inside(difference, (0, 0, 320, 512), edits.SEAM + block)


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (40, 30), (2000, 90), (12_000, 400)])
async def test_small_and_slim_pictures(ada: Person, size: tuple[int, int]) -> None:
    """Down to a single pixel, up to 12,000 a side: repainted, and of the same size."""
    data = file(Image.new("RGB", size, "red"), "PNG")
    result = await edited(ada, data, region="everything")
    assert scene.opened(result).size == size


async def test_before_and_after(shared: Stage, ada: Person) -> None:
    """A button shows both side by side, privately to whoever asks; the outcome can go on."""
    result = await edited(ada, file(scene.photo(*edits.SIZE), "PNG"))
    ben = shared.discord.person(f"Ben of {ada.channel.name}", ada.channel)
    compared = await ben.press(result, label="Before / after")
    shown = await compared.until(lambda message: message.attachments)
    assert shown.ephemeral_to is ben.user
    both = scene.opened(shown)
    assert max(both.size) > 640
    assert (await ada.press(result, label="Inpaint")).modal is not None


async def test_an_upload_that_needs_no_change_goes_by_its_own_link(
    shared: Stage, ada: Person
) -> None:
    """Pixazo fetches the member's own file where it can be sent as it is; the mask is posted."""
    data = file(scene.photo(), "PNG")
    mask = scene.upload(scene.mask())
    await edited(ada, data, "as it is", mask=mask)
    (call,) = scene.calls(shared.pixazo, "as it is")
    assert "/ephemeral-attachments/" in str(call.values["imageUrl"])
    assert "mine.bin" in str(call.values["imageUrl"])
    assert "mask-" in str(call.values["maskUrl"])
    grey = file(scene.photo().convert("L"), "PNG")
    await edited(ada, grey, "made anew", mask=mask)
    (call,) = scene.calls(shared.pixazo, "made anew")
    assert "mine.bin" not in str(call.values["imageUrl"])


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ({"width": 640, "height": 960}, (640, 960)),
        ({"width": 512}, (512, 512)),
        ({"height": 1024}, (1024, 1024)),
    ],
)
async def test_a_size_of_the_members_own(
    shared: Stage, ada: Person, asked: dict[str, int], sent: tuple[int, int]
) -> None:
    """Width and height are what Pixazo is asked for; one alone keeps the shape."""
    prompt = f"sized {asked}"
    result = await edited(ada, file(scene.photo(*edits.SIZE), "PNG"), prompt, **asked)
    (call,) = scene.calls(shared.pixazo, prompt)
    assert (call.values["width"], call.values["height"]) == sent
    assert scene.opened(result).size == edits.SIZE


async def test_a_private_edit(ada: Person) -> None:
    """With private: True the result is private too."""
    result = await edited(ada, file(scene.photo(*edits.SIZE), "PNG"), private=True)
    assert result.ephemeral_to is ada.user
