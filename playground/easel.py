"""From the fields of a request to its picture; inpainting fetches its two pictures first."""

from __future__ import annotations

import io
from collections.abc import Mapping
from hashlib import sha256

import httpx
from PIL import Image

from bot.spec import SEED_MOST, Operation
from playground import painter
from playground.painter import Sketch
from playground.results import Drawn

SOURCE_MOST = 1024 * 1024  # bytes; "sources above about 1 MB were reported to fail" (field notes)
STOCK = Sketch(prompt="Stock photo", model="not your picture", seed=0, width=512, height=512)
TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}


class Unfetchable(Exception):
    """A picture that inpainting was given a link to cannot be had; the text says why."""


async def sources(
    client: httpx.AsyncClient, hosts: frozenset[str], values: Mapping[str, object]
) -> dict[str, bytes]:
    """Return the bytes behind ``imageUrl`` and ``maskUrl``, as far as they are given.

    Only links to one of ``hosts`` are followed. Raises Unfetchable.
    """
    return {
        name: await _fetch(client, hosts, name, str(values[name]))
        for name in ("imageUrl", "maskUrl")
        if values.get(name)
    }


async def _fetch(client: httpx.AsyncClient, hosts: frozenset[str], name: str, link: str) -> bytes:
    try:
        if httpx.URL(link).host not in hosts:
            raise Unfetchable(f"{name} could not be fetched: the host is not reachable")
        answer = await client.get(link)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unfetchable(f"{name} could not be fetched: {type(error).__name__}") from error
    if answer.status_code != 200:
        raise Unfetchable(f"{name} could not be fetched: status {answer.status_code}")
    if len(answer.content) > SOURCE_MOST:
        raise Unfetchable(f"{name} is larger than 1 MB")
    return answer.content


def draw(operation: Operation, values: Mapping[str, object], given: Mapping[str, bytes]) -> Drawn:
    """Return the picture that the request asks for; raises Unfetchable for a bad source."""
    if operation.takes_images:
        return Drawn(data=_inpainted(operation, values, given), content_type="image/png")
    form = str(values.get("output_format", "png"))
    quality = int(str(values.get("output_quality", 90)))
    picture = painter.paint(_sketch(operation, values))
    return Drawn(data=painter.encode(picture, form, quality), content_type=TYPES[form])


def _sketch(operation: Operation, values: Mapping[str, object]) -> Sketch:
    width, height = painter.size_of(str(values.get("aspect_ratio", "1:1")))
    return Sketch(
        prompt=str(values["prompt"]),
        model=operation.title,
        seed=_seed(operation, values),
        width=int(str(values.get("width", width))),
        height=int(str(values.get("height", height))),
    )


def _seed(operation: Operation, values: Mapping[str, object]) -> int | None:
    """Return the seed; one that was left out follows from the rest of the request."""
    if not operation.takes_seed:
        return None
    if "seed" in values:
        return int(str(values["seed"]))
    digest = sha256(repr(sorted(values.items())).encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8]) % (SEED_MOST + 1)


def _inpainted(
    operation: Operation, values: Mapping[str, object], given: Mapping[str, bytes]
) -> bytes:
    source = _read("imageUrl", given) or painter.paint(STOCK)
    mask = _read("maskUrl", given) or Image.new("L", source.size, 255)
    size = (
        int(str(values.get("width", source.width))),
        int(str(values.get("height", source.height))),
    )
    if size != source.size:
        source = source.convert("RGB").resize(size)
    return painter.encode(painter.repaint(source, mask, _sketch(operation, values)))


def _read(name: str, given: Mapping[str, bytes]) -> Image.Image | None:
    if name not in given:
        return None
    try:
        picture = Image.open(io.BytesIO(given[name]), formats=("PNG", "JPEG", "WEBP"))
        picture.load()
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise Unfetchable(f"{name} is not a JPG, PNG or WEBP picture") from error
    return picture
