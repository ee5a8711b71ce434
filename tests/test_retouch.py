"""From a picture and a selection to what Pixazo is sent, and back into the picture."""

from __future__ import annotations

import random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from bot import images, pixels
from bot.errors import BadPicture
from bot.inpainting import masks, preview, retouch, selection
from bot.inpainting.regions import Region
from bot.inpainting.selection import Selection
from bot.pixels import Picture, encoded
from tests import pictures
from tests.pictures import decoded, file

LEFT = Selection(region=Region(quick="l"))


def photo(size: tuple[int, int] = (640, 512), seed: int = 1) -> Image.Image:
    """A picture with something different everywhere."""
    return pictures.photo(size, random.Random(seed))


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
    whole = retouch.put_back(data, None, LEFT, answer(size))
    done, after = whole.picture, decoded(whole.picture.data)
    assert (done.format, after.size, after.mode) == (kind, before.size, mode)
    assert after.getpixel((100, 100))[:3] == (255, 0, 0)  # type: ignore[index]  # a colour
    rest = (450 + retouch.FEATHER_LEAST + 1, 0, 900, 700)
    assert after.crop(rest).tobytes() == before.crop(rest).tobytes()
    assert images.verify(whole.both).format == "JPEG"


@pytest.mark.parametrize(
    "chosen", [LEFT, Selection(way="extend", extend="right 25")], ids=["region", "extend"]
)
def test_the_mask_that_is_kept_repaints_the_same_part(chosen: Selection) -> None:
    """On the outcome itself it marks what was repainted, be it new room, and nothing else."""
    data = file(photo((900, 700)))
    done = retouch.put_back(data, None, chosen, answer(retouch.cut(data, None, chosen).size))
    again = Selection(way="mask")
    placed = selection.place(again, decoded(done.picture.data), decoded(done.mask).convert("L"))
    first = selection.place(chosen, photo((900, 700)), None)
    assert placed.mask.tobytes() == first.mask.tobytes()


def test_a_mask_is_inverted_grown_and_feathered_in_the_result() -> None:
    """What the tools say of a mask file is what happens: new paint, a soft seam, and the rest."""
    before = photo((900, 700))
    meant = masks.boxes(before.size, [(300, 200, 600, 500)])
    region = Region(invert=True, grow=4, feather=5)
    chosen = Selection(way="mask", region=region)
    stored = retouch.understand(file(before), file(meant))
    size = retouch.cut(file(before), stored, chosen).size
    done = retouch.put_back(file(before), stored, chosen, answer(size)).picture
    after = decoded(done.data)
    grow, feather = round(700 * 4 * 1.5 / 100), region.feather_radius(before.size)
    painted = masks.invert(
        masks.boxes(before.size, [(300 + grow, 200 + grow, 600 - grow, 500 - grow)])
    )
    red = Image.new("RGB", before.size, "red")
    black = Image.new("RGB", before.size)
    assert Image.composite(after, red, masks.shrink(painted, 2)) == red
    kept = masks.invert(masks.grow(painted, feather + 2))
    assert not masks.is_empty(kept)
    assert Image.composite(after, black, kept) == Image.composite(before, black, kept)
    middle = 300 + grow + feather // 2
    strip = (middle, 300, middle + 1, 400)
    for other in (before, red):
        changed = ImageChops.difference(after.crop(strip), other.crop(strip)).convert("L")
        assert changed.histogram()[0] < 10, "the middle of the seam is neither old nor new"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(12_000, 120), (90, 12_000)])
def test_the_longest_pictures_are_repainted(kind: str, size: tuple[int, int]) -> None:
    """12,000 pixels a side: previewed, cut, put back at that size, and readable again."""
    data = file(pictures.shapes((120, 90), random.Random(1)).resize(size), kind)
    chosen = Selection(region=Region(cells=1 << 12))
    shown = retouch.show(retouch.look(data), None, chosen, lettered=False)
    assert shown.size == size
    sent = retouch.cut(data, None, chosen)
    done = retouch.put_back(data, None, chosen, answer(sent.size)).picture
    assert images.read(done.data).size == done.size == size


