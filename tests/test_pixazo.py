"""The client of the gateway: one POST a call, the moment of the first byte, and the collecting."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest
import stamina
from PIL import Image

from bot import images
from bot.catalog import BY_ID
from bot.errors import (
    BadRequest,
    GatewayBroken,
    GatewayError,
    GatewayTimeout,
    KeyRefused,
    Unreachable,
    UnusableAnswer,
)
from bot.fetch import Fetch
from bot.pixazo import Pixazo, Receipt, Timeouts, encode, translate

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


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Downloads are tried again at once."""
    with stamina.set_testing(True, attempts=9, cap=True):
        yield


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


async def test_a_call_is_one_post_with_the_documented_fields() -> None:
    """Path, headers and JSON are the page's, and the receipt is the answer's link."""
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"imageUrl": LINK})

    async with gateway(handle) as pixazo:
        receipt = await pixazo.draw(SDXL, VALUES, sending=nothing)
    assert receipt == Receipt(link=LINK)
    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", f"{URL}/getImage/v1/getSDXLImage")
    assert request.headers["ocp-apim-subscription-key"] == KEY
    assert request.headers["content-type"] == "application/json"
    assert request.headers["cache-control"] == "no-cache"
    assert json.loads(request.content) == SDXL.encode(VALUES)


def test_encode_leaves_out_what_was_left_out() -> None:
    """A field without a value is not sent."""
    assert encode(SDXL, {"prompt": "x"}) == (SDXL.path, {"prompt": "x"})


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        (httpx.ConnectError, Unreachable),
        (httpx.ConnectTimeout, Unreachable),
        (httpx.PoolTimeout, Unreachable),
        (httpx.UnsupportedProtocol, Unreachable),
        (httpx.ReadTimeout, GatewayTimeout),
        (httpx.WriteTimeout, GatewayBroken),
        (httpx.ReadError, GatewayBroken),
        (httpx.RemoteProtocolError, GatewayBroken),
        (httpx.DecodingError, GatewayBroken),
    ],
)
async def test_foreign_errors_are_translated(
    foreign: type[httpx.HTTPError], ours: type[GatewayError]
) -> None:
    """Only where no connection was made is it certain that nothing was."""

    def handle(request: httpx.Request) -> httpx.Response:
        raise foreign(f"with {KEY}")

    async with gateway(handle) as pixazo:
        with pytest.raises(ours) as caught:
            await pixazo.draw(SDXL, VALUES, sending=nothing)
    assert type(translate(foreign("x"))) is type(caught.value) is ours
    assert caught.value.nothing_made == (ours is Unreachable)
    assert isinstance(caught.value.__cause__, foreign)
    assert KEY not in str(caught.value)


async def test_a_call_is_never_repeated() -> None:
    """A try is a call and takes its own turn, so the client makes one."""
    calls: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        calls.append(request.method)
        return httpx.Response(503, headers={"Retry-After": "4"})

    async with gateway(handle) as pixazo:
        with pytest.raises(GatewayBroken) as caught:
            await pixazo.draw(SDXL, VALUES, sending=nothing)
    assert calls == ["POST"]
    assert caught.value.retry_after == 4


@pytest.mark.parametrize("status", [200, 400])
async def test_the_key_is_blotted_out(status: int) -> None:
    """A gateway that repeats the key does not get it shown."""
    body = {"status": "failed", "error": f"no such key: {KEY}"}
    async with gateway(lambda request: httpx.Response(status, json=body)) as pixazo:
        with pytest.raises(GatewayError) as caught:
            await pixazo.draw(SDXL, VALUES, sending=nothing)
        assert KEY not in str(caught.value)
        assert "no such key" in str(caught.value)
        assert KEY not in repr(pixazo)


async def test_a_large_answer_is_read() -> None:
    """A picture of a megabyte and more inside of JSON is unpacked."""
    data = PNG + bytes(1_500_000)
    body = {"image": base64.b64encode(data).decode()}
    async with gateway(lambda request: httpx.Response(200, json=body)) as pixazo:
        assert await pixazo.draw(SDXL, VALUES, sending=nothing) == Receipt(data=data)


