"""``python -m playground`` opens its page where somebody sits before it, and only there."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from playground import browser
from tests.browser.terminal import ADDRESS, Terminal, terminal, until

# A browser that behaves badly: it prints, and never ends.
BROWSER = "bad-browser"
PROGRAM = """#!/bin/sh
echo garbage; echo garbage >&2
while true; do sleep 1; done
"""
proc = pytest.mark.skipif(
    not os.path.exists("/proc/self/status"),  # noqa: PTH110 - one look, before anything runs
    reason="it looks at processes in /proc",
)


class Desk:
    """A terminal in which the playground runs, and what it printed there."""

    def __init__(self, screen: int, playground: Terminal) -> None:
        self.playground = playground
        self._screen = screen
        self._said = b""

    @property
    def said(self) -> str:
        """Everything that was printed until now."""
        with suppress(BlockingIOError):
            while True:
                self._said += os.read(self._screen, 4096)
        return self._said.decode()

    async def address(self) -> str:
        """Wait until it says where it is."""
        await until(lambda: bool(ADDRESS.search(self.said)))
        return str(ADDRESS.findall(self.said)[0])

    async def end(self) -> int:
        """Press Ctrl-C and wait; the exit status."""
        self.playground.interrupt()
        return await self.playground.process.wait()


@asynccontextmanager
async def desk(folder: Path, *arguments: str) -> AsyncIterator[Desk]:
    """Start the playground before somebody with a screen and the bad browser."""
    program = folder / BROWSER
    program.write_text(PROGRAM)
    program.chmod(0o700)
    theirs = {name: value for name, value in os.environ.items() if name not in browser.AWAY}
    env = {**theirs, "DISPLAY": ":99", "BROWSER": str(program)}
    screen, inside = os.openpty()
    os.set_blocking(screen, False)
    try:
        async with terminal(*arguments, stdout=inside, stderr=inside, env=env) as playground:
            yield Desk(screen, playground)
    finally:
        os.close(screen)
        os.close(inside)
        for pid in told(str(program)):
            os.kill(pid, signal.SIGKILL)


def told(words: str) -> dict[int, str]:
    """The processes that were given these words, with their command lines."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found[int(path.parent.name)] = path.read_text()
    return {pid: line for pid, line in found.items() if words in line}


@proc
async def test_the_page_is_opened_and_its_browser_does_no_harm(tmp_path: Path) -> None:
    """The browser gets the address; nobody sees what it prints, or waits for it at the end."""
    async with desk(tmp_path, "--port", "0") as sitting:
        address = await sitting.address()
        await until(lambda: any(BROWSER in line for line in told(address).values()))
        assert await sitting.end() == 0
        assert told(address)
        assert "garbage" not in sitting.said
        assert "Traceback" not in sitting.said


@proc
async def test_who_wants_no_browser_gets_none(tmp_path: Path) -> None:
    """With --no-open the address is said, and nobody is given it."""
    async with desk(tmp_path, "--port", "0", "--no-open") as sitting:
        address = await sitting.address()
        assert await sitting.end() == 0
        assert not told(address)


@pytest.mark.parametrize(
    ("environment", "watched"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ":0", "CI": "true"}, False),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, False),
        ({"DISPLAY": ""}, False),
        ({}, False),
    ],
)
def test_a_browser_needs_somebody_to_look_at_it(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], watched: bool
) -> None:
    """A screen at this machine; with the output in a file or in a pipe there is nobody at all."""
    for name in (*browser.AWAY, *browser.SCREENS):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert browser.watched() == watched
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    assert not browser.watched()
