"""The moment of a call's first byte, and what is known after it, against a real listener."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import h2.config
import h2.connection
import h2.events
import httpcore
import httpx
import pytest

from bot.catalog import BY_ID
from bot.errors import GatewayBroken, GatewayTimeout, Unreachable, UnusableAnswer
from bot.fetch import Fetch
from bot.pixazo import Pixazo, Timeouts, _FirstByte

KEY = "a-key-that-nobody-may-see"
SDXL = BY_ID["sdxl"]
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
async def real(url: str, *, total: float = 10, http2: bool = False) -> AsyncIterator[Pixazo]:
    """The client with real connections."""
    timeouts = Timeouts(total=total)
    async with httpx.AsyncClient(trust_env=False, http1=not http2, http2=http2) as client:
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


async def test_sending_is_awaited_over_http2_too() -> None:
    """The newer protocol has its own event; the request counts as sent after it."""
    told: list[int] = []

    async def sending() -> None:
        told.append(1)

    async with listening() as server, real(server.url, total=0.3, http2=True) as pixazo:
        with pytest.raises(GatewayTimeout):
            await pixazo.draw(SDXL, VALUES, sending=sending)
        assert b"a fox" in b"".join(server.arrived)
    assert told == [1]


class Leaver:
    """An HTTP/2 gateway whose connections answer one call and go away before the next."""

    def __init__(self) -> None:
        self.arrived: list[int] = []
        self.gone = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until the other side leaves."""
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        while data := await reader.read(65_536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.StreamEnded):
                    self._answer(connection, event.stream_id)
            writer.write(connection.data_to_send())
        writer.close()
        self.gone.set()

    def _answer(self, connection: h2.connection.H2Connection, stream: int) -> None:
        self.arrived.append(stream)
        if stream > 1:
            connection.close_connection(last_stream_id=1)
            return
        connection.send_headers(stream, [(":status", "200")])
        connection.send_data(stream, b'{"url": "https://a.example/"}', end_stream=True)


async def test_a_call_that_was_not_taken_is_not_begun_anew() -> None:
    """After a GOAWAY the library would send the POST again, which is a call without a turn."""
    told: list[int] = []

    async def sending() -> None:
        told.append(1)

    server = Leaver()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        async with real(url, http2=True) as pixazo:
            await pixazo.draw(SDXL, VALUES, sending=sending)
            with pytest.raises(Unreachable) as caught:
                await pixazo.draw(SDXL, VALUES, sending=sending)
        await server.gone.wait()
    assert caught.value.nothing_made
    assert (server.arrived, told) == ([1, 3], [1, 1])