@pytest.mark.parametrize("receipt", [Receipt(link=LINK), Receipt(data=PNG), Receipt(request="r-1")])
async def test_a_receipt_is_good_for_its_picture(receipt: Receipt) -> None:
    """By link, bytes or queue, the picture comes verified; the key stays at the gateway."""
    looks = iter(["IN_QUEUE", "PROCESSING", "COMPLETED"])

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/a.png":
            assert "ocp-apim-subscription-key" not in request.headers
            return httpx.Response(200, content=PNG)
        assert (request.method, request.url.path) == ("GET", "/v2/requests/status/r-1")
        assert request.headers["ocp-apim-subscription-key"] == KEY
        answer = {"request_id": "r-1", "status": next(looks), "polling_url": "https://evil.example"}
        if answer["status"] == "COMPLETED":
            return httpx.Response(200, json={**answer, "output": {"media_url": [LINK]}})
        return httpx.Response(202, json=answer)

    async with gateway(handle) as pixazo:
        picture = await pixazo.collect(receipt)
        assert (picture.data, picture.format, picture.size) == (PNG, "PNG", (8, 6))


async def test_the_queue_may_stumble() -> None:
    """Errors of a poll that pass are survived."""
    faults = iter([500, 429, 404, 503])

    def handle(request: httpx.Request) -> httpx.Response:
        status = next(faults, None)
        if status == 503:
            raise httpx.ConnectError("down")
        headers = {"Retry-After": "0"}
        return (
            httpx.Response(status, headers=headers) if status else httpx.Response(200, content=PNG)
        )

    async with gateway(handle) as pixazo:
        assert (await pixazo.collect(Receipt(request="r"))).data == PNG


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(401), KeyRefused),
        (httpx.Response(400, json={"error": "what?"}), BadRequest),
        (httpx.Response(200, json={"request_id": "r", "status": "FAILED"}), UnusableAnswer),
    ],
)
async def test_the_queue_may_refuse(answer: httpx.Response, kind: type[GatewayError]) -> None:
    """A refused poll ends the collecting, and proves nothing about the picture."""
    async with gateway(lambda request: answer) as pixazo:
        with pytest.raises(kind) as caught:
            await pixazo.collect(Receipt(request="r"))
    assert not caught.value.nothing_made
    assert kind.nothing_made == (kind is not UnusableAnswer)


async def test_uploads_do_not_hold_up_a_result() -> None:
    """While every upload's thread is busy, a picture that was bought is verified in time."""
    busy, over = threading.Barrier(3), threading.Event()

    def upload() -> None:
        busy.wait()
        over.wait()

    async with gateway(lambda request: httpx.Response(500)) as pixazo, asyncio.TaskGroup() as group:
        uploads = [group.create_task(images.in_thread(upload)) for _ in range(2)]
        await asyncio.to_thread(busy.wait)
        try:
            assert (await pixazo.collect(Receipt(data=PNG))).data == PNG
            assert not any(one.done() for one in uploads)
        finally:
            over.set()


async def test_the_queue_has_a_deadline() -> None:
    """A request that is never finished is given up."""
    answer = httpx.Response(202, json={"request_id": "r", "status": "IN_QUEUE"})
    timeouts = Timeouts(poll=0.001, poll_most=0.01, collect=0.1)
    async with gateway(lambda request: answer, timeouts) as pixazo:
        with pytest.raises(GatewayTimeout):
            await pixazo.collect(Receipt(request="r"))


async def test_a_download_is_tried_again() -> None:
    """The picture was bought: a link that fails at first is asked again, and not for ever."""
    faults = [404, 500, 503]

    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(faults.pop(0)) if faults else httpx.Response(200, content=PNG)

    async with gateway(handle) as pixazo:
        assert (await pixazo.collect(Receipt(link=LINK))).data == PNG
        faults[:] = [404] * 99
        with pytest.raises(UnusableAnswer, match="404"):
            await pixazo.collect(Receipt(link=LINK))
    assert len(faults) == 95


@pytest.mark.parametrize("data", [PNG[:40], b"<html>gone</html>", b"", b"GIF89a"])
async def test_a_result_that_is_no_picture(data: bytes) -> None:
    """What was downloaded is decoded before it counts as a picture."""
    async with gateway(lambda request: httpx.Response(200, content=data)) as pixazo:
        with pytest.raises(UnusableAnswer, match="Pixazo's picture is"):
            await pixazo.collect(Receipt(link=LINK))


@pytest.mark.parametrize(("status", "refused"), [(404, False), (200, False), (401, True)])
async def test_a_key_is_checked_without_drawing(status: int, refused: bool) -> None:
    """Only a refusal of the key counts, and nothing is drawn to find out."""
    methods: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        return httpx.Response(status, json={"message": "?"})

    async with gateway(handle) as pixazo:
        with pytest.raises(KeyRefused) if refused else contextlib.nullcontext():
            await pixazo.check_key()
    assert methods == ["GET"]
