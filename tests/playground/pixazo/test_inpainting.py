"""The local Pixazo repaints the white part of a picture that it fetches itself."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
from PIL import Image, ImageChops, ImageDraw

from playground.pixazo import LocalPixazo
from playground.results import Drawn
from tests.playground.pixazo.asking import (
    ROWS,
    picture_of,
)


def png(picture: Image.Image) -> Drawn:
    """Return a picture's PNG file."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    return Drawn(data=file.getvalue(), content_type="image/png")


def inpaint_body(pixazo: LocalPixazo) -> tuple[dict[str, Any], Image.Image, Image.Image]:
    """Return a body that repaints the middle of a picture, the picture and its mask."""
    source = Image.effect_noise((640, 512), 80).convert("RGB")
    mask = Image.new("L", source.size, 0)
    ImageDraw.Draw(mask).ellipse((200, 150, 399, 349), fill=255)
    links = [pixazo.results.keep(n, png(p)) for n, p in (("s.png", source), ("m.png", mask))]
    return {"prompt": "a lion", "imageUrl": links[0], "maskUrl": links[1], "seed": 1}, source, mask


@pytest.mark.parametrize("operation_id", ["inpaint", "inpaint-stream"])
async def test_inpainting_repaints_only_the_white_part(
    pixazo: LocalPixazo, client: httpx.AsyncClient, operation_id: str
) -> None:
    """Black pixels of the mask stay identical, the white part becomes something else."""
    body, source, mask = inpaint_body(pixazo)
    answer = await client.post(ROWS[operation_id].path, json=body)
    result = (await picture_of(client, ROWS[operation_id], answer)).convert("RGB")
    changed = (
        ImageChops.difference(result, source).convert("L").point(lambda level: 255 * bool(level))
    )
    assert ImageChops.subtract(changed, mask).getbbox() is None
    share = ImageChops.multiply(changed, mask).histogram()[255] / mask.histogram()[255]
    assert share > 0.95


async def test_inpainting_resizes(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """Width and height, where given, are the result's."""
    body, _, _ = inpaint_body(pixazo)
    answer = await client.post(ROWS["inpaint"].path, json=body | {"width": 768, "height": 512})
    assert (await picture_of(client, ROWS["inpaint"], answer)).size == (768, 512)


async def test_inpainting_without_a_picture_paints_over_a_stock_photo(
    client: httpx.AsyncClient,
) -> None:
    """Without imageUrl a picture comes back that has nothing to do with the member's."""
    answer = await client.post(ROWS["inpaint"].path, json={"prompt": "a lion"})
    assert (await picture_of(client, ROWS["inpaint"], answer)).size == (512, 512)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("https://elsewhere.example/x.png", "the host is not reachable"),
        ("{results}/gone/s.png", "status 404"),
        ("{results}/results/page.png", "is not a JPG, PNG or WEBP picture"),
        ("{results}/results/large.png", "is larger than 1 MB"),
        ("http://127.0.0.1:1/x.png", "ConnectError"),
    ],
)
async def test_inpainting_refuses_what_it_cannot_fetch(
    pixazo: LocalPixazo, client: httpx.AsyncClient, link: str, words: str
) -> None:
    """A link to elsewhere, to nothing, to no picture or to a large one answers 400."""
    body, _, _ = inpaint_body(pixazo)
    pixazo.results.keep("page.png", Drawn(data=b"<html>", content_type="image/png"))
    pixazo.results.keep("large.png", Drawn(data=bytes(1024 * 1024 + 1), content_type="image/png"))
    body["imageUrl"] = link.format(results=pixazo.results.url)
    answer = await client.post(ROWS["inpaint"].path, json=body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
