"""What happened in the world, told to whoever listens: the gateway, the page, tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that happened.

    ``kind`` is one of message_create, message_update, message_delete, interaction, ack, followup,
    failed, session, commands, guild, channel, wire; ``subject`` is the thing itself.
    """

    kind: str
    subject: Any


class Changes:
    """The world's notice board."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Change], None]] = []

    def publish(self, kind: str, subject: Any) -> None:
        """Tell every listener, in the order in which they came."""
        change = Change(kind=kind, subject=subject)
        for listener in list(self._listeners):
            listener(change)

    @contextmanager
    def listening(self, listener: Callable[[Change], None]) -> Iterator[None]:
        """Call ``listener`` for every change inside the block; it must not block."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    @contextmanager
    def subscribed(self) -> Iterator[asyncio.Queue[Change]]:
        """A queue that receives every change inside the block."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        with self.listening(queue.put_nowait):
            yield queue

    async def when(
        self,
        probe: Callable[[], T | None],
        *,
        timeout: float,  # noqa: ASYNC109 - it is the test's patience, told in the error
        explain: Callable[[], str],
    ) -> T:
        """What ``probe`` finds, as soon as it finds something true; asked again at every change.

        Raises TimeoutError with the explanation after ``timeout`` seconds.
        """
        wake = asyncio.Event()
        deadline = asyncio.get_running_loop().time() + timeout
        with self.listening(lambda _: wake.set()):
            while not (found := probe()):
                try:
                    async with asyncio.timeout_at(deadline):
                        await wake.wait()
                except TimeoutError:
                    raise TimeoutError(explain()) from None
                wake.clear()
            return found
