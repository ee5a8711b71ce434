"""The local Pixazo counts calls as they arrive and keeps a rolling limit."""

from __future__ import annotations

import asyncio

import httpx
from aiohttp import web

from playground.calls import Call, most_in_window
from playground.listening import listening
from playground.pixazo import LocalPixazo, Terms
from tests.playground.pixazo.asking import (
    KEY,
    ROWS,
    answers,
)


async def test_the_limit_refuses(pixazo: LocalPixazo) -> None:
    """Over the limit the answer is 429, says when to come back, and counts as an arrival."""
    async with LocalPixazo.open(limit=2, window=30) as small:
        got = await answers(small, "sdxl", "lightning", "inpaint", "sd3")
        assert [answer.status_code for answer in got] == [400, 400, 429, 400]
        text = got[2].json()["message"]
        assert text == "Rate limit is exceeded. Try again in 30 seconds."
        assert got[2].headers["retry-after"] == "30"
        assert (small.refused, small.most_in_window()) == (1, 3)


async def test_the_limit_may_count_by_model() -> None:
    """By model, each has its own window, and a stream twin is the same model."""
    async with LocalPixazo.open(limit=1, window=30, scope="model") as small:
        got = await answers(small, "sdxl", "lightning", "lightning-stream", "sd3", "sd35")
        assert [answer.status_code for answer in got] == [400, 400, 429, 400, 400]


async def test_the_window_rolls_on() -> None:
    """Once the window is over, a call is accepted again."""
    async with LocalPixazo.open(limit=1, window=0.05) as small, asyncio.timeout(10):
        while not small.refused:
            await answers(small, "sdxl", "sdxl")
        while (await answers(small, "sdxl"))[0].status_code == 429:
            await asyncio.sleep(0.01)


def test_most_in_window_finds_the_fullest_window() -> None:
    """The fullest window of the fullest lane counts; calls exactly one window apart do not meet."""
    times = [("a", 0.0), ("a", 0.9), ("a", 1.0), ("a", 1.8), ("b", 1.0), ("b", 1.1)]
    calls = [
        Call(number=n, arrived=at, operation="sdxl", lane=lane, key_ok=True)
        for n, (lane, at) in enumerate(times)
    ]
    assert most_in_window(calls, 1.0) == 3
    assert most_in_window(calls, 0.9) == 2
    assert most_in_window([], 1.0) == 0


async def test_jitter_delays_before_counting() -> None:
    """With jitter, calls are counted after their way, so that they may overtake each other."""
    terms = Terms(key="playground-key", jitter=0.02, seed=3)
    async with (
        LocalPixazo.open(terms=terms) as pixazo,
        httpx.AsyncClient(base_url=pixazo.url, headers=KEY) as client,
    ):
        path = ROWS["sdxl"].path
        await asyncio.gather(
            *(client.post(path, json={"prompt": "", "seed": n}) for n in range(20))
        )
        order = [call.values["seed"] for call in pixazo.calls]
        assert sorted(order, key=str) == sorted(range(20), key=str)
        assert order != list(range(20))


async def test_pause_counts_and_waits(pixazo: LocalPixazo, client: httpx.AsyncClient) -> None:
    """A paused gateway counts the call and answers only when it goes on."""
    pixazo.pause()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        waiting = group.create_task(client.post(ROWS["sdxl"].path, json={}))
        while not pixazo.calls:
            await asyncio.sleep(0.005)
        for _ in range(5):  # as long as other requests take, there and back
            assert (await client.get("/nothing")).status_code == 404
        assert not waiting.done()
        assert pixazo.calls[0].status == 0
        pixazo.resume()
    assert waiting.result().status_code == 400


async def test_two_gateways_do_not_share(pixazo: LocalPixazo) -> None:
    """Each gateway has its own calls and its own limit."""
    async with LocalPixazo.open(limit=1) as other:
        await answers(other, "sdxl")
        assert (len(other.calls), len(pixazo.calls)) == (1, 0)


async def test_listening_gives_back_its_port() -> None:
    """A port is free again after the block."""
    async with listening(web.Application(), 0, "127.0.0.1") as port:
        pass
    async with listening(web.Application(), port, "127.0.0.1") as again:
        assert again == port
