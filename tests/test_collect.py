"""From a receipt to the verified picture: the queue, the download, and what may stumble."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import httpx
import pytest
import stamina

from bot import images
from bot.errors import BadRequest, GatewayError, GatewayTimeout, KeyRefused, UnusableAnswer
from bot.pixazo import Receipt, Timeouts
from tests.gateway import KEY, LINK, PNG, gateway


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Downloads are tried again at once."""
    with stamina.set_testing(True, attempts=9, cap=True):
        yield


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
    faults = iter([500, 429, 404, 409, 425, 302, 503])

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
        (httpx.Response(200, json={"status": "COMPLETED", "output": None}), UnusableAnswer),
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


async def test_a_download_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    """The picture was bought: a link that fails is asked again, and the log says why.

    Not for ever, and where nothing is there not for long. The last failure is told to the caller,
    who logs it.
    """
    faults = [404, 500, 503, 503, 503]

    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(faults.pop(0)) if faults else httpx.Response(200, content=PNG)

    async with gateway(handle) as pixazo:
        assert (await pixazo.collect(Receipt(link=LINK))).data == PNG
        faults[:] = [404] * 99
        with pytest.raises(UnusableAnswer, match="404"):
            await pixazo.collect(Receipt(link=LINK))
    assert len(faults) == 95
    said = [record.getMessage() for record in caplog.records if record.name == "bot.pixazo"]
    assert [line.split("(")[1][:3] for line in said] == ["404", "500", *["503"] * 3, *["404"] * 3]


@pytest.mark.parametrize("data", [PNG[:40], b"<html>gone</html>", b"", b"GIF89a"])
async def test_a_result_that_is_no_picture(data: bytes) -> None:
    """What was downloaded is decoded before it counts as a picture."""
    async with gateway(lambda request: httpx.Response(200, content=data)) as pixazo:
        with pytest.raises(UnusableAnswer, match="Pixazo's picture is"):
            await pixazo.collect(Receipt(link=LINK))