@pytest.mark.parametrize("size", [(8, 8), (40, 30), (64, 64)])
def test_most_of_a_tiny_picture_stays(size: tuple[int, int]) -> None:
    """A seam is never so wide that it takes a picture of few pixels with it."""
    before = Image.new("RGB", size, "blue")
    chosen = Selection(region=Region(quick="l"))
    done = retouch.put_back(file(before), None, chosen, answer((512, 512))).picture
    right = decoded(done.data).crop((size[0] * 5 // 8, 0, *size))
    assert right == before.crop((0, 0, *right.size))


@pytest.mark.parametrize("how", ["left 25", "right 25", "up 50", "16:9"])
def test_an_extended_jpeg_keeps_its_old_part(how: str) -> None:
    """It moves by whole blocks, so that saving it once more changes as little as where it was."""
    data = file(photo((500, 333)), "JPEG", quality=85)
    chosen = Selection(way="extend", extend=how)
    done = retouch.put_back(data, None, chosen, answer((768, 512))).picture
    before = images.read(data)
    left, top, right, bottom = selection.place(chosen, before, None).old
    far = 60  # pixels from the old edge, which is repainted
    inner = images.read(done.data).crop((left + far, top + far, right - far, bottom - far))
    kept = before.crop((far, far, before.width - far, before.height - far))
    found = ImageStat.Stat(ImageChops.difference(inner, kept))
    assert max(most for _, most in found.extrema) <= 16
    assert max(found.mean) < 1


def test_a_hole_that_is_repainted_can_be_seen() -> None:
    """What was charged for is there: a marked hole of a sticker is filled."""
    before = photo((600, 600)).convert("RGBA")
    before.paste((0, 0, 0, 0), (200, 200, 400, 400))
    chosen = Selection(region=Region(cells=1 << 12, grow=1))
    done = retouch.put_back(file(before), None, chosen, answer((512, 512))).picture
    assert decoded(done.data).getpixel((300, 300)) == (255, 0, 0, 255)


def test_nothing_marked_is_refused() -> None:
    """Without a mask there is nothing to send."""
    with pytest.raises(BadPicture, match="Nothing is marked"):
        retouch.cut(file(photo()), None, Selection())


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


THIN = [(300, 0, 301, 700), (500, 301, 900, 302), (700, 10, 701, 500)]


@pytest.mark.parametrize("size", [(2_048, 1_536), (1_500, 1_100), (1_600, 900), (6_100, 4_100)])
@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("thin", THIN)
def test_the_preview_shows_what_is_ordered(
    size: masks.Size, invert: bool, thin: masks.PixelBox
) -> None:
    """A line of one pixel is in both, also one that an inverted mask leaves."""
    factor = -(-max(size) // retouch.MASK_SIDE)  # the line is as thin as a stored mask can have it
    mask = masks.boxes((-(-size[0] // factor), -(-size[1] // factor)), [thin])
    if invert:  # in a white area that leaves most of the border black
        area = masks.boxes(mask.size, [(100, 0, mask.width - 100, mask.height - 100)])
        mask = ImageChops.subtract(area, mask)
    source = file(Image.new("RGB", size, "teal"))
    stored = decoded(retouch.understand(source, file(mask))).convert("L")
    chosen = Selection(way="mask", region=Region(invert=invert))
    around = (thin[0] - 4, thin[1] + 20, thin[2] + 4, thin[3] - 20)
    if thin[2] - thin[0] > 1:
        around = (thin[0] + 20, thin[1] - 4, thin[2] - 20, thin[3] + 4)
    shares = []
    for picture in (preview.load(retouch.look(source).image), Image.new("1", size)):
        found = selection.place(chosen, picture, stored).mask
        place = masks.scaled(around, mask.size, found.size)
        shares.append(masks.coverage(found.crop(place)))
    assert 0.1 < shares[0] < 0.6
    assert shares[0] == pytest.approx(shares[1], abs=0.25)


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
