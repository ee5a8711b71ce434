"""``python -m playground`` from a terminal: it says where, and Ctrl-C ends all of it."""

from __future__ import annotations

import json
import os
import signal
import socket

import aiohttp
import httpx
import pytest

from tests.browser.terminal import Terminal, alive, terminal, until

pytestmark = pytest.mark.skipif(
    not os.path.exists("/proc/self/status"),  # noqa: PTH110 - one look, before anything runs
    reason="it looks at processes in /proc",
)


async def slow_drawing(address: str) -> None:
    """Let the bot wait for a picture that takes a minute."""
    async with (
        aiohttp.ClientSession(address, headers={"Origin": address}) as page,
        page.ws_connect("/feed") as feed,
    ):
        _, state = json.loads((await feed.receive()).data)
        await page.post("/panel/pace", json={"seconds": 60})
        channel = state["guilds"][0]["channels"][0]["id"]
        asked = {"member": state["me"], "channel": channel, "name": "sdxl"}
        form = aiohttp.FormData()
        form.add_field("payload", json.dumps(asked | {"values": {"prompt": "a patient fox"}}))
        await page.post("/act/command", data=form)
        async for message in feed:
            name, body = json.loads(message.data)
            if name == "panel" and body["total"]:
                return


async def assert_ended(playground: Terminal, bots: list[int], said: str = "") -> None:
    """It ended well, said nothing that looks like a failure, and left nothing behind."""
    status, rest = await playground.end()
    assert status == 0, rest
    assert said in rest
    for trouble in ("Traceback", "Port", "did not"):
        assert trouble not in rest
    assert not any(alive(pid) for pid in bots)


async def test_it_says_where_and_ctrl_c_ends_everything() -> None:
    """Address and seconds are printed; the interrupt of a whole terminal leaves nothing behind."""
    async with terminal("--port", "0") as playground:
        address = await playground.address()
        async with httpx.AsyncClient() as client:
            assert (await client.get(address)).status_code == 200
        bots = playground.bots
        assert bots
        playground.interrupt()
        await assert_ended(playground, bots, "Closing")


async def test_a_service_manager_ends_it_as_well() -> None:
    """SIGTERM to the playground alone ends the bot with it, even one that was stopped meanwhile."""
    async with terminal("--port", "0") as playground:
        await playground.address()
        bots = playground.bots
        os.kill(bots[0], signal.SIGSTOP)
        playground.process.terminate()
        await assert_ended(playground, bots, "Closing")


async def test_ctrl_c_while_the_bot_starts() -> None:
    """Nobody waits for a bot that is not wanted any more, and nothing is said to have failed."""
    async with terminal("--port", "0") as playground:
        await until(lambda: bool(playground.bots))
        bots = playground.bots
        playground.interrupt()
        await assert_ended(playground, bots)


async def test_ctrl_c_while_it_is_read_in() -> None:
    """Before there is anything to tidy up it ends without a word."""
    async with terminal("--port", "0") as playground:
        await until(
            lambda: (
                playground.handles(signal.SIGPIPE, "SigIgn")
                and not playground.handles(signal.SIGINT, "SigCgt")
            )
        )
        playground.interrupt()
        assert await playground.end() == (-signal.SIGINT, "")


async def test_a_second_ctrl_c_cuts_the_wait_short() -> None:
    """A drawing bot gets its time, which is said; who insists gets an end at once."""
    async with terminal("--port", "0") as playground:
        await slow_drawing(await playground.address())
        bots = playground.bots
        playground.process.send_signal(signal.SIGINT)
        assert "Ctrl-C again" in await playground.line()
        assert alive(bots[0])
        playground.process.send_signal(signal.SIGINT)
        await assert_ended(playground, bots, "the bot was killed")


async def test_a_taken_port_is_said_to_be_taken() -> None:
    """It names the port and another way, and no bot was started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with terminal("--port", str(port)) as playground:
            status, said = await playground.end()
    assert status == 1
    assert f"Port {port} cannot be used" in said
    assert "--port 0" in said
    assert "Traceback" not in said
    assert "Closing" not in said


async def test_a_killed_playground_leaves_no_bot() -> None:
    """What the kernel ends without asking takes the bot with it."""
    async with terminal("--port", "0") as playground:
        await playground.address()
        (bot,) = playground.bots
        playground.process.kill()
        await playground.process.wait()
        await until(lambda: not alive(bot))
