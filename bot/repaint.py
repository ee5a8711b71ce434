"""From two uploads to what inpainting takes: a fitted picture and a mask of its size."""

from __future__ import annotations

from dataclasses import dataclass

from bot import images
from bot.errors import BadPicture, UnusableAnswer
from bot.fetch import Fetch
from bot.spec import Value

BYTES_MOST = 32 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that a member sent, before it was read; ``size`` in bytes as Discord states it."""

    url: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What an order for inpainting needs beside the member's words.

    ``values`` hold the links of uploads that go as they are, and the size; ``inputs`` are the
    pictures that the bot made, in the order of the operation's image options.
    """

    values: dict[str, Value]
    inputs: tuple[bytes, ...]


async def prepare(fetch: Fetch, image: Upload, mask: Upload) -> Prepared:
    """Read both uploads and make them fit. Raises BadPicture, which says what to send."""
    image_data = await read(fetch, image, "picture")
    mask_data = await read(fetch, mask, "mask")
    fitted, fitted_mask = await images.in_thread(_fit, image_data, mask_data)
    values: dict[str, Value] = {"width": fitted.width, "height": fitted.height}
    inputs = []
    for name, upload, before, after in (
        ("image", image, image_data, fitted.data),
        ("mask", mask, mask_data, fitted_mask),
    ):
        if after is before:
            values[name] = upload.url
        else:
            inputs.append(after)
    return Prepared(values=values, inputs=tuple(inputs))


def _fit(image_data: bytes, mask_data: bytes) -> tuple[images.Picture, bytes]:
    picture = images.source(image_data)
    fitted = images.fit(picture)
    return fitted, images.mask_for(mask_data, picture, size=fitted.size)


async def read(fetch: Fetch, upload: Upload, what: str) -> bytes:
    """Return a member's upload, at most 32 MB. Raises BadPicture."""
    if upload.size > BYTES_MOST:
        megabytes = BYTES_MOST // 1024 // 1024
        raise BadPicture(f"The {what} is larger than {megabytes} MB. Send a smaller one.")
    try:
        return await fetch(upload.url)
    except UnusableAnswer as error:
        raise BadPicture(f"Discord no longer has the {what}. Please send it again.") from error
