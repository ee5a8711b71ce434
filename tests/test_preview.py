"""Previews: small, light, and the mask is seen on every picture."""

from __future__ import annotations

import io
import random
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageStat

from bot.inpainting import compare, grid, masks, outpaint, overlay, paste, preview
from bot.inpainting.regions import Region
from tests import pictures

CENTRE = Region(cells=grid.bits([6, 7, 12]), feather=1)


def opened(data: bytes) -> Image.Image:
    """The preview as the member sees it."""
    picture = Image.open(io.BytesIO(data))
    assert len(data) <= 1_000_000
    assert max(picture.size) <= 1024
    return picture.convert("RGB")


def shown_on(picture: Image.Image, mask: Image.Image, feather: float = 0) -> Image.Image:
    """The preview of a mask."""
    return opened(preview.encode(preview.draw(picture, mask, feather)))


@pytest.mark.parametrize("colour", ["black", "white", "#808080", "#ff0090", "red", "lime"])
def test_the_mask_is_seen_on_every_colour(colour: str) -> None:
    """The marked part differs from the picture, and its outline is black beside white."""
    picture = Image.new("RGB", (1000, 800), colour)
    mask = masks.boxes(picture.size, [(200, 200, 600, 600)])
    shown = shown_on(picture, mask)
    changed = ImageChops.difference(shown, picture)
    assert max(ImageStat.Stat(changed.crop((220, 220, 580, 580))).mean) > 60
    assert max(ImageStat.Stat(changed.crop((0, 0, 160, 800))).mean) < 4
    outside, inside = (
        ImageStat.Stat(shown.crop((x, 240, x + 2, 560)).convert("L")).mean[0] for x in (198, 200)
    )
    assert outside > 180
    assert inside < 75


def test_a_picture_of_many_colours_has_one_tint() -> None:
    """The tint changes for a picture of its own colour only, not from press to press."""
    picture = pictures.photo((700, 700), random.Random(1))
    for box in ((0, 0, 350, 700), (350, 0, 700, 700), (100, 100, 600, 600)):
        hard = masks.boxes(picture.size, [box])
        tinted = ImageChops.subtract(preview.tinted(picture, hard), picture)
        red, green, _ = ImageStat.Stat(tinted, masks.shrink(hard, 9)).mean
        assert red > green


@pytest.mark.parametrize("way", ["grow", "feather"])
def test_the_preview_is_as_strong_as_the_result(way: str) -> None:
    """Across an edge the tint fades as the result will, at a quarter of the picture's size."""
    size, feather = (4000, 3000), 160 if way == "feather" else 0
    region = Region(quick="l", grow=9 if way == "grow" else 0)
    result = paste.seam(region.mask(size), feather).resize((1000, 750), Image.Resampling.BOX)
    shown = preview.draw(
        Image.new("RGB", (1000, 750), "white"), region.mask((1000, 750)), feather / 4
    )
    edge = (region.mask((1000, 750)).getbbox() or (0, 0, 0, 0))[2]
    for x in (*range(edge - 60, edge - 5, 5), *range(edge + 5, edge + 60, 5)):
        green = min(shown.getchannel("G").crop((x, 100, x + 1, 700)).tobytes())
        strength = (255 - green) / 120  # the tint has no green, and 120 of 255 of it is shown
        wanted = max(result.crop((x, 100, x + 1, 700)).tobytes()) / 255
        assert strength == pytest.approx(wanted, abs=0.06), x - edge


@pytest.mark.parametrize(
    ("size", "least"),
    [((1, 1), (640, 640)), ((8, 8), (640, 640)), ((64, 48), (640, 480)), ((4000, 60), (1000, 125)),
     ((60, 4000), (125, 1000)), ((4000, 600), (1000, 150))],
)  # fmt: skip
def test_small_and_slim_pictures_are_shown_large(size: masks.Size, least: masks.Size) -> None:
    """On a phone nothing is shorter than it can be seen, in the preview and before and after."""
    picture = Image.new("RGB", size, "teal")
    shown = shown_on(picture, masks.invert(masks.blank(size)))
    beside = Image.open(io.BytesIO(compare.both(picture, picture)))
    for each in (shown, beside):
        assert each.width >= least[0]
        assert each.height >= least[1]
        assert each.width <= 1024


