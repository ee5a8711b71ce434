"""Discord stumbles while a member's picture is downloaded: tried again, and said as it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from aiohttp import web

from playground.person import Person
from playground.reply import Reply
from playground.stage import Stage
from tests.wire import edits, files, scene
from tests.wire.edits import SIZE

pytestmark = pytest.mark.asyncio(loop_scope="module")

Trouble = Callable[[web.Request], web.Response]
Troubled = Callable[..., AbstractAsyncContextManager[list[str]]]
LARGE = str(33 * 1024 * 1024)


def busy(_: web.Request) -> web.Response:
    """503, as from an overloaded edge."""
    return web.Response(status=503)


def reset(request: web.Request) -> web.Response:
    """The connection breaks off."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def gone(_: web.Request) -> web.Response:
    """404: the message was deleted."""
    return web.Response(status=404)


def large(_: web.Request) -> web.Response:
    """More bytes than are taken."""
    return web.Response(headers={"Content-Length": LARGE})


@pytest.fixture
def troubled(shared: Stage) -> Troubled:
    """Lets Discord's files fail so many times, and keeps what was asked for."""

    @asynccontextmanager
    async def troubled(trouble: Trouble, times: int) -> AsyncIterator[list[str]]:
        asked: list[str] = []

        async def serve(request: web.Request) -> web.Response:
            asked.append(request.path)
            if len(asked) <= times:
                return trouble(request)
            return files.kept(shared, request)

        async with files.served(shared, serve):
            yield asked

    return troubled


async def asked_for(member: Person) -> Reply:
    """/inpaint with a picture."""
    picture = scene.upload(scene.photo(*SIZE))
    return await member.command("inpaint", prompt="a hat", image=picture, region="left")


@pytest.mark.parametrize("trouble", [busy, reset])
async def test_a_download_that_fails_twice(
    ada: Person, troubled: Troubled, trouble: Trouble
) -> None:
    """It is tried again, and the member sees the preview."""
    async with troubled(trouble, 2) as asked:
        await edits.shows(await asked_for(ada), "Draw this?")
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("trouble", "tries", "sentence"),
    [
        (busy, 3, "could not be downloaded just now. Please try again in a minute."),
        (reset, 3, "could not be downloaded just now. Please try again in a minute."),
        (large, 1, "The picture is larger than 32 MB. Send a smaller one."),
        (gone, 1, "Discord no longer has the picture. Please send it again."),
    ],
    ids=["busy", "reset", "large", "gone"],
)
async def test_a_download_that_fails(
    ada: Person, troubled: Troubled, trouble: Trouble, tries: int, sentence: str
) -> None:
    """The private sentence says what is wrong, and what cannot get better is not asked again."""
    async with troubled(trouble, 100) as asked:
        said = await edits.shows(await asked_for(ada), sentence)
    assert said.ephemeral_to is ada.user
    assert len(asked) == tries
