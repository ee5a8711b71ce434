"""How the tests ask the local Pixazo."""

from __future__ import annotations

import io
from typing import Any

import httpx
from PIL import Image

from bot.catalog import OPERATIONS
from bot.spec import Operation
from playground.pixazo import LocalPixazo

KEY = {"Ocp-Apim-Subscription-Key": "playground-key"}
ROWS = {operation.id: operation for operation in OPERATIONS}
SD35 = {
    "prompt": "a fox",
    "aspect_ratio": "16:9",
    "cfg": 4.5,
    "steps": 40,
    "output_format": "webp",
    "output_quality": 90,
    "prompt_strength": 0.85,
}
SMALL = {"prompt": "a fox", "width": 512, "height": 512, "seed": 7}
DRAWING = ("sd35", "sd3", "sdxl", "lightning", "lightning-stream")


def body_of(operation_id: str) -> dict[str, Any]:
    """Return the least body that makes a small picture."""
    return (
        SD35 if operation_id == "sd35" else {"prompt": "a fox"} if operation_id == "sd3" else SMALL
    )


async def call(client: httpx.AsyncClient, operation_id: str, **fields: object) -> httpx.Response:
    """Call an operation with the least body and these fields."""
    return await client.post(ROWS[operation_id].path, json=body_of(operation_id) | fields)


async def answers(pixazo: LocalPixazo, *operation_ids: str) -> list[httpx.Response]:
    """Call these operations one after the other, with a body that is refused without drawing."""
    async with httpx.AsyncClient(base_url=pixazo.url, headers=KEY) as client:
        return [await client.post(ROWS[each].path, json={}) for each in operation_ids]


async def picture_of(
    client: httpx.AsyncClient, operation: Operation, answer: httpx.Response
) -> Image.Image:
    """Return the verified picture of an answer, by its link or by its bytes."""
    assert answer.status_code == 200, answer.text
    data = answer.content
    if answer.headers["content-type"].startswith("application/json"):
        data = (await client.get(answer.json()[operation.image_field])).content
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


async def link_of(pixazo: LocalPixazo, client: httpx.AsyncClient, name: str) -> str:
    """Call with a fault and return the link of the answer."""
    pixazo.faults.add(name)
    return str((await call(client, "lightning")).json()["imageUrl"])
