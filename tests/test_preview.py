"""Previews: small, light, and the mask is seen on every picture."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.inpainting import compare, grid, masks, outpaint, overlay, preview
from bot.inpainting.regions import Region
from tests import pictures

CENTRE = Region(cells=grid.bits([6, 7, 12]), feather=1)


def opened(data: bytes) -> Image.Image:
    """The preview as the member sees it."""
    picture = Image.open(io.BytesIO(data))
    assert len(data) <= 1_000_000
    assert max(picture.size) <= 1024
    return picture.convert("RGB")


@pytest.mark.parametrize("colour", ["black", "white", "#808080", "#ff0090", "red", "lime"])
def test_the_mask_is_seen_on_every_colour(colour: str) -> None:
    """The marked part differs from the picture, and its outline is black beside white."""
    picture = Image.new("RGB", (500, 400), colour)
    mask = masks.boxes(picture.size, [(100, 100, 300, 300)])
    shown = opened(preview.render(picture, mask))
    changed = ImageChops.difference(shown, picture).convert("L")
    assert ImageStat.Stat(changed.crop((110, 110, 290, 290))).extrema[0][1] > 25
    assert ImageStat.Stat(changed.crop((0, 0, 80, 400))).mean[0] < 4
    outside, inside = (
        ImageStat.Stat(shown.crop((x, 120, x + 1, 280)).convert("L")).mean[0] for x in (99, 100)
    )
    assert outside > 180
    assert inside < 75


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (4000, 30), (3000, 2000), (64, 64)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK", "1"])
def test_every_size_and_mode_can_be_shown(size: masks.Size, mode: str) -> None:
    """Preview, grid and comparison come out at no more than 1024 px and about 1 MB."""
    picture = Image.new(mode, size)
    opened(preview.render(picture, CENTRE.mask(size), 3))
    opened(preview.encode(overlay.draw(preview.small(picture), CENTRE)))
    assert compare.side_by_side(picture, picture)[:2] == b"\xff\xd8"


def test_before_an_extension_there_was_only_the_old_picture() -> None:
    """The new room is empty there; the filling that the model was shown is nobody's picture."""
    old = pictures.photo((1500, 900), random.Random(1))
    canvas, _ = outpaint.extend(old, "all", 50)
    before = compare.only(canvas, outpaint.place(old.size, "all", 50))
    assert max(before.size) <= 1024
    wide, high = before.size
    inner = (wide // 4 + 2, high // 4 + 2, wide * 3 // 4 - 2, high * 3 // 4 - 2)
    kept = ImageChops.difference(before, preview.small(canvas)).crop(inner)
    assert kept.getbbox() is None
    outer = (wide // 4 - 1, high // 4 - 1, wide * 3 // 4 + 1, high * 3 // 4 + 1)
    before.paste(
        before.crop((0, 0, 1, 1)).resize((outer[2] - outer[0], outer[3] - outer[1])), outer
    )
    assert len(before.getcolors() or ()) == 1


def test_noise_still_fits_into_a_megabyte() -> None:
    """Quality gives way to size."""
    noise = pictures.noise((1024, 1024), random.Random(1), 74)
    opened(preview.render(noise, CENTRE.mask(noise.size)))


def test_a_photo_is_loaded_small_and_the_right_way_up() -> None:
    """A large JPEG that lies on its side comes out standing, at preview size."""
    picture = Image.new("RGB", (3000, 2000), "blue")
    picture.paste((255, 0, 0), (0, 0, 3000, 500))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the stored top is the right side
    data = io.BytesIO()
    picture.save(data, "JPEG", exif=exif)
    loaded = preview.load(data.getvalue())
    assert max(loaded.size) <= 1024
    assert loaded.width < loaded.height
    red, _, blue = loaded.split()
    right = (loaded.width * 9 // 10, 50)
    assert red.getpixel(right) > blue.getpixel(right)  # type: ignore[operator]  # one band each


@pytest.mark.parametrize("size", [(800, 600), (600, 800), (3000, 200), (40, 40)])
def test_the_grid_has_a_label_in_every_cell(size: masks.Size) -> None:
    """White letters on a dark tag stand in the upper left corner of each of the 25 cells."""
    shown = overlay.draw(Image.new("RGB", size, "#808080"), Region())
    for cell in range(grid.CELLS):
        part = shown.crop(grid.pixels(grid.cell_box(cell), shown.size))
        corner = part.crop((0, 0, part.width * 2 // 3, part.height))
        least, most = ImageStat.Stat(corner.convert("L")).extrema[0]
        assert (least < 80, most > 200) == (True, True), grid.name(cell)


@pytest.mark.parametrize("size", [(1200, 800), (800, 1200), (2000, 150)])
def test_a_zoomed_grid_shows_its_part_large_and_the_whole_small(size: masks.Size) -> None:
    """The chosen cells fill the width; below stands the whole picture with the place marked."""
    picture = Image.new("RGB", size, "blue")
    picture.paste((0, 160, 0), grid.pixels(CENTRE.finer().box, size))
    fine = CENTRE.finer().choose(0)
    shown = overlay.draw(picture, fine)
    assert max(shown.size) <= 1024
    upper = shown.crop((0, 0, shown.width, shown.height // 2))
    blue = masks.above(upper.getchannel("B"), 250)
    green = masks.above(ImageChops.subtract(upper.getchannel("G"), upper.getchannel("B")), 100)
    assert masks.coverage(green) > 0.5
    assert masks.coverage(blue) < 0.1 + 0.25
    lower = shown.crop((0, shown.height * 3 // 5, shown.width, shown.height))
    red = ImageChops.subtract(lower.getchannel("R"), lower.getchannel("G"))
    assert masks.above(red, 200).getbbox() is not None


def test_deep_zooms_can_be_drawn() -> None:
    """Three times into one cell of a small picture is a matter of few pixels, and no error."""
    region = Region(cells=1).finer()
    for _ in range(2):
        region = region.choose(1 << 24).finer()
    opened(preview.encode(overlay.draw(Image.new("RGB", (300, 200), "gray"), region)))
