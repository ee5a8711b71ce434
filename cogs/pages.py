"""Showing the pages of an edit in Discord: the newest state, in order, to its member alone."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from bot import editor_view
from bot.catalog import find
from bot.intake import Interaction
from bot.spec import Operation
from storage.drafts import Draft

# Two presses in a row have two interactions; whoever holds the lock shows what is newest.
_locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


def operation_of(draft: Draft) -> Operation:
    """Return the operation that a draft is drawn with."""
    return find("inpaint", stream=draft.stream)


async def show(interaction: Interaction, draft: Draft, *, lettered: bool) -> None:
    """Put the newest page of the edit in place of what the member presses or waits on."""
    editor = interaction.client.editor
    lock = _locks.setdefault(draft.id, asyncio.Lock())
    async with lock:
        newest = await editor.mine(draft.id, interaction.user.id)
        page = await editor.page(newest, lettered=lettered, operation=operation_of(newest))
        view = editor_view.grid_page(page) if lettered else editor_view.preview_page(page)
        await interaction.edit_original_response(view=view, attachments=[editor_view.picture(page)])


async def close(interaction: Interaction, text: str) -> None:
    """Put a sentence in place of the page."""
    await interaction.edit_original_response(view=editor_view.closed(text), attachments=[])
