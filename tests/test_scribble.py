"""Scribbles are recovered, whatever the way they took, and other uploads are refused."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.errors import BadPicture
from bot.inpainting import masks
from bot.inpainting.scribble import scribble
from tests import pictures, scribbles

CASES, GROUPS = 200, 8
LEAST, MOST = 240, 520  # pixels of a side
OTHERS = (pictures.noise, pictures.shapes, pictures.photo)


@pytest.mark.parametrize("group", range(GROUPS))
def test_scribbles_are_recovered(group: int) -> None:
    """Over 25 of 200 cases the overlap is at least 0.93 on average and 0.6 at worst."""
    overlaps = {}
    for seed in range(group, CASES, GROUPS):
        case = scribbles.scribbled(seed, scribbles.size_of(random.Random(seed), LEAST, MOST))
        found = scribble(case.picture, case.arrived)
        assert found.size == case.picture.size
        assert not any(found.histogram()[1:255])
        overlaps[case.about] = pictures.overlap(found, case.meant)
    assert sum(overlaps.values()) / len(overlaps) >= 0.93
    assert min(overlaps.values()) >= 0.6, min(overlaps, key=lambda about: overlaps[about])


def ring(size: int, thickness: int, *, gap: int = 0) -> Image.Image:
    """A ring of a thickness, on a square, with or without a gap at its top."""
    mask = Image.new("L", (size, size))
    draw = ImageDraw.Draw(mask)
    draw.ellipse((size // 5, size // 5, size * 4 // 5, size * 4 // 5), outline=255, width=thickness)
    if gap:
        draw.rectangle((size // 2 - gap // 2, 0, size // 2 + gap // 2, size // 2), fill=0)
    return mask


def painted_ring(line: Image.Image) -> tuple[Image.Image, Image.Image]:
    """A photo, and the ring painted on it, recompressed."""
    picture = pictures.photo(line.size, random.Random(5))
    painted = pictures.paint_over(picture, line, (255, 255, 0), 1)
    return picture, pictures.sent_on(painted, 1, 80, 3)


def test_a_thin_circle_means_what_it_encloses() -> None:
    """A line drawn around something is filled, also when its ends do not quite meet."""
    for gap in (0, 16):
        line = ring(400, 8, gap=gap)
        found = scribble(*painted_ring(line))
        assert pictures.overlap(found, pictures.filled(ring(400, 8))) > 0.9


def test_a_thick_ring_means_itself() -> None:
    """What was painted broadly around is left out."""
    line = ring(400, 50)
    assert pictures.overlap(scribble(*painted_ring(line)), line) > 0.9


def test_two_colours_are_one_mask() -> None:
    """A member may change pens."""
    picture = pictures.photo((400, 300), random.Random(9))
    one = masks.boxes(picture.size, [(30, 30, 120, 120)])
    two = masks.boxes(picture.size, [(250, 150, 350, 260)])
    painted = pictures.paint_over(picture, one, (255, 0, 0), 1)
    painted = pictures.paint_over(painted, two, (0, 40, 255), 1)
    both = masks.boxes(picture.size, [(30, 30, 120, 120), (250, 150, 350, 260)])
    assert pictures.overlap(scribble(picture, pictures.sent_on(painted, 0.8, 60, 3)), both) > 0.85


def arrow(size: int) -> Image.Image:
    """An arrow as phones draw it: a line with two barbs."""
    mask = Image.new("L", (size, size))
    draw = ImageDraw.Draw(mask)
    x, y, barb = size * 3 // 4, size // 3, size // 8
    for start in ((size // 5, size * 3 // 4), (x - barb, y - barb // 4), (x - barb // 8, y + barb)):
        draw.line((*start, x, y), fill=255, width=size // 40)
    return mask


def words(size: int) -> Image.Image:
    """Two words as thick as a marker writes them."""
    mask = Image.new("L", (size, size))
    font = ImageFont.load_default(size // 6)
    ImageDraw.Draw(mask).text((size // 8, size // 3), "NO CAT", 255, font, stroke_width=size // 80)
    return masks.above(mask, masks.MIDDLE)


@pytest.mark.parametrize("draw", [arrow, words])
@pytest.mark.parametrize("size", [400, 1200])
def test_arrows_and_words_are_recovered(draw: Callable[[int], Image.Image], size: int) -> None:
    """They are paint like any other: the pixels they cover, and what a letter encloses."""
    line = draw(size)
    found = scribble(*painted_ring(line))
    assert pictures.overlap(found, pictures.filled(line)) > 0.85


@pytest.mark.parametrize("case", range(40))
def test_the_same_picture_is_refused(case: int) -> None:
    """A copy that was only recompressed and resized has nothing painted on it."""
    rng = random.Random(case)
    picture = scribbles.original(case, scribbles.size_of(rng, LEAST, MOST), rng)
    with pytest.raises(BadPicture, match="same picture"):
        scribble(picture, pictures.sent_on(picture, *scribbles.trip(rng)))


@pytest.mark.parametrize("case", range(30))
def test_another_picture_is_refused(case: int) -> None:
    """Two pictures of one kind and size are told apart, noise from noise too."""
    rng = random.Random(case)
    size = scribbles.size_of(rng, LEAST, MOST)
    one, two = (OTHERS[case % 3](size, rng) for _ in range(2))
    with pytest.raises(BadPicture, match="another picture"):
        scribble(one, pictures.sent_on(two, *scribbles.trip(rng)))


@pytest.mark.parametrize("case", range(30))
def test_a_shifted_crop_is_another_picture(case: int) -> None:
    """Paint cannot be read from a copy that shows another part of the scene."""
    rng = random.Random(case)
    width, height = scribbles.size_of(rng, LEAST, MOST)
    scene = OTHERS[case % 3]((width * 5 // 4, height * 5 // 4), rng)
    x, y = rng.randint(width // 20, width // 4), rng.randint(height // 20, height // 4)
    other = scene.crop((x, y, x + width, y + height))
    with pytest.raises(BadPicture, match="another picture"):
        scribble(scene.crop((0, 0, width, height)), pictures.sent_on(other, *scribbles.trip(rng)))


def test_another_shape_is_refused_with_both_sizes() -> None:
    """The sentence names what came and what was expected."""
    with pytest.raises(BadPicture, match=r"300x300.*400x300"):
        scribble(Image.new("RGB", (400, 300)), Image.new("RGB", (300, 300)))
    with pytest.raises(BadPicture, match="shapes differ"):
        scribble(Image.new("RGB", (400, 300)), Image.new("RGB", (300, 400)))


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (1, 40), (9, 9)])
def test_tiny_pictures_do_no_harm(size: tuple[int, int]) -> None:
    """A picture too small to paint on gives a sentence or a mask, nothing else."""
    picture = Image.new("RGB", size, "white")
    with pytest.raises(BadPicture, match="same picture"):
        scribble(picture, picture.copy())


def test_a_transparent_picture_can_be_painted_on() -> None:
    """Stickers: the copy comes back with or without its transparency."""
    picture = pictures.shapes((300, 300), random.Random(1)).convert("RGBA")
    picture.putalpha(pictures.filled(ring(300, 5)))
    spot = masks.boxes((300, 300), [(120, 120, 190, 180)])
    flat = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    painted = pictures.paint_over(flat, spot, (255, 0, 255), 1)
    assert pictures.overlap(scribble(picture, painted), spot) > 0.85
