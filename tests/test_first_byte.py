"""The moment of a call's first byte, and what is known after it, against a real listener."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpcore
import pytest

from bot.catalog import BY_ID
from bot.errors import GatewayBroken, GatewayTimeout, Unreachable, UnusableAnswer
from bot.fetch import Fetch
from bot.pixazo import Pixazo, Timeouts, _FirstByte, open_client

KEY = "a-key-that-nobody-may-see"
SDXL = BY_ID["sdxl"]
LATE = 4
VALUES = SDXL.validate({"prompt": "a fox"}, choose=lambda: 7)


async def nothing() -> None:
    """A ``sending`` that nobody listens to."""
    return


class Listener:
    """A loopback gateway that notes when a connection stands and when bytes arrive."""

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self.arrived: list[bytes] = []
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
        self.url = ""
        self.cut = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read, and answer once the body is there."""
        self.connected.set()
        try:
            while chunk := await reader.read(65_536):
                self.arrived.append(chunk)
                if b'"prompt"' in chunk:
                    writer.write(self.answer)
                    await writer.drain()
                    if self.cut:
                        return
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """A listener for the length of a test."""
    it = Listener()
    async with await asyncio.start_server(it.serve, "127.0.0.1", 0) as server:
        it.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield it


@asynccontextmanager
async def real(url: str, *, total: float = 10) -> AsyncIterator[Pixazo]:
    """The client with real connections."""
    timeouts = Timeouts(total=total)
    async with open_client() as client:
        yield Pixazo(client, url=url, key=KEY, fetch=Fetch(client), timeouts=timeouts)


async def test_sending_comes_between_the_connection_and_the_first_byte() -> None:
    """The limiter hears of each call once, with the connection made and nothing sent."""
    told = 0
    async with listening() as server, real(server.url) as pixazo:

        async def sending() -> None:
            nonlocal told
            told += 1
            await asyncio.wait_for(server.connected.wait(), 5)
            assert len(server.arrived) == before

        for calls in (1, 2):  # the second call finds the connection open
            before = len(server.arrived)
            with pytest.raises(UnusableAnswer):
                await pixazo.draw(SDXL, VALUES, sending=sending)
            assert told == calls
            assert len(server.arrived) > before


async def test_a_call_that_may_not_be_sent_is_not() -> None:
    """What ``sending`` raises reaches the caller as it is, and the gateway hears nothing."""

    async def sending() -> None:
        raise LookupError("the slot is gone")

    async with listening() as server:
        async with real(server.url) as pixazo:
            with pytest.raises(LookupError, match="the slot is gone"):
                await pixazo.draw(SDXL, VALUES, sending=sending)
        assert server.arrived == []


async def test_sending_is_not_awaited_without_a_connection() -> None:
    """Where nobody listens, nothing was sent and the slot is not moved."""
    async with listening() as server:
        url = server.url
    told: list[int] = []

    async def sending() -> None:
        told.append(1)

    async with real(url) as pixazo:
        with pytest.raises(Unreachable):
            await pixazo.draw(SDXL, VALUES, sending=sending)
    assert told == []


async def test_the_total_time_is_bounded() -> None:
    """A gateway that never answers times out; one that was never asked was not reached."""
    async with listening() as server, real(server.url, total=0.2) as pixazo:
        server.answer = b""
        with pytest.raises(GatewayTimeout) as caught:
            await pixazo.draw(SDXL, VALUES, sending=nothing)
        assert not caught.value.nothing_made

        async def stuck() -> None:
            await asyncio.Event().wait()

        with pytest.raises(Unreachable):
            await pixazo.draw(SDXL, VALUES, sending=stuck)


async def test_an_answer_that_is_cut_off() -> None:
    """Half an answer is a broken gateway, and no proof that nothing was made."""
    async with listening() as server, real(server.url) as pixazo:
        server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"
        server.cut = True
        with pytest.raises(GatewayBroken):
            await pixazo.draw(SDXL, VALUES, sending=nothing)


async def test_a_proxys_connect_is_not_the_request() -> None:
    """Behind a proxy the tunnel comes first; the limiter hears of the request alone."""
    told: list[int] = []

    async def sending() -> None:
        told.append(1)

    first_byte = _FirstByte(sending)
    for method, count in (("CONNECT", 0), ("POST", 1)):
        request = httpcore.Request(method, "https://gateway.example/")
        await first_byte("http11.send_request_headers.started", {"request": request})
        assert len(told) == count


async def test_late_calls_do_not_meet() -> None:
    """Calls that wait for their slots at the same moment are sent all of them, each once."""
    gate = asyncio.Event()
    waiting = 0

    async def sending() -> None:
        nonlocal waiting
        waiting += 1
        if waiting == LATE:
            gate.set()
        await asyncio.wait_for(gate.wait(), 5)

    async with listening() as server, real(server.url) as pixazo:
        server.answer = (
            b'HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\n{"url": "https://a.example/"}'
        )
        receipts = await asyncio.gather(
            *(pixazo.draw(SDXL, VALUES, sending=sending) for _ in range(LATE))
        )
        assert [receipt.link for receipt in receipts] == ["https://a.example/"] * LATE
        assert b"".join(server.arrived).count(b"a fox") == LATE
