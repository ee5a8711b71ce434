"""The client of the gateway: one POST a call, what its errors become, and the check of the key."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
from typing import Any

import httpx
import pytest

from bot.errors import (
    Forbidden,
    GatewayBroken,
    GatewayError,
    GatewayTimeout,
    KeyRefused,
    RateLimited,
    Unreachable,
    UnusableAnswer,
)
from bot.pixazo import Receipt, encode, translate
from tests.gateway import KEY, LINK, PNG, SDXL, URL, VALUES, gateway, nothing

JSON = {"json": {"message": "?"}}
PAGE = {"html": "<html>hello</html>"}


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


@pytest.mark.parametrize(("status", "kind"), [(200, UnusableAnswer), (401, KeyRefused)])
async def test_an_answer_is_never_unpacked(status: int, kind: type[GatewayError]) -> None:
    """A kilobyte may become a gigabyte: answers are asked for as they are, and no other is read."""

    def handle(request: httpx.Request) -> httpx.Response:
        assert request.headers["accept-encoding"] == "identity"
        packed = gzip.compress(json.dumps({"imageUrl": LINK, "message": "packed"}).encode())
        return httpx.Response(status, headers={"Content-Encoding": "gzip"}, content=packed)

    async with gateway(handle) as pixazo:
        with pytest.raises(kind):
            await pixazo.draw(SDXL, VALUES, sending=nothing)


async def test_a_large_answer_is_read() -> None:
    """A picture of a megabyte and more inside of JSON is unpacked."""
    data = PNG + bytes(1_500_000)
    body = {"image": base64.b64encode(data).decode()}
    async with gateway(lambda request: httpx.Response(200, json=body)) as pixazo:
        assert await pixazo.draw(SDXL, VALUES, sending=nothing) == Receipt(data=data)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, JSON, None),
        (200, JSON, None),
        (401, JSON, KeyRefused),
        (403, PAGE, Forbidden),
        (429, JSON, RateLimited),
        (500, JSON, GatewayBroken),
        (503, PAGE, GatewayBroken),
        (200, PAGE, UnusableAnswer),
        (302, PAGE, UnusableAnswer),
        (400, JSON, UnusableAnswer),
        (404, PAGE, UnusableAnswer),
    ],
)
async def test_a_key_is_checked_without_drawing(
    status: int, body: dict[str, Any], kind: type[GatewayError] | None
) -> None:
    """Only the gateway's own way of not knowing a request passes, and nothing is drawn for it."""
    methods: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        return httpx.Response(status, **body)

    async with gateway(handle) as pixazo:
        with pytest.raises(kind) if kind else contextlib.nullcontext():
            await pixazo.check_key()
    assert methods == ["GET"]
