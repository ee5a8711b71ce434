"""The client of the gateway: one call is one POST; its receipt is good for the picture."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx
import stamina

from bot import answer, images
from bot.answer import Receipt
from bot.errors import (
    BadRequest,
    GatewayBroken,
    GatewayError,
    GatewayTimeout,
    Unreachable,
    UnusableAnswer,
)
from bot.fetch import Fetch, FetchFailed, NotThere, is_packed, read_within
from bot.images import Picture
from bot.spec import Operation, Values

log = logging.getLogger(__name__)

__all__ = ["Pixazo", "Receipt", "Timeouts", "encode", "translate"]

CONNECTIONS = httpx.Limits(max_connections=300, max_keepalive_connections=50)
STATUS_PATH = "/v2/requests/status/"
ANSWER_CAP = 48 * 1024 * 1024  # bytes: a 32 MiB picture as base64, and some JSON around it
LARGE = 256 * 1024  # bytes; a larger answer is read in a thread, not on the event loop
MISSING_TRIES = 4  # some seconds: what is not there by then will not be
HEADERS = {"Cache-Control": "no-cache", "Accept-Encoding": "identity"}
KEY_SHORTEST = 8  # a shorter key is no secret, and blotting it out would spoil the answer

T = TypeVar("T")
Sending = Callable[[], Awaitable[None]]
Answered = tuple[int, httpx.Headers, bytes]  # status, headers, body


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """Seconds. ``total`` bounds one call, ``collect`` the way from a receipt to the picture.

    ``poll`` is the first wait between two looks at the gateway's queue, ``poll_most`` the longest;
    ``download`` is for how long a result that does not come is asked for again.
    """

    connect: float = 10.0
    read: float = 120.0
    total: float = 150.0
    collect: float = 300.0
    download: float = 120.0
    poll: float = 1.0
    poll_most: float = 5.0

    def of_call(self) -> httpx.Timeout:
        """Return them as httpx takes them. The pool is sized so that nobody waits for it."""
        return httpx.Timeout(self.read, connect=self.connect, pool=self.connect)


_BROKEN = GatewayBroken, "Pixazo's answer was cut off. Try again in a minute."
_UNREACHABLE = Unreachable, "Pixazo cannot be reached right now. Try again in a minute."
_TIMEOUT = GatewayTimeout, "Pixazo did not answer in time. Try again in a minute."
# The first row that fits counts. All rows but the unreachable ones may have reached the gateway.
_TRANSLATED: tuple[tuple[type[Exception], tuple[type[GatewayError], str]], ...] = (
    (httpx.ConnectError, _UNREACHABLE),
    (httpx.ConnectTimeout, _UNREACHABLE),
    (httpx.PoolTimeout, _UNREACHABLE),
    (httpx.UnsupportedProtocol, _UNREACHABLE),
    (httpx.ReadTimeout, _TIMEOUT),
    (httpx.HTTPError, _BROKEN),
)


def open_client() -> httpx.AsyncClient:
    """Return a client fit for Pixazo; whoever calls it closes it.

    HTTP/1.1, a connection for each call under way: over HTTP/2 httpcore 1.0 gives two calls the
    same stream when one of them waits before its first byte, as a late one does for its slot.
    """
    return httpx.AsyncClient(http2=False, limits=CONNECTIONS, trust_env=False)


def encode(operation: Operation, values: Values) -> tuple[str, dict[str, object]]:
    """Return the path and the JSON of a call: documented names only, nothing that was left out."""
    return operation.path, operation.encode(values)


def translate(error: httpx.HTTPError) -> GatewayError:
    """Return the bot's error for one of httpx."""
    kind, sentence = next(row for foreign, row in _TRANSLATED if isinstance(error, foreign))
    return kind(sentence)


