"""The pages of an edit: what a member sees before anything is spent."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from PIL import Image, ImageCms

from bot.errors import BadPicture
from bot.inpainting import grid, masks, retouch, selection
from bot.inpainting.regions import Region
from bot.inpainting.selection import Selection, change
from bot.pixels import encoded
from tests import pictures
from tests.pictures import decoded, file

LEFT = Selection(region=Region(quick="l"))
LEFTMOST = Selection(region=Region(cells=0b00001_00001_00000_00000_00000))
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photo(size: tuple[int, int] = (640, 512)) -> Image.Image:
    """A picture with something different everywhere."""
    return pictures.photo(size, random.Random(1))


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
    done = retouch.put_back(data, None, chosen, encoded(Image.new("RGB", (512, 512)), "PNG"))
    for image in (seen.image, *shown, done.picture.data, done.both):
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
    "chosen",
    [
        Selection(way="mask", region=Region(invert=True)),
        *(Selection(way="extend", extend=how) for how in ("left 25", "all 50", "16:9", "9:16")),
    ],
)
def test_letters_are_there_wherever_the_pad_is(chosen: Selection) -> None:
    """After a mask file or an extension the grid of the pad is on the picture, large enough."""
    picture = Image.new("RGB", (1_000, 2_400), "#808080")
    mask = masks.boxes((100, 240), [(20, 20, 40, 60)])
    page = retouch.show(retouch.look(file(picture)), file(mask), chosen, lettered=True)
    shown = decoded(page.image).convert("L")
    near = selection.place(chosen, picture, mask).near()
    part = shown.crop(masks.scaled(near.old, near.mask.size, shown.size))
    assert part.width >= 300
    for cell in range(grid.CELLS):
        left, top, *_ = grid.pixels(grid.cell_box(cell), part.size)
        corner = part.crop((left + 6, top + 6, left + 26, top + 22))
        assert corner.histogram()[:70] != [0] * 70, grid.name(cell)
        assert corner.histogram()[220:] != [0] * 36, grid.name(cell)


@pytest.mark.parametrize(
    ("size", "chosen", "times"),
    [
        ((600, 500), LEFT, 1.0),
        ((4_000, 3_000), Selection(region=Region(quick="e")), 3.9),
        ((1_000, 2_560), Selection(way="extend", extend="16:9"), 4.4),
        ((4_000, 3_000), Selection(region=replace(Region(cells=1 << 12).finer(), cells=1)), 1.0),
        ((600, 500), Selection(), 1.0),
    ],
)
def test_it_is_foretold_how_much_new_paint_is_enlarged(
    size: tuple[int, int], chosen: Selection, times: float
) -> None:
    """A model draws at most 1024 pixels; a large part comes out soft, which the preview knows."""
    seen = retouch.look(file(Image.new("RGB", size)))
    shown = retouch.show(seen, None, chosen, lettered=False)
    assert shown.enlarged == pytest.approx(times, abs=0.1)


@pytest.mark.parametrize(
    ("size", "way"), [((6_000, 5_000), "all 50"), ((12_000, 1_000), "left 25")]
)
def test_extending_too_far_is_refused_when_it_is_shown(size: tuple[int, int], way: str) -> None:
    """Before Draw, from the small copy alone: no canvas gets larger than what can be sent again."""
    seen = retouch.Look(image=file(photo((600, 500)), "JPEG"), size=size)
    with pytest.raises(BadPicture, match=r"12,000 pixels a side and 40 megapixels.*less"):
        retouch.show(seen, None, Selection(way="extend", extend=way), lettered=False)
