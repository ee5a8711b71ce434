"""Downloads from untrusted addresses: where they may lead, and how much may come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.errors import UnusableAnswer
from bot.fetch import Fetch, FetchFailed, open_client

Handle = Callable[[str], bytes]


def reply(status: int = 200, body: bytes = b"", *headers: str) -> bytes:
    """A raw answer."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Server:
    """A real HTTP server on loopback that keeps the requests it read."""

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self.requests: list[str] = []
        self.port = 0
        self.keeps = False
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and hang up, or go on."""
        self.connections += 1
        going_on = True
        try:
            while going_on:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.requests.append(head)
                writer.write(self.handle(head.split(" ")[1]))
                await writer.drain()
                going_on = self.keeps
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(handle: Handle) -> AsyncIterator[Server]:
    """A server for the length of a test."""
    server = Server(handle)
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listener:
        server.port = listener.sockets[0].getsockname()[1]
        yield server


def found(*addresses: str) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """A resolver that knows one answer."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


NAMED = frozenset({"127.0.0.1", "files.example"})


async def test_a_named_host_may_be_plain_http_on_loopback() -> None:
    """A host that the owner named is downloaded from, wherever it is."""
    async with serving(lambda path: reply(body=b"bytes")) as server, open_client() as client:
        assert await Fetch(client, NAMED)(f"http://127.0.0.1:{server.port}/a") == b"bytes"


