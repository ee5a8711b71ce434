"""Files to pixels and back: decodes untrusted pictures within limits, and writes files.

Everything here is synchronous and belongs in ``images.in_thread``.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any, Literal

from PIL import Image, ImageMath

from bot import profiles

Format = Literal["PNG", "JPEG", "WEBP"]

PIXELS_MOST = 40_000_000
SIDE_MOST = 12_000  # ours: a longer side is no picture to repaint
SCANS_MOST = 50  # ours: each goes over all pixels, and encoders write about ten
SEGMENTS_MOST = 1000  # ours: 32 MB of metadata are 512 segments, and a scan has five at most
EXTENSIONS: dict[Format, str] = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
# MPO is what many phones write: a JPEG with a second picture behind it. GIF is opened to be named.
TAKEN: dict[str, Format] = {"PNG": "PNG", "JPEG": "JPEG", "MPO": "JPEG", "WEBP": "WEBP"}

# More effort makes the file a hundredth smaller and takes three times as long.
LOSSLESS_WEBP: dict[str, Any] = {"lossless": True, "exact": True, "method": 1, "quality": 20}

ORIENTATION = 0x0112  # the EXIF tag
ON_THE_SIDE = (5, 6, 7, 8)  # its values that exchange width and height

_TURNS: dict[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_OPENED = ("PNG", "JPEG", "WEBP", "GIF")
# A marker with a segment behind it, and the end; in a scan's own data FF stands before 00 or D0-D7.
_SEGMENT = re.compile(rb"\xff([^\x00\x01\xd0-\xd8\xff])")
_SCAN, _END = b"\xda", b"\xd9"


class Unreadable(ValueError):
    """Bytes that are no usable picture. ``reason`` goes on after "The picture …", no full stop."""

    def __init__(self, reason: str, remedy: str = "Send a PNG, JPEG or WEBP picture.") -> None:
        super().__init__(f"The picture {reason}.")
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, kw_only=True, repr=False)
class Picture:
    """A picture that was decoded to its last pixel; ``width`` and ``height`` are in pixels."""

    data: bytes
    format: Format
    width: int
    height: int

    @property
    def extension(self) -> str:
        """The ending of a file name, without the dot."""
        return EXTENSIONS[self.format]

    @property
    def content_type(self) -> str:
        """The media type."""
        return f"image/{self.format.lower()}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.width, self.height

    def __repr__(self) -> str:
        return f"<Picture {self.format} {self.width}x{self.height}, {len(self.data)} bytes>"


def described(image: Image.Image, data: bytes) -> Picture:
    """Return the picture that was decoded from the bytes."""
    return Picture(
        data=data, format=TAKEN[image.format or ""], width=image.width, height=image.height
    )


def opened(
    data: bytes, *, pixels_most: int = PIXELS_MOST, side_most: int | None = None
) -> Image.Image:
    """Return the decoded image of one still PNG, JPEG or WEBP file. Raises Unreadable."""
    if not data:
        raise Unreadable("is an empty file (0 bytes)")
    if data.startswith(b"\xff\xd8") and _is_laborious(data):
        raise Unreadable("is a JPEG of too many parts", "Save it anew and send that.")
    try:
        image = Image.open(io.BytesIO(data), formats=_OPENED)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large("has too many pixels", pixels_most, side_most) from error
    except Exception as error:  # a decoder fed with anything may raise anything
        raise Unreadable("is not a PNG, JPEG or WEBP file") from error
    _check(image, pixels_most, side_most)
    try:
        image.load()
    except Exception as error:  # as above
        raise _damaged() from error
    return image


def _is_laborious(data: bytes) -> bool:
    """Whether a JPEG has more scans or segments than any picture needs: seconds in a few bytes.

    Source: ITU-T T.81, annex B. What a segment holds is skipped, and so is what stands behind the
    end, where phones keep films.
    """
    at = scans = 0
    for _ in range(SEGMENTS_MOST):
        segment = _SEGMENT.search(data, at)
        if segment is None or segment[1] == _END:
            return False
        scans += segment[1] == _SCAN
        if scans > SCANS_MOST:
            return True
        at = segment.end() + int.from_bytes(data[segment.end() : segment.end() + 2])
    return True


def _damaged() -> Unreadable:
    return Unreadable("is damaged or cut off", "Send the whole file again.")


def _check(image: Image.Image, pixels_most: int, side_most: int | None) -> None:
    """Look at what the header states, before a pixel is decoded."""
    width, height = image.size
    too_long = side_most is not None and max(width, height) > side_most
    if too_long or width * height > pixels_most:
        raise _too_large(f"is {width:,} x {height:,} pixels", pixels_most, side_most)
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise Unreadable("is animated", "Send a still PNG, JPEG or WEBP picture.")
    if image.format not in TAKEN:
        raise Unreadable("is a GIF")


def _too_large(what: str, pixels_most: int, side_most: int | None) -> Unreadable:
    most = f"{pixels_most / 1_000_000:g} megapixels"
    if side_most is not None:
        most = f"{side_most:,} pixels a side and {most}"
    return Unreadable(f"{what}; {most} are the most", "Send a smaller one.")


def upright(image: Image.Image) -> Image.Image:
    """Return the image turned as its EXIF data says, in RGB or RGBA; itself where it already is.

    Raises Unreadable.
    """
    try:
        turn = _TURNS.get(orientation(image))
        return _coloured(image if turn is None else image.transpose(turn))
    except Exception as error:  # a palette or a transparency that contradicts the pixels
        raise _damaged() from error


def orientation(image: Image.Image) -> object:
    """Return what the EXIF data says, if it can be read at all: many cameras write it badly."""
    try:
        return image.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 whatever is wrong with it, the picture itself is not
        return 1


def _coloured(image: Image.Image) -> Image.Image:
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode == mode:
        return image
    profile = image.info.get("icc_profile", b"")
    inks = profiles.in_srgb(image, profile) if _fits(profile, image) == b"CMYK" else None
    coloured = inks or _plainly(image, mode)
    if _fits(profile, image) == b"GRAY":
        coloured = _of_greys(coloured, profile)
    if profile[16:20] != b"RGB ":
        coloured.info.pop("icc_profile", None)  # it explains inks or greys, which are gone
    return coloured


def _fits(profile: bytes, image: Image.Image) -> bytes:
    """Return what a profile explains, CMYK or GRAY, or nothing where the image has other pixels."""
    kind = b"CMYK" if image.mode == "CMYK" else b"GRAY" if image.mode[0] in "1LI" else b""
    return kind if profile[16:20] == kind else b""


def _of_greys(coloured: Image.Image, profile: bytes) -> Image.Image:
    """Return greys that were taken for sRGB as what their profile says."""
    found = profiles.in_srgb(coloured.getchannel(0), profile)
    if found is None:
        return coloured
    if coloured.mode == "RGBA":
        found.putalpha(coloured.getchannel("A"))
    found.info = coloured.info
    return found


def _plainly(image: Image.Image, mode: str) -> Image.Image:
    return _of_sixteen_bits(image) if image.mode.startswith("I") else image.convert(mode)


def _of_sixteen_bits(image: Image.Image) -> Image.Image:
    """Return 16 bits a pixel as colours; convert() alone would cut off, not scale."""
    wide = image.convert("I")
    coloured = wide.point(lambda value: value * (1 / 256)).convert("RGB")
    clear = coloured.info.pop("transparency", None)
    if clear is not None:
        seen = ImageMath.lambda_eval(lambda each: (each["wide"] != clear) * 255, wide=wide)
        coloured.putalpha(seen.convert("L"))
    return coloured


def encoded(image: Image.Image, kind: Format, **how: Any) -> Picture:
    """Return the image as a file, with its colour profile; ``how`` are Pillow's options.

    JPEG knows no transparency and gets a white ground.
    """
    profile = image.info.get("icc_profile")
    if kind == "JPEG" and image.mode != "RGB":
        image = on_ground(image, "white")
    out = io.BytesIO()
    image.save(out, kind, icc_profile=profile, **how)
    return Picture(data=out.getvalue(), format=kind, width=image.width, height=image.height)


def on_ground(image: Image.Image, colour: str) -> Image.Image:
    """Return the image in RGB, with one colour showing through where it is transparent."""
    ground = Image.new("RGBA", image.size, colour)
    return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
