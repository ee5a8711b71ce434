"""Deliberate mistakes: the proof that the tests of this folder can fail. Installed in a child."""

from __future__ import annotations

from typing import Any

from bot import delivery
from storage import outcome, recovery

Delivery: Any = delivery.Delivery  # its methods are replaced here


def none() -> None:
    """Leave the bot as it is."""


def forgets() -> None:
    """Write "told" before the member is told."""
    fitted = Delivery._fitted

    async def late(self: Any, way: Any, job: Any, family: Any, card: Any) -> None:
        if all(one.finished for one in family):
            await self._studio.told(*family)
        await fitted(self, way, job, family, card)

    Delivery._fitted = late


def repeats() -> None:
    """After a crash, make a paid call again whose answer was lost."""
    recovery._lose = outcome.requeue


def nameless() -> None:
    """Post into a channel without the job's id as its nonce."""

    async def post(_: Any, place: Any, card: Any, **__: Any) -> Any:
        more = {"view": card.view} if card.view else {}
        files = card.open()
        return await place.send(content=card.content, embeds=list(card.embeds), files=files, **more)

    Delivery._post = post


ALL = {one.__name__: one for one in (none, forgets, repeats, nameless)}
