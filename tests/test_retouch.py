"""From a picture and a selection to what Pixazo is sent, and back into the picture."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms

from bot import images, pixels
from bot.errors import BadPicture
from bot.inpainting import masks, retouch, selection
from bot.inpainting.regions import Region
from bot.inpainting.selection import Selection, change
from bot.pixels import Picture, encoded
from tests import pictures

LEFT = Selection(region=Region(quick="l"))
LEFTMOST = Selection(region=Region(cells=0b00001_00001_00000_00000_00000))
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photo(size: tuple[int, int] = (640, 512), seed: int = 1) -> Image.Image:
    """A picture with something different everywhere."""
    return pictures.photo(size, random.Random(seed))


def file(image: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    """The image as a file."""
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def decoded(data: bytes) -> Image.Image:
    """The file as an image."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def answer(size: tuple[int, int], colour: str = "red") -> Picture:
    """What Pixazo gives back."""
    return encoded(Image.new("RGB", size, colour), "PNG")


@pytest.mark.parametrize(
    "size", [(1, 1), (300, 7), (512, 512), (640, 512), (2500, 1800), (90, 3000)]
)
def test_what_is_sent_fits_the_gateway(size: tuple[int, int]) -> None:
    """Sides of 512 to 1024 in steps of 8, below 1 MB, the mask black and white of the same size."""
    sent = retouch.cut(file(photo(size) if min(size) > 60 else Image.new("RGB", size)), None, LEFT)
    assert sent.picture is None or len(sent.picture) < images.BYTES_MOST
    assert all(512 <= side <= 1024 and side % 8 == 0 for side in sent.size)
    mask = decoded(sent.mask)
    assert (mask.size, mask.mode) == (sent.size, "L")
    assert {value for _, value in mask.getcolors() or ()} <= {0, 255}
    if sent.picture is not None:
        assert decoded(sent.picture).size == sent.size


EVERYTHING = Selection(region=Region(quick="e"))


def test_a_file_that_fits_is_not_made_anew() -> None:
    """No copy is posted of a small, opaque, upright RGB file that is sent whole."""
    for kind in ("PNG", "JPEG", "WEBP"):
        assert retouch.cut(file(photo((512, 512)), kind), None, EVERYTHING).picture is None


def test_any_other_file_is_made_anew() -> None:
    """Turned, see-through, grey, too heavy, of another size, cropped or extended."""
    turned = Image.Exif()
    turned[0x0112] = 3
    see_through = photo((512, 512))
    see_through.putalpha(7)
    noise = pictures.noise((1024, 1024), random.Random(1))
    others = [
        file(photo((512, 512)), "JPEG", exif=turned),
        file(see_through),
        file(photo((512, 512)).convert("L")),
        file(noise),
        file(photo((500, 500))),
    ]
    for data in others:
        assert retouch.cut(data, None, EVERYTHING).picture is not None
    whole = file(photo((512, 512)))
    assert retouch.cut(whole, None, EVERYTHING, (768, 768)).picture is not None
    more = Selection(way="extend", extend="left 25")
    assert retouch.cut(whole, None, more).picture is not None


def test_the_members_size_is_kept() -> None:
    """Both sides as asked; one alone keeps the shape."""
    data = file(photo((1024, 768)))
    assert retouch.cut(data, None, EVERYTHING, (512, 1024)).size == (512, 1024)
    assert retouch.cut(data, None, EVERYTHING, (800, None)).size == (800, 600)
    assert retouch.cut(data, None, EVERYTHING, (None, 576)).size == (768, 576)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_rest_is_the_members_to_the_bit(kind: str, mode: str) -> None:
    """Nothing beyond the seam changes in a lossless file, and the format stays."""
    before = photo((900, 700))
    if mode == "RGBA":
        before.putalpha(Image.linear_gradient("L").resize(before.size))
    how = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    data = file(before, kind, **how)
    size = retouch.cut(data, None, LEFT).size
    done, beside = retouch.put_back(data, None, LEFT, answer(size))
    after = decoded(done.data)
    assert (done.format, after.size, after.mode) == (kind, before.size, mode)
    assert after.getpixel((100, 100))[:3] == (255, 0, 0)  # type: ignore[index]  # a colour
    rest = (450 + retouch.FEATHER_LEAST + 1, 0, 900, 700)
    assert after.crop(rest).tobytes() == before.crop(rest).tobytes()
    assert images.verify(beside).format == "JPEG"


def test_nothing_marked_is_refused() -> None:
    """Without a mask there is nothing to send."""
    with pytest.raises(BadPicture, match="Nothing is marked"):
        retouch.cut(file(photo()), None, Selection())


