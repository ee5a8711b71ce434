"""A gateway that is one function, and the bot's client of it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import httpx
from PIL import Image

from bot.catalog import BY_ID
from bot.fetch import Fetch
from bot.pixazo import Pixazo, Timeouts

KEY = "a-key-that-nobody-may-see"
URL = "https://gateway.example"
LINK = "https://files.example/a.png"
SDXL = BY_ID["sdxl"]
VALUES = SDXL.validate({"prompt": "a fox"}, choose=lambda: 7)
QUICK = Timeouts(poll=0.001, poll_most=0.002, collect=5)

Handle = Callable[[httpx.Request], httpx.Response]


def png() -> bytes:
    """A small PNG file."""
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "green").save(out, "PNG")
    return out.getvalue()


PNG = png()


async def resolve(host: str, port: int) -> Sequence[str]:
    """A resolver that finds a public address."""
    return ["93.184.216.34"]


async def nothing() -> None:
    """A ``sending`` that nobody listens to."""
    return


@asynccontextmanager
async def gateway(handle: Handle, timeouts: Timeouts = QUICK) -> AsyncIterator[Pixazo]:
    """The client over a gateway that is one function."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as client:
        fetch = Fetch(client, resolve=resolve)
        yield Pixazo(client, url=URL + "/", key=KEY, fetch=fetch, timeouts=timeouts)