async def test_the_connection_goes_to_the_checked_address() -> None:
    """The name is resolved once, and the request goes there with nothing of ours in it."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    cookie = reply(200, b"x", "Set-Cookie: a=b")
    async with serving(lambda path: cookie) as server, open_client() as client:
        client.headers["Ocp-Apim-Subscription-Key"] = "the-key"
        fetch = Fetch(client, NAMED, resolve=resolve)
        await fetch(f"http://files.example:{server.port}/a?b=c")
        await fetch(f"http://files.example:{server.port}/again")
        assert not client.cookies
    assert asked == ["files.example", "files.example"]
    first, second = (request.lower() for request in server.requests)
    assert first.startswith("get /a?b=c http/1.1")
    assert "accept-encoding: identity" in first
    assert f"host: files.example:{server.port}\r\n" in first
    assert "the-key" not in first + second
    assert "cookie" not in first + second


async def test_a_connection_is_not_shared() -> None:
    """Two hosts may lie behind one address; the certificate of one says nothing of the other."""
    async with serving(lambda path: reply(body=b"x")) as server, open_client() as client:
        server.keeps = True
        fetch = Fetch(client, frozenset({"a.example", "b.example"}), resolve=found("127.0.0.1"))
        await fetch(f"http://a.example:{server.port}/")
        await fetch(f"http://b.example:{server.port}/")
        assert server.connections == 2


@pytest.mark.parametrize("addresses", [("127.0.0.9", "127.0.0.1"), ("127.0.0.1", "127.0.0.9")])
async def test_each_address_is_tried(addresses: tuple[str, ...]) -> None:
    """When an address takes no connection, the next does."""
    async with serving(lambda path: reply(body=b"x")) as server, open_client() as client:
        fetch = Fetch(client, NAMED, resolve=found(*addresses))
        assert await fetch(f"http://files.example:{server.port}/") == b"x"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://example.com/a.png", id="plain-http"),
        pytest.param("ftp://127.0.0.1/a.png", id="ftp-named"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("https:///a.png", id="no-host"),
        pytest.param("https://user:word@example.com/a.png", id="userinfo"),
        pytest.param("https://example.com:port/", id="port"),
        pytest.param("", id="empty"),
        pytest.param("https://127.0.0.2/", id="loopback"),
        pytest.param("https://[::1]/", id="loopback6"),
        pytest.param("https://169.254.169.254/latest/", id="metadata"),
        pytest.param("https://2130706433/", id="loopback-as-a-number"),
        pytest.param("https://localhost/", id="localhost"),
    ],
)
async def test_links_that_are_never_opened(url: str) -> None:
    """Anything but https to a public address is refused for good."""
    async with open_client() as client:
        with pytest.raises(UnusableAnswer) as caught:
            await Fetch(client, frozenset({"127.0.0.1"}))(url)
    assert not caught.value.transient


async def test_one_private_address_among_many_is_enough() -> None:
    """Every address of a name is checked, not the first."""
    async with open_client() as client:
        with pytest.raises(UnusableAnswer, match="not public"):
            await Fetch(client, resolve=found("93.184.216.34", "10.0.0.1"))("https://a.example/")


async def test_only_the_named_hosts() -> None:
    """Where the owner named hosts, results come from them alone, over every redirect too."""
    elsewhere = reply(302, b"", "Location: https://other.example/a.png")
    async with serving(lambda path: elsewhere) as server, open_client() as client:
        fetch = Fetch(client, NAMED, only_named=True, resolve=found("127.0.0.1"))
        for url in ("https://other.example/a.png", f"http://files.example:{server.port}/"):
            with pytest.raises(UnusableAnswer, match="is not allowed") as caught:
                await fetch(url)
            assert not caught.value.transient
        assert len(server.requests) == 1


@pytest.mark.parametrize(("hosts", "only"), [(NAMED, False), (frozenset[str](), True)])
async def test_other_hosts_are_open(hosts: frozenset[str], only: bool) -> None:
    """What members send comes from any public host, and results do where no host is named."""
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=b"x"))
    async with httpx.AsyncClient(transport=transport) as client:
        fetch = Fetch(client, hosts, only_named=only, resolve=found("93.184.216.34"))
        assert await fetch("https://other.example/a.png") == b"x"


async def test_a_named_host_may_end_in_a_dot() -> None:
    """The full form of a name is the same name."""
    async with serving(lambda path: reply(body=b"x")) as server, open_client() as client:
        fetch = Fetch(client, frozenset({"files.example."}), resolve=found("127.0.0.1"))
        assert await fetch(f"http://files.example:{server.port}/") == b"x"


@pytest.mark.parametrize(
    "target", ["http://127.0.0.2:1/", "https://169.254.169.254/", "https://[::1]/", "file:///x"]
)
async def test_a_redirect_is_checked_too(target: str) -> None:
    """A named host cannot send the bot to where it must not go."""
    move = reply(302, b"", f"Location: {target}")
    async with serving(lambda path: move) as server, open_client() as client:
        with pytest.raises(UnusableAnswer) as caught:
            await Fetch(client, NAMED)(f"http://127.0.0.1:{server.port}/")
    assert not caught.value.transient
    assert len(server.requests) == 1


async def test_a_good_redirect_is_followed() -> None:
    """A relative redirect leads on, a few times."""

    def handle(path: str) -> bytes:
        step = int(path[1:])
        return reply(301, b"", f"Location: /{step + 1}") if step < 5 else reply(body=b"there")

    async with serving(handle) as server, open_client() as client:
        assert await Fetch(client, NAMED)(f"http://127.0.0.1:{server.port}/0") == b"there"


async def test_redirects_end() -> None:
    """A circle is left after five redirects."""
    move = reply(302, b"", "Location: /")
    async with serving(lambda path: move) as server, open_client() as client:
        with pytest.raises(UnusableAnswer, match="too often"):
            await Fetch(client, NAMED)(f"http://127.0.0.1:{server.port}/")
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("head", "sent"),
    [("Content-Length: 1001\r\n", 1001), ("", 1001), ("Content-Length: 1001\r\n", 1)],
)
async def test_the_cap(head: str, sent: int) -> None:
    """More bytes than the cap are refused, as soon as they are stated or seen."""
    flood = f"HTTP/1.1 200 OK\r\nConnection: close\r\n{head}\r\n".encode() + b"x" * sent
    async with serving(lambda path: flood) as server, open_client() as client:
        with pytest.raises(UnusableAnswer, match="larger than"):
            await Fetch(client, NAMED, cap=1000)(f"http://127.0.0.1:{server.port}/")


async def test_exactly_the_cap() -> None:
    """As many bytes as the cap allows are taken."""
    async with serving(lambda path: reply(body=b"x" * 1000)) as server, open_client() as client:
        fetch = Fetch(client, NAMED, cap=1000)
        assert len(await fetch(f"http://127.0.0.1:{server.port}/")) == 1000


async def test_compressed_data_is_not_unpacked() -> None:
    """An answer that was packed unasked is refused: it could be of any size."""
    packed = reply(200, b"x", "Content-Encoding: gzip")
    async with serving(lambda path: packed) as server, open_client() as client:
        with pytest.raises(UnusableAnswer, match="compressed"):
            await Fetch(client, NAMED)(f"http://127.0.0.1:{server.port}/")


@pytest.mark.parametrize(
    ("answer", "transient"),
    [
        pytest.param(reply(500), True, id="500"),
        pytest.param(reply(404), True, id="404"),
        pytest.param(reply(403), False, id="403"),
        pytest.param(reply(204), False, id="204"),
        pytest.param(b"", True, id="dropped"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", True, id="cut"),
        pytest.param(b"nonsense\r\n\r\n", True, id="nonsense"),
    ],
)
async def test_what_may_pass_is_told_from_what_stays(answer: bytes, transient: bool) -> None:
    """The caller knows whether a second try can help, and the text keeps the link to itself."""
    async with serving(lambda path: answer) as server, open_client() as client:
        with pytest.raises(UnusableAnswer) as caught:
            await Fetch(client, NAMED)(f"http://127.0.0.1:{server.port}/?signature=abc")
    assert caught.value.transient is transient
    assert isinstance(caught.value, FetchFailed) is transient
    assert "abc" not in str(caught.value)


async def test_a_host_that_is_not_there() -> None:
    """No address, no connection and no answer in time: each may pass."""

    async def nowhere(host: str, port: int) -> Sequence[str]:
        raise OSError("no such host")

    async def never(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    async with open_client() as client:
        for resolve in (nowhere, never, found(), found("127.0.0.9")):
            fetch = Fetch(client, NAMED, resolve=resolve, seconds=0.2)
            with pytest.raises(FetchFailed):
                await fetch("http://files.example:1/")


async def test_the_certificate_is_asked_for_by_name() -> None:
    """Over TLS the handshake names the host, though the connection goes to its address."""
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"x")

    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as client:
        await Fetch(client, resolve=found("93.184.216.34"))("https://a.example/p")
    assert str(seen[0].url) == "https://93.184.216.34/p"
    assert seen[0].headers["host"] == "a.example"
    assert seen[0].extensions["sni_hostname"] == "a.example"
