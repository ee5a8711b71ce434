"""Scribbles are recovered, whatever the way they took, and other uploads are refused."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageChops, ImageDraw

from bot import masks
from bot.errors import BadPicture
from bot.scribble import scribble
from tests import pictures

CASES = 200
FORMS = (pictures.stroke, pictures.ellipse, pictures.polygon, pictures.outline)
VISIBLE = 25  # of 255, in the strongest channel: paint that cannot be seen is no scribble


def scribbled(case: int) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Return a picture, its painted copy as it arrives, and what the member meant."""
    rng = random.Random(case)
    size = rng.randrange(240, 520), rng.randrange(240, 520)
    picture = pictures.PICTURES[case % len(pictures.PICTURES)](size, rng)
    form = FORMS[case // len(pictures.PICTURES) % len(FORMS)]
    line = form(size, rng)
    painted = picture
    opacity = rng.choice((1, 1, 0.6, 0.4))
    while not is_visible(picture, painted, line):
        painted = pictures.paint_over(picture, line, pictures.colour(rng), opacity)
    arrived = pictures.sent_on(
        painted, rng.uniform(0.5, 2), rng.randint(30, 95), rng.choice((1, 2, 3))
    )
    return picture, arrived, pictures.filled(line) if form is pictures.outline else line


def is_visible(picture: Image.Image, painted: Image.Image, line: Image.Image) -> bool:
    """Whether nearly all of the line differs from what it covers by enough to be seen."""
    red, green, blue = ImageChops.difference(picture, painted).split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    seen = masks.above(strongest, VISIBLE).histogram(line)
    return seen[255] >= 0.9 * sum(seen)


def test_scribbles_are_recovered() -> None:
    """Over 200 cases the overlap is at least 0.85 on average and 0.6 at worst."""
    overlaps = []
    for case in range(CASES):
        picture, arrived, meant = scribbled(case)
        found = scribble(picture, arrived)
        assert found.size == picture.size
        assert not any(found.histogram()[1:255])
        overlaps.append(pictures.overlap(found, meant))
    assert sum(overlaps) / len(overlaps) >= 0.85
    assert min(overlaps) >= 0.6


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


@pytest.mark.parametrize("case", range(25))
def test_the_same_picture_is_refused(case: int) -> None:
    """A copy that was only recompressed and resized has nothing painted on it."""
    rng = random.Random(case)
    picture = pictures.PICTURES[case % 5]((rng.randrange(200, 400), 300), rng)
    copy = pictures.sent_on(picture, rng.uniform(0.5, 2), rng.randint(30, 95), 1 + case % 3)
    with pytest.raises(BadPicture, match="same picture"):
        scribble(picture, copy)


@pytest.mark.parametrize("case", range(25))
def test_another_picture_is_refused(case: int) -> None:
    """Two pictures of the same size that have nothing in common are told apart."""
    rng = random.Random(case)
    size = rng.randrange(200, 400), 300
    one = pictures.PICTURES[case % 5](size, rng)
    two = (pictures.gradient, pictures.shapes, pictures.photo)[case % 3](size, rng)
    with pytest.raises(BadPicture, match="another picture"):
        scribble(one, pictures.sent_on(two, 1, 85, 3))


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
