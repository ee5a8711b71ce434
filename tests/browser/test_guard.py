"""The page answers this machine's browser only, and serves nobody's file as a page."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import httpx
import pytest
import pytest_asyncio

from bot.catalog import OPERATIONS
from playground.gateway import HELLO
from playground.stage import KEY
from playground.uploads import Upload
from tests.browser.visitor import Playground

pytestmark = pytest.mark.asyncio(loop_scope="module")
LISTENS = "0A"  # the state of such a socket in the kernel's table


@pytest_asyncio.fixture(loop_scope="module")
async def client(playground: Playground) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who can set any header, unlike a browser."""
    async with httpx.AsyncClient(base_url=playground.address) as opened:
        yield opened


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Host": "127.0.0.1:1"},
        {"Host": "localhost.rebound.example"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/feed", "/wire/1", "/static/app.js", "/files/1/a.png"])
async def test_strangers_may_not_read(
    client: httpx.AsyncClient, headers: dict[str, str], path: str
) -> None:
    """A foreign Host, Origin or site gets 403, whatever it asks for."""
    assert (await client.get(path, headers=headers)).status_code == 403


@pytest.mark.parametrize("path", ["/act/say", "/panel/bot", "/panel/mend"])
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}])
async def test_strangers_may_not_write(
    client: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    """What changes something has to come from the page itself, and say so."""
    assert (await client.post(path, headers=headers, content="{}")).status_code == 403


async def test_the_page_may_write(client: httpx.AsyncClient, playground: Playground) -> None:
    """With its own origin a message arrives, and a member's own client still says no."""
    room = playground.room()
    ada = playground.stage.discord.world.user("Ada")
    payload = {"member": ada.id, "channel": room.id, "text": "hello"}
    origin = {"Origin": playground.address}
    form = {"payload": (None, json.dumps(payload))}
    assert (await client.post("/act/say", files=form, headers=origin)).json() == {}
    form = {"payload": (None, json.dumps({**payload, "text": "x" * 2001}))}
    assert "2000" in (await client.post("/act/say", files=form, headers=origin)).json()["refused"]


def listening() -> Iterator[tuple[int, IPv4Address | IPv6Address]]:
    """Yield port and address of every socket at which this process waits for others."""
    mine = set()
    for opened in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            mine.add(str(opened.readlink()))
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/self/net", table).read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            host, port = local.split(":")
            if state == LISTENS and f"socket:[{inode}]" in mine:
                words = [bytes.fromhex(host[i : i + 8])[::-1] for i in range(0, len(host), 8)]
                yield int(port, 16), ip_address(b"".join(words))


@pytest.mark.skipif(sys.platform != "linux", reason="it looks at sockets in /proc")
async def test_only_loopback_is_served(playground: Playground) -> None:
    """Page, Discord, Pixazo and its pictures: nobody listens where other machines could call."""
    stage = playground.stage
    servers = (playground.address, stage.discord.url, stage.pixazo.url, stage.pixazo.results.url)
    found = list(listening())
    assert {urlsplit(address).port for address in servers} <= {port for port, _ in found}
    assert [str(host) for _, host in found if not host.is_loopback] == []


async def test_every_answer_carries_the_policy(client: httpx.AsyncClient) -> None:
    """Nothing but the page's own files may be loaded, also when the answer is an error."""
    for path in ("/", "/static/app.js", "/nothing"):
        policy = (await client.get(path)).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


async def test_an_uploaded_page_is_no_page(
    client: httpx.AsyncClient, playground: Playground
) -> None:
    """HTML and SVG files are saved, not shown, and may run nothing."""
    ada = playground.stage.discord.person("Ada", playground.room())
    bad = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    files = [Upload("a.html", bad), Upload("a.svg", bad)]
    for file in (await ada.say("files", files=files)).attachments:
        answer = await client.get(f"/files/{file.id}/{file.filename}")
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_nothing_outside_static_is_served(client: httpx.AsyncClient) -> None:
    """Paths that climb out of the folder lead nowhere."""
    for path in ("/static/../page.py", "/static/%2e%2e/page.py", "/static/..%2fpage.py"):
        assert (await client.get(path)).status_code in (403, 404)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Host": "127.0.0.1:1"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
async def test_strangers_reach_no_other_server(
    playground: Playground, headers: dict[str, str]
) -> None:
    """The local Discord, its gateway, its files, Pixazo and its pictures refuse them as well."""
    stage = playground.stage
    calls, lines = len(stage.pixazo.calls), len(stage.discord.wire)
    doors = (
        f"{stage.discord.url}/gateway",
        f"{stage.discord.origin}/gateway",
        f"{stage.discord.origin}/attachments/1/2/a.png",
        f"{stage.pixazo.url}{OPERATIONS[0].path}",
        f"{stage.pixazo.results.url}/results/a.png",
    )
    key = {"Ocp-Apim-Subscription-Key": stage.pixazo.terms.key}
    async with httpx.AsyncClient(headers=key) as client:
        for door in doors:
            assert (await client.post(door, headers=headers)).status_code == 403, door
            assert (await client.get(door, headers=headers)).status_code == 403, door
    assert (len(stage.pixazo.calls), len(stage.discord.wire)) == (calls, lines)


async def test_no_foreign_page_opens_a_gateway(playground: Playground) -> None:
    """A WebSocket with another page's origin is refused before it hears HELLO."""
    url = f"{playground.stage.discord.origin}/gateway"
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await session.ws_connect(url, origin="https://elsewhere.example")
        async with session.ws_connect(url) as own:
            assert json.loads((await own.receive()).data)["op"] == HELLO


async def test_the_key_is_another_one_every_time() -> None:
    """What one playground's key was helps nobody with the next."""
    ask = "from playground.stage import KEY; print(KEY)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ask, stdout=asyncio.subprocess.PIPE
    )
    other, _ = await process.communicate()
    assert len(other.split()) == 1
    assert other.decode().strip() != KEY