@pytest.mark.parametrize(
    ("size", "places"),
    [
        ((1500, 1500), ((1024, 1024), (0, 1036))),
        ((1600, 900), ((1024, 576), (0, 588))),
        ((900, 1200), ((768, 1024), (0, 1036))),
        ((900, 1600), ((506, 900), (518, 0))),
        ((1000, 2560), ((400, 1024), (412, 0))),
    ],
)
def test_before_and_after_are_as_large_as_a_phone_shows(
    size: masks.Size, places: tuple[masks.Size, masks.Size]
) -> None:
    """One above the other, tall ones side by side, each with a name of a size to read."""
    pair = [Image.new("RGB", size, colour) for colour in ("#ffd0d0", "#d0d0ff")]
    sheet = Image.open(io.BytesIO(compare.both(*pair))).convert("RGB")
    (wide, high), corner = places
    assert sheet.size == (corner[0] + wide, corner[1] + high)
    for (x, y), reddish in (((0, 0), True), (corner, False)):
        red, _, blue = sheet.getpixel((x + wide - 9, y + high - 9))  # type: ignore[misc]  # RGB
        assert (red > blue) is reddish
        corner_part = sheet.crop((x, y, x + wide // 2, y + high // 4)).convert("L")
        tag = masks.above(ImageChops.invert(corner_part), 100).getbbox()
        assert tag is not None
        assert tag[3] - tag[1] > sheet.width / 26


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (4000, 30), (3000, 2000), (64, 64)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK", "1"])
def test_every_size_and_mode_can_be_shown(size: masks.Size, mode: str) -> None:
    """Preview, grid and comparison come out at no more than 1024 px and about 1 MB."""
    picture = Image.new(mode, size)
    shown_on(picture, CENTRE.mask(size), 3)
    opened(preview.encode(overlay.draw(preview.small(picture), CENTRE)))
    assert compare.both(picture, picture)[:2] == b"\xff\xd8"


def test_before_an_extension_there_was_only_the_old_picture() -> None:
    """The new room is empty there; the filling that the model was shown is nobody's picture."""
    canvas, _ = outpaint.extend(pictures.photo((300, 200), random.Random(1)), "all", 50)
    place = outpaint.place((300, 200), "all", 50)
    before = compare.only(canvas, place)
    assert before.crop(place) == canvas.crop(place)
    before.paste(before.crop((0, 0, 1, 1)).resize((300, 200)), place)
    assert len(before.getcolors() or ()) == 1


def test_noise_still_fits_into_a_megabyte() -> None:
    """Quality gives way to size."""
    noise = pictures.noise((1024, 1024), random.Random(1), 74)
    shown_on(noise, CENTRE.mask(noise.size))


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


@pytest.mark.parametrize("place", [(0, 0, 800, 600), (100, 40, 700, 560)])
def test_letters_lie_over_the_place_that_taps_are_for(place: masks.PixelBox) -> None:
    """In an extended picture the grid is over the old one, and nothing is drawn elsewhere."""
    picture = Image.new("RGB", (800, 600), "#808080")
    shown = overlay.lettered(picture, place)
    part = shown.crop(place)
    for cell in range(grid.CELLS):
        least, most = (
            part.crop(grid.pixels(grid.cell_box(cell), part.size)).convert("L").getextrema()
        )
        assert (least < 80, most > 200) == (True, True), grid.name(cell)  # type: ignore[operator]
    shown.paste("#808080", (place[0], place[1], place[2] + 3, place[3] + 3))
    assert shown == picture


@pytest.mark.parametrize("size", [(1200, 800), (800, 1200), (2000, 150), (1000, 2560)])
def test_a_zoomed_grid_shows_its_part_large_and_the_whole_small(size: masks.Size) -> None:
    """Beside or below the chosen cells stand the whole picture, its place marked, and words."""
    picture = Image.new("RGB", size, "blue")
    picture.paste((0, 160, 0), grid.pixels(CENTRE.finer().box, size))
    shown = overlay.draw(picture, replace(CENTRE.finer(), cells=0))
    assert max(shown.size) <= 1024
    assert min(shown.size) >= 400
    tall = size[1] > size[0]
    strip = round(max(shown.size) * 0.19)
    split = (shown.width - strip, shown.height) if tall else (shown.width, shown.height - strip)
    large = shown.crop((0, 0, *split))
    rest = shown.crop((split[0] if tall else 0, 0 if tall else split[1], *shown.size))
    green = ImageChops.subtract(large.getchannel("G"), large.getchannel("B"))
    assert masks.coverage(masks.above(green, 100)) > 0.5
    red = ImageChops.subtract(rest.getchannel("R"), rest.getchannel("G"))
    assert masks.above(red, 200).getbbox() is not None
    words = masks.above(
        ImageChops.darker(rest.getchannel("R"), rest.getchannel("B")), 230
    ).getbbox()
    assert words is not None
    assert words[2] <= rest.width - 4
    assert words[3] <= rest.height - 4


@pytest.mark.parametrize("size", [(1000, 2560), (2560, 1000), (300, 300)])
def test_words_beside_a_deep_zoom_are_not_cut_off(size: masks.Size) -> None:
    """The factor is readable to its last sign, however slim the picture and few its pixels."""
    region = replace(Region(cells=grid.bits([12])).finer(), cells=1 << 12).finer()
    shown = overlay.draw(Image.new("RGB", size, "black"), region)
    assert max(shown.size) > 1000
    edge = shown.crop((shown.width - 4, 0, *shown.size))
    if size[1] > size[0]:
        assert len(edge.getcolors() or ()) == 1
    else:
        strip = edge.crop((0, edge.height - round(shown.width * 0.15), 4, edge.height))
        assert len(strip.getcolors() or ()) == 1


def test_deep_zooms_can_be_drawn() -> None:
    """Three times into one cell of a small picture is a matter of few pixels, and no error."""
    region = Region(cells=1).finer()
    for _ in range(2):
        region = replace(region, cells=1 << 24).finer()
    opened(preview.encode(overlay.draw(Image.new("RGB", (300, 200), "gray"), region)))
