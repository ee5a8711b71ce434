"""Inks and greys as the colours that their own profile says they are.

Everything here is synchronous and belongs in ``images.in_thread``.
"""

from __future__ import annotations

import io

from PIL import Image, ImageCms

BYTES_MOST = 4_000_000  # ours: profiles for inks have up to three million
_TAGS = 132  # bytes in front of the list of tags, of 12 bytes each (ICC.1:2022, 7.2 and 7.3)


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image | None:
    """Return a CMYK or grey image (``L``) as RGB, or None: its profile is of no use."""
    if len(profile) > BYTES_MOST or _is_laborious(profile):
        return None
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(
            image, own, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except Exception:  # noqa: BLE001 whatever is wrong with it, the picture itself is not
        return None


def _is_laborious(profile: bytes) -> bool:
    """Whether it holds a chain of steps (D2B0 to D2B3): one of thousands fits into few bytes."""
    count = int.from_bytes(profile[_TAGS - 4 : _TAGS])
    tags = profile[_TAGS : _TAGS + 12 * count]
    return any(tags[place : place + 3] == b"D2B" for place in range(0, len(tags), 12))