class Pixazo:
    """The gateway. It borrows its client, and never tries a call twice: the durable queue does.

    ``key`` goes to ``url`` and nowhere else; it is blotted out of every answer before it is read.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        url: str,
        key: str,
        fetch: Fetch,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._key = key
        self._fetch = fetch
        self._timeouts = timeouts or Timeouts()

    async def draw(self, operation: Operation, values: Values, *, sending: Sending) -> Receipt:
        """Make one call and return its receipt.

        ``sending`` is awaited once, after the connection stands and before the request's first
        byte; what it raises stops the call, with nothing sent. Raises GatewayError.
        """
        path, document = encode(operation, values)
        first_byte = _FirstByte(sending)
        request = self._request("POST", path, document)
        request.extensions["trace"] = first_byte
        deadline = asyncio.timeout(self._timeouts.total)
        try:
            async with deadline:
                answered = await self._exchange(request)
        except TimeoutError as error:
            if not deadline.expired():
                raise
            kind, sentence = _TIMEOUT if first_byte.sent else _UNREACHABLE
            raise kind(sentence) from error
        return await self._read(answer.decode, answered)

    async def collect(self, receipt: Receipt) -> Picture:
        """Return the verified picture of a receipt; may be called again with the same one.

        Raises UnusableAnswer, GatewayTimeout, or what the gateway's queue refuses with. None of
        them says ``nothing_made``: the call was accepted long ago.
        """
        deadline = asyncio.timeout(self._timeouts.collect)
        try:
            async with deadline:
                while receipt.request is not None:
                    receipt = await self._poll(receipt.request)
                data = receipt.data if receipt.data is not None else await self._download(receipt)
                return await images.in_result_thread(images.verify, data)
        except images.Unreadable as error:
            raise UnusableAnswer(f"Pixazo's picture {error.reason}. Try again.") from error
        except TimeoutError as error:
            raise GatewayTimeout(
                "Pixazo did not finish the picture in time. Try again in a minute."
            ) from error

    async def check_key(self) -> None:
        """Ask whether the key is accepted, with a question that draws and costs nothing.

        Raises the refusal of the key, what keeps the gateway from answering, or UnusableAnswer
        where something else answers at its address.
        """
        try:
            async with asyncio.timeout(self._timeouts.connect):
                status, headers, body = await self._exchange(self._status_request("none"))
        except TimeoutError as error:
            raise GatewayTimeout(_TIMEOUT[1]) from error
        if status in (200, 404) and answer.is_document(body):
            return
        refused = answer.refusal(status, headers, body)
        if isinstance(refused, BadRequest):  # nothing was asked for that could be wrong
            raise UnusableAnswer(f"What answers at PIXAZO_URL is not the gateway ({status}).")
        raise refused

    async def _poll(self, request: str) -> Receipt:
        """Look at the queue until the picture is ready; the caller sets the deadline."""
        wait = self._timeouts.poll
        while True:
            asked = await self._look(request)
            if isinstance(asked, Receipt):
                return asked
            await asyncio.sleep(max(asked, wait * random.uniform(0.75, 1.25)))
            wait = min(wait * 1.5, self._timeouts.poll_most)

    async def _look(self, request: str) -> Receipt | float:
        """Return what is ready, or the seconds that the gateway asks to wait (0: it does not)."""
        try:
            answered = await self._exchange(self._status_request(request))
            return await self._read(answer.poll, answered) or 0.0
        except GatewayError as error:
            if error.transient or isinstance(error, GatewayTimeout):
                return error.retry_after or 0.0
            error.nothing_made = False
            raise

    async def _download(self, receipt: Receipt) -> bytes:
        """Download a result again and again: it was paid for, and a second look costs nothing."""
        failed: FetchFailed | None = None  # the last one is the caller's to log
        async for attempt in stamina.retry_context(
            on=FetchFailed,
            attempts=None,
            timeout=self._timeouts.download,
            wait_initial=0.5,
            wait_max=15.0,
        ):
            if failed is not None:
                log.warning("a result is downloaded again: %s", failed)
            with attempt:
                try:
                    return await self._fetch(receipt.link or "")
                except FetchFailed as error:
                    if isinstance(error, NotThere) and attempt.num >= MISSING_TRIES:
                        raise UnusableAnswer(str(error)) from error
                    failed = error
                    raise
        raise AssertionError("unreachable: the last attempt raises")

    def _status_request(self, request: str) -> httpx.Request:
        return self._request("GET", STATUS_PATH + request)

    def _request(self, method: str, path: str, document: object = None) -> httpx.Request:
        return self._client.build_request(
            method,
            self._url + path,
            json=document,
            headers={**HEADERS, "Ocp-Apim-Subscription-Key": self._key},
            timeout=self._timeouts.of_call(),
        )

    async def _exchange(self, request: httpx.Request) -> Answered:
        try:
            response = await self._client.send(request, stream=True, follow_redirects=False)
            try:
                body = await _body(response)
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            raise translate(error) from error
        return response.status_code, response.headers, self._blot(body)

    async def _read(
        self, meaning: Callable[[int, httpx.Headers, bytes], T], answered: Answered
    ) -> T:
        """Return what an answer means, read in a thread where it is large."""
        if len(answered[2]) > LARGE:
            return await images.in_result_thread(meaning, *answered)
        return meaning(*answered)

    def _blot(self, body: bytes) -> bytes:
        key = self._key.encode()
        return body.replace(key, b"***") if len(key) >= KEY_SHORTEST else body


async def _body(response: httpx.Response) -> bytes:
    """The body, never unpacked: a refusal's status says enough, and a picture is given up."""
    if not is_packed(response):
        return await read_within(response, ANSWER_CAP)
    if response.is_success:
        raise UnusableAnswer("Pixazo's answer came compressed, unasked. Try again.")
    return b""


class _FirstByte:
    """The trace of one request, as httpcore calls it: awaits ``sending`` before the first byte.

    httpcore traces ``http11.send_request_headers.started`` on a connection that stands; a proxy's
    CONNECT is traced as well, and is not the request.
    """

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self.sent = False

    async def __call__(self, event: str, info: dict[str, object]) -> None:
        ours = getattr(info.get("request"), "method", b"POST") == b"POST"
        if ours and event == "http11.send_request_headers.started":
            await self._sending()
            self.sent = True
