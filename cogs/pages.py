"""Showing the pages of an edit in Discord: the newest state, in order, to its member alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from bot import answering, editor_view
from bot.answering import Interaction
from bot.catalog import find
from bot.spec import Operation
from storage.drafts import Draft

DRAWING = "Sent to be drawn: the picture comes as a message of its own."
_locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


def operation_of(draft: Draft) -> Operation:
    """Return the operation that a draft is drawn with."""
    return find("inpaint", stream=draft.stream)


@asynccontextmanager
async def turn(interaction: Interaction, draft: Draft) -> AsyncIterator[Draft]:
    """Let the presses on one edit act one after the other, each on the newest state of it."""
    async with _locks.setdefault(draft.id, asyncio.Lock()):
        yield await interaction.client.editor.mine(draft.id, interaction.user.id)


async def show(interaction: Interaction, draft: Draft, *, lettered: bool) -> None:
    """Put the page of the edit in place of what the member presses or waits on."""
    if draft.ordered:
        await close(interaction, DRAWING)
        return
    page = await interaction.client.editor.page(
        draft, lettered=lettered, operation=operation_of(draft)
    )
    view = editor_view.grid_page(page) if lettered else editor_view.preview_page(page)
    await answering.show(interaction, view=view, files=[editor_view.picture(page)])


async def close(interaction: Interaction, text: str) -> None:
    """Put a sentence in place of the page."""
    await answering.show(interaction, view=editor_view.closed(text), files=[])
