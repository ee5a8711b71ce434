"""Masks for inpainting: made black and white and of the right size, or refused with the reason."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot import images
from bot.errors import BadPicture


def file(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The image as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def plain(
    width: int = 64, height: int = 48, colour: tuple[float, ...] = (200, 30, 60)
) -> Image.Image:
    """An image of one colour."""
    return Image.new("RGB", (width, height), colour)


def decoded(data: bytes) -> Image.Image:
    """The file as an image."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def half_white(width: int, height: int, mode: str = "L") -> Image.Image:
    """A mask whose left half is white."""
    image = Image.new(mode, (width, height), "black")
    image.paste("white", (0, 0, width // 2, height))
    return image


def test_a_mask_is_black_and_white_and_of_the_pictures_size() -> None:
    """Greys are decided, and the size is the picture's."""
    soft = Image.linear_gradient("L").resize((128, 96))
    picture = images.source(file(plain(512, 384)))
    mask = decoded(images.mask_for(file(soft, "JPEG"), picture))
    assert (mask.mode, mask.size, mask.format) == ("L", (512, 384), "PNG")
    assert {value for _, value in mask.getcolors() or ()} == {0, 255}
    assert (mask.getpixel((9, 380)), mask.getpixel((9, 4))) == (255, 0)


def test_a_mask_may_follow_the_fitted_picture() -> None:
    """The shape is compared with the picture it was drawn for, the size may be another."""
    picture = images.source(file(plain(1_500, 500)))
    mask = images.mask_for(file(half_white(1_500, 500)), picture, size=(1_024, 512))
    assert images.verify(mask).size == (1_024, 512)


def test_white_strokes_on_transparency_are_a_mask() -> None:
    """Where nothing was painted, nothing is repainted."""
    image = Image.new("RGBA", (64, 48), (255, 255, 255, 0))
    image.paste((255, 255, 255, 255), (0, 0, 20, 48))
    mask = decoded(images.mask_for(file(image), images.source(file(plain()))))
    assert (mask.getpixel((5, 5)), mask.getpixel((50, 5))) == (255, 0)


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        pytest.param(file(Image.new("L", (64, 48), 0)), "no white", id="black"),
        pytest.param(file(Image.new("L", (64, 48), 255)), "all white", id="white"),
        pytest.param(file(half_white(48, 64)), "another shape", id="turned"),
        pytest.param(file(half_white(66, 48)), "another shape", id="three-percent"),
        pytest.param(b"nonsense", "The mask is not", id="not-a-picture"),
        pytest.param(b"", "The mask is an empty", id="empty"),
    ],
)
def test_a_useless_mask_is_refused(mask: bytes, words: str) -> None:
    """A mask that repaints nothing, everything or something else is refused with its reason."""
    with pytest.raises(BadPicture, match=words):
        images.mask_for(mask, images.source(file(plain(64, 48))))
