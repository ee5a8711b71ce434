"""Somebody at the page, with a real browser; what they must never meet is checked at the end."""

from __future__ import annotations

import io
import itertools
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from playground.places import Channel
from playground.stage import Stage

if TYPE_CHECKING:
    from playwright.async_api import ConsoleMessage, Locator, Page, Request, WebSocket

_ROOMS = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Playground:
    """The running stage and the page's address."""

    stage: Stage
    address: str

    def room(self) -> Channel:
        """A channel of the test's own."""
        return self.stage.discord.world.guild("Cat Cafe").add_channel(f"room-{next(_ROOMS)}")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """A bot that answers nothing for the length of the block."""
        os.kill(self.stage.bot.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.stage.bot.pid, signal.SIGCONT)


@dataclass(kw_only=True)
class Visitor:
    """One open page. ``complaints`` are console errors, page errors and foreign requests."""

    page: Page
    playground: Playground
    complaints: list[str] = field(default_factory=list)

    async def arrive(self, room: Channel | None = None) -> None:
        """Open the page, watch what it does, and go to a channel."""
        page = self.page
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._request)
        page.on("websocket", self._request)
        await page.goto(self.playground.address)
        await page.wait_for_selector("body.ready")
        if room is not None:
            await self.enter(room)

    async def enter(self, room: Channel) -> None:
        """Open a channel by its name; on a phone the list of channels is opened before."""
        drawer = self.page.get_by_role("button", name="Channels and members")
        if await drawer.is_visible():
            await drawer.click()
        await (
            self.page.get_by_role("navigation", name="Channels")
            .get_by_role("button", name=room.name, exact=True)
            .click()
        )
        await self.page.get_by_role("heading", name=room.name).wait_for()

    async def told_everything(self) -> None:
        """Have the page told all that there is, as when a channel is made."""
        room = self.playground.room()
        channels = self.page.get_by_role("navigation", name="Channels")
        await channels.get_by_role("button", name=room.name, exact=True).wait_for()

    async def become(self, name: str) -> None:
        """Play another member."""
        await self.page.locator("#member").click()
        await self.page.get_by_role("option", name=name).click()
        await self.page.locator("#member", has_text=name).wait_for()

    async def choose(self, command: str) -> None:
        """Choose a slash command from the list."""
        await self.page.locator("#text").fill(f"/{command}")
        await self.page.get_by_role("option", name=f"/{command}").first.click()

    def option(self, name: str) -> Locator:
        """Where an option's value is typed."""
        return self.page.locator(f'.chip[data-option="{name}"] .chip-input')

    async def add_option(self, name: str) -> None:
        """Add an optional option to the command."""
        await self.page.get_by_label("More options").fill(name)
        await self.page.get_by_label("More options").press("Enter")

    async def send(self, command: str, **values: str) -> None:
        """Fill a command in and send it."""
        await self.choose(command)
        for name, value in values.items():
            if not await self.option(name).count():
                await self.add_option(name)
            await self.option(name).fill(value)
        await self.page.locator("#send").click()

    @property
    def messages(self) -> Locator:
        """The messages on the screen."""
        return self.page.locator("#messages .message")

    @property
    def problem(self) -> Locator:
        """What the client complains of at the message box."""
        return self.page.locator("#problem")

    async def picture(self) -> Locator:
        """Wait for a picture that has really been loaded; returns it."""
        image = self.messages.locator("img[src^='/files/']").last
        await image.wait_for()
        await self.page.wait_for_function(
            "(image) => image.complete && image.naturalWidth > 0", arg=await image.element_handle()
        )
        return image

    async def switch(self, name: str) -> None:
        """Press a button of the panel's first section."""
        panel = self.page.locator("#panel section").first
        await panel.get_by_role("button", name=name, exact=True).click()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request | WebSocket) -> None:
        address = self.playground.address
        home = (f"{address}/", f"blob:{address}/", f"{address.replace('http', 'ws')}/")
        if not request.url.startswith(home):
            self.complaints.append(f"request to {request.url}")


def file_of(folder: Path, name: str, data: bytes) -> str:
    """A file on disk, to be chosen in the browser; returns its path."""
    path = folder / name
    path.write_bytes(data)
    return str(path)


def png(width: int, height: int) -> bytes:
    """A plain picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "steelblue").save(file, "PNG")
    return file.getvalue()
