"""The links of the local Pixazo break as its table of faults says."""

from __future__ import annotations

import io

import httpx
import pytest
from PIL import Image

from playground.faults import bomb
from playground.pixazo import LocalPixazo
from tests.playground.pixazo.asking import (
    call,
    link_of,
)


async def test_links_that_lead_nowhere_or_to_a_page(
    pixazo: LocalPixazo, client: httpx.AsyncClient
) -> None:
    """A link may answer 404, or a page with status 200."""
    assert (await client.get(await link_of(pixazo, client, "link-404"))).status_code == 404
    page = await client.get(await link_of(pixazo, client, "link-html"))
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html")


async def test_a_truncated_picture(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """Half of a file opens, and fails when it is read to its end."""
    got = await client.get(await link_of(pixazo, client, "link-truncated-picture"))
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(got.content)).load()


async def test_a_slow_link(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """A trickling file arrives whole."""
    got = await client.get(await link_of(pixazo, client, "link-slow"))
    Image.open(io.BytesIO(got.content)).load()


async def test_a_bomb(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """A bomb is a small file of 400 megapixels, and a PNG in all else."""
    got = await client.get(await link_of(pixazo, client, "link-bomb"))
    assert len(got.content) < 200_000
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(got.content))
    small = Image.open(io.BytesIO(bomb(1000)))
    small.load()
    assert small.size == (1000, 1000)


async def test_a_huge_file(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """A file without end goes on beyond any cap, until the reader leaves."""
    link = await link_of(pixazo, client, "link-huge")
    got = 0
    async with client.stream("GET", link) as answer:
        async for piece in answer.aiter_bytes():
            got += len(piece)
            if got > 40 * 1024 * 1024:
                break
    assert got > 40 * 1024 * 1024


@pytest.mark.parametrize("name", ["link-private", "link-redirect-private"])
async def test_links_to_private_addresses(
    pixazo: LocalPixazo, client: httpx.AsyncClient, name: str
) -> None:
    """A client that goes to the private address is found out."""
    link = await link_of(pixazo, client, name)
    assert not pixazo.results.trespasses
    await client.get(link, follow_redirects=True)
    assert len(pixazo.results.trespasses) == 1


@pytest.mark.parametrize(
    ("name", "form", "size"), [("gif", "GIF", (512, 512)), ("placeholder", "PNG", (512, 512))]
)
async def test_other_pictures(
    pixazo: LocalPixazo, client: httpx.AsyncClient, name: str, form: str, size: tuple[int, int]
) -> None:
    """A GIF, or a picture of something else, comes with status 200."""
    plain = (await client.get((await call(client, "lightning")).json()["imageUrl"])).content
    got = (await client.get(await link_of(pixazo, client, name))).content
    picture = Image.open(io.BytesIO(got))
    assert (picture.format, picture.size) == (form, size)
    assert got != plain
