"""The local Pixazo breaks each promise as its table of faults says."""

from __future__ import annotations

import asyncio
import base64
import io
from pathlib import Path

import httpx
import pytest
from PIL import Image

from playground.faults import BY_NAME
from playground.pixazo import LocalPixazo
from tests.playground.pixazo.asking import (
    KEY,
    ROWS,
    SD35,
    call,
    picture_of,
)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("429", 429),
        ("429-retry-after", 429),
        ("429-text", 429),
        ("500", 500),
        ("502-html", 502),
        ("503-retry-after", 503),
        ("504", 504),
        ("400-text", 400),
        ("401", 401),
        ("402-credit", 402),
        ("403-credit", 403),
        ("403", 403),
        ("plain-text", 200),
        ("html-200", 200),
    ],
)
async def test_faults_that_make_nothing(
    pixazo: LocalPixazo, client: httpx.AsyncClient, name: str, status: int
) -> None:
    """A fault with a body of its own answers it once, bills nothing, and then all is well."""
    pixazo.faults.add(name)
    answer = await call(client, "sd35")
    assert answer.status_code == status
    assert answer.text == BY_NAME[name].body
    assert not pixazo.bills
    assert pixazo.calls[0].fault == name
    assert (await call(client, "sd35")).status_code == 200


async def test_when_to_come_back(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """A 429 may carry the header, say it in words, or leave it open."""
    for name in ("429", "429-retry-after", "429-text"):
        pixazo.faults.add(name)
    bare, header, text = [await call(client, "sdxl") for _ in range(3)]
    assert "retry-after" not in bare.headers
    assert "again" not in bare.text
    assert header.headers["retry-after"] == "1"
    assert "retry-after" not in text.headers
    assert "Try again in 1 seconds." in text.json()["message"]
    assert pixazo.refused == 0


async def test_a_cold_start_fails_twice(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """A cold start answers 500 twice and then draws."""
    pixazo.faults.add("cold-start")
    assert [(await call(client, "sdxl")).status_code for _ in range(3)] == [500, 500, 200]


async def test_faults_fit_their_operation(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """A fault for one operation leaves the others alone; what was cleared does not happen."""
    pixazo.faults.add("500", operation="lightning", times=2)
    assert (await call(client, "sdxl")).status_code == 200
    assert (await call(client, "lightning")).status_code == 500
    pixazo.faults.clear()
    assert (await call(client, "lightning")).status_code == 200
    with pytest.raises(KeyError):
        pixazo.faults.add("nonsense")


@pytest.mark.parametrize(
    ("name", "field"),
    [("list", "output"), ("image_url", "image_url"), ("url", "url"), ("image", "base64")],
)
async def test_faults_that_move_the_picture(
    pixazo: LocalPixazo, client: httpx.AsyncClient, name: str, field: str
) -> None:
    """The picture stands where the row says, and is a whole one."""
    name, field = (name, field) if name != "image" else (field, name)
    pixazo.faults.add(name)
    shown = (await call(client, "sd3")).json()[field]
    link = shown[0] if name == "list" else shown
    data = base64.b64decode(link) if name == "base64" else (await client.get(link)).content
    Image.open(io.BytesIO(data)).load()
    assert len(pixazo.bills) == 1


async def test_faults_of_the_answers_shape(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """An empty link, no link at all, a data: link and bare bytes come as their rows say."""
    for name in ("empty-url", "no-field", "data-uri", "bytes"):
        pixazo.faults.add(name)
    empty, none, data, raw = [await call(client, "sdxl") for _ in range(4)]
    assert empty.json() == {"imageUrl": ""}
    assert none.json() == {"status": "succeeded"}
    assert data.json()["data"].startswith("data:image/png;base64,")
    assert raw.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["drop", "cut"])
@pytest.mark.parametrize("operation_id", ["sd35", "lightning-stream"])
async def test_cut_connections(
    pixazo: LocalPixazo, client: httpx.AsyncClient, name: str, operation_id: str
) -> None:
    """The connection ends before or in the answer, though the picture was made and billed."""
    pixazo.faults.add(name)
    with pytest.raises(httpx.RemoteProtocolError if name == "cut" else httpx.TransportError):
        await call(client, operation_id)
    assert len(pixazo.bills) == (operation_id == "sd35")


async def test_hang_never_answers(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """A hanging call is made and billed, and no answer comes."""
    pixazo.faults.add("hang")
    with pytest.raises(httpx.ReadTimeout):
        await client.post(ROWS["sd35"].path, json=SD35, timeout=1)
    assert len(pixazo.bills) == 1
    assert pixazo.calls[0].status == 0


async def test_slow_is_slow(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """A slow answer comes later than the time that the terms say, and is a good one."""
    pixazo.faults.add("slow")
    loop = asyncio.get_running_loop()
    start = loop.time()
    answer = await call(client, "sdxl")
    assert loop.time() - start >= 0.05
    await picture_of(client, ROWS["sdxl"], answer)


@pytest.mark.parametrize(
    ("name", "ending", "bills"),
    [
        ("queue", "COMPLETED", 1),
        ("queue-anonymous", "COMPLETED", 1),
        ("queue-failed", "FAILED", 0),
        ("queue-forever", "PROCESSING", 0),
    ],
)
async def test_queue_answers(
    pixazo: LocalPixazo, client: httpx.AsyncClient, name: str, ending: str, bills: int
) -> None:
    """A queue answer is polled to its end; only a picture that was made is billed."""
    pixazo.faults.add(name)
    answer = await call(client, "sd35")
    assert (answer.status_code, answer.json()["status"]) == (202, "IN_QUEUE")
    polls = [(await client.get(answer.json()["polling_url"])).json() for _ in range(3)]
    assert [poll["status"] for poll in polls] == ["PROCESSING", "PROCESSING", ending]
    assert ["request_id" in poll for poll in polls] == [name != "queue-anonymous"] * 3
    assert ("error" in polls[2]) == (ending == "FAILED")
    if ending == "COMPLETED":
        got = await client.get(polls[2]["output"]["media_url"][0])
        Image.open(io.BytesIO(got.content)).load()
    assert (len(pixazo.bills), pixazo.polls, len(pixazo.calls)) == (bills, 3, 1)


async def test_polling_checks_key_and_id(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """The status of a request needs the key, and a request that exists."""
    assert (await client.get("/v2/requests/status/nothing")).status_code == 404
    client.headers[next(iter(KEY))] = "nonsense"
    assert (await client.get("/v2/requests/status/nothing")).status_code == 401


def test_every_fault_is_tested() -> None:
    """Every row of the table is named by a test in this folder."""
    here = Path(__file__).parent
    text = "".join(file.read_text(encoding="utf-8") for file in here.glob("test_*.py"))
    assert [name for name in BY_NAME if f'"{name}"' not in text] == []
