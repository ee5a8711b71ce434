"""One upload, whatever the member meant by it: a painted copy of the picture, or a mask file."""

from __future__ import annotations

from PIL import Image

from bot import maskfile
from bot.scribble import scribble


def mask_of(original: Image.Image, upload: Image.Image) -> Image.Image:
    """Return the mask, of the original's size, that the upload means.

    An opaque upload with as many colours as a photo is taken for a painted copy, anything else for
    a mask file. Raises BadPicture as those two do.
    """
    if maskfile.is_photo(upload):
        return scribble(original, upload)
    return maskfile.understand(upload, original.size)