def test_a_look_is_small_and_upright() -> None:
    """Pages are drawn on a small copy; the true size is known."""
    exif = Image.Exif()
    exif[0x0112] = 6
    seen = retouch.look(file(photo((3200, 1000)), "JPEG", exif=exif))
    assert seen.size == (1000, 3200)
    small = decoded(seen.image)
    assert max(small.size) <= retouch.LOOK_SIDE
    assert small.height > small.width


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize(
    "chosen",
    [LEFT, LEFTMOST, change(LEFTMOST, "finer", ""), Selection(way="extend", extend="left 25")],
    ids=["quick", "grid", "finer", "extend"],
)
def test_the_colour_profile_is_in_all_that_is_shown(mode: str, chosen: Selection) -> None:
    """The pages and the comparison show the picture's colours as the picture itself does."""
    data = file(photo().convert(mode), icc_profile=PROFILE)
    seen = retouch.look(data)
    shown = [retouch.show(seen, None, chosen, lettered=one).image for one in (True, False)]
    done, beside = retouch.put_back(data, None, chosen, answer((512, 512)))
    for image in (seen.image, *shown, done.data, beside):
        assert decoded(image).info["icc_profile"] == PROFILE


def test_a_preview_says_how_much() -> None:
    """Coverage and the size of the outcome, on both pages."""
    seen = retouch.look(file(photo((3000, 2000))))
    for lettered in (True, False):
        shown = retouch.show(seen, None, LEFT, lettered=lettered)
        assert shown.coverage == pytest.approx(0.5, abs=0.01)
        assert shown.size == (3000, 2000)
        assert max(decoded(shown.image).size) <= 1024
    more = Selection(way="extend", extend="16:9")
    assert retouch.show(seen, None, more, lettered=False).size == (3556, 2000)


@pytest.mark.parametrize(
    ("size", "way"), [((6_000, 5_000), "all 50"), ((12_000, 1_000), "left 25")]
)
def test_extending_too_far_is_refused_when_it_is_shown(size: tuple[int, int], way: str) -> None:
    """Before Draw, from the small copy alone: no canvas gets larger than what can be sent again."""
    seen = retouch.Look(image=file(photo((600, 500)), "JPEG"), size=size)
    with pytest.raises(BadPicture, match=r"12,000 pixels a side and 40 megapixels.*less"):
        retouch.show(seen, None, Selection(way="extend", extend=way), lettered=False)


def test_a_painted_copy_and_a_mask_file_are_told_apart() -> None:
    """The same area, by either."""
    picture = photo()
    meant = Image.new("L", picture.size)
    meant.paste(255, (100, 100, 400, 300))
    painted = pictures.paint_over(picture, meant, (255, 0, 200), 1.0)
    for upload in (file(painted, "JPEG"), file(meant), file(Image.eval(meant, lambda v: 255 - v))):
        found = decoded(retouch.understand(file(picture), upload)).convert("L")
        assert pictures.overlap(found, meant) > 0.9


@pytest.mark.parametrize("kind", ["mask file", "painted copy"])
def test_a_stored_mask_is_small_however_large_the_picture(kind: str) -> None:
    """Each press decodes it again: at most 2048 pixels a side, of one bit, and it fits."""
    picture = pictures.shapes((90, 60), random.Random(2)).resize((6_000, 4_000))
    meant = Image.new("L", picture.size)
    meant.paste(255, (1_001, 1_001, 4_003, 3_003))
    upload = meant if kind == "mask file" else pictures.paint_over(picture, meant, (9, 250, 9), 1)
    stored = retouch.understand(file(picture), file(upload))
    assert decoded(stored).mode == "1"
    assert max(decoded(stored).size) <= 2048
    found = selection.place(Selection(way="mask"), picture, decoded(stored).convert("L")).mask
    assert pictures.overlap(found, meant) > 0.98
    near = 3 if kind == "mask file" else 12  # pixels, where a seam is at least 8 wide
    assert ImageChops.subtract(found, masks.grow(meant, near)).getbbox() is None
    assert ImageChops.subtract(masks.shrink(meant, near), found).getbbox() is None


def test_another_shape_is_told_in_true_sizes() -> None:
    """However small the copies are that are compared."""
    turned = Image.Exif()
    turned[0x0112] = 6
    source = file(Image.new("RGB", (4_000, 3_000), "teal"), "JPEG", exif=turned)
    with pytest.raises(BadPicture, match=r"4000x3000, but the picture is 3000x4000"):
        retouch.understand(source, file(Image.new("1", (4_000, 3_000))))


@pytest.mark.parametrize("make", [photo, lambda: pictures.shapes((640, 512), random.Random(2))])
def test_the_same_picture_again_is_refused(make: Any) -> None:
    """Also a drawing of few colours, which could pass for a mask."""
    data = file(make())
    with pytest.raises(BadPicture, match="same picture"):
        retouch.understand(data, data)


def test_limits_are_kept() -> None:
    """More than 12,000 pixels a side or 40 megapixels is refused, with the limit named."""
    for size in ((12_001, 1), (8_000, 5_001)):
        with pytest.raises(BadPicture, match="40 megapixels"):
            retouch.look(file(Image.new("1", size)))
    assert pixels.PIXELS_MOST == 40_000_000
