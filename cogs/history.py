"""``/history``: a member's own pictures, page by page, with everything that may be done to them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands, ui

from bot import answering, cards, history_view, rights, showing
from bot.answering import Interaction
from bot.cards import Card
from bot.catalog import COMMANDS
from bot.client import answer_error
from bot.fitting import fitted
from bot.history_view import Look, Press, Preview
from bot.patience import PASSING, patiently
from bot.rights import Closed
from cogs import deleting, finding, redraw
from storage import favourites, gallery, pictures, sharing
from storage.ids import ID_MOST
from storage.job import Job

if TYPE_CHECKING:
    from bot.client import Bot

LINK_WITHIN = 5.0  # seconds for Discord to give a fresh link; a page without one is a page
NOT_DELIVERED = Preview(missing="it could not be delivered to you", undelivered=True)
_fetching: set[int] = set()  # jobs
MODELS = [app_commands.Choice(name=one.title, value=one.command) for one in COMMANDS]


async def setup(bot: Bot) -> None:
    """Add the command and its buttons."""
    bot.tree.add_command(history)
    bot.add_dynamic_items(HistoryButton)


@app_commands.command(description="Your pictures, newest first")
@app_commands.describe(
    words="Only pictures whose prompt has these words",
    model="Only pictures of this model",
    favourites="Only the ones that you marked with a star",
)
@app_commands.choices(model=MODELS)
async def history(
    interaction: Interaction,
    words: app_commands.Range[str, 1, history_view.WORDS_MOST] | None = None,
    model: str | None = None,
    favourites: bool = False,
) -> None:
    """Show the first page, privately."""
    await answering.thinking(interaction, private=True)
    look = history_view.look(words=words or "", command=model or "", favourites=favourites)
    await show(interaction, look)


async def show(interaction: Interaction, look: Look) -> None:
    """Put a page in place of the answer, with fresh links: Discord's live for a day."""
    page = await gallery.search(
        interaction.client.studio.memory,
        interaction.user.id,
        words=look.words,
        operations=look.operations,
        favourites=look.favourites,
        before=look.before or None,
        most=history_view.ENTRIES,
    )
    shown = [entry.job for entry in page.entries]
    undelivered = await interaction.client.studio.memory.run(
        pictures.are_undelivered(tuple(job.id for job in shown))
    )
    found = await asyncio.gather(*(_preview(interaction, job) for job in shown))
    previews = {job.id: preview for job, preview in zip(shown, found, strict=True)}
    previews |= dict.fromkeys(undelivered, NOT_DELIVERED)
    await answering.show(interaction, view=history_view.page(page, look, previews))


async def _preview(interaction: Interaction, job: Job) -> Preview:
    """Return a fresh link to a picture, or why there is none."""
    if job.private:
        return Preview(missing="private")
    if job.message_id is None:
        return Preview(missing="its message is not known")
    message = interaction.client.get_partial_messageable(job.channel_id).get_partial_message(
        job.message_id
    )
    try:
        async with asyncio.timeout(LINK_WITHIN):
            link = showing.link_to(job, await patiently(message.fetch))
    except discord.NotFound:
        return Preview(missing="its message is gone", gone=True)
    except discord.Forbidden:
        return Preview(missing="its channel is closed to me")
    except (discord.HTTPException, *PASSING):
        return Preview(missing="Discord did not give it")
    return Preview(link=link) if link else Preview(missing="its message shows it no more")


async def act(interaction: Interaction, press: Press) -> None:
    """Do what a button says; every right is looked up, whatever the id claims."""
    if press.verb in ("show", "newest"):
        await answering.hold(interaction)
        await show(interaction, history_view.turned(press))
        return
    job = await finding.find(interaction, press.number)
    if press.verb in ANSWERED:
        await ANSWERED[press.verb](interaction, job)
        return
    await answering.hold(interaction)
    try:
        await _change(interaction, press, job)
    finally:
        await show(interaction, press.look)


async def fetch(interaction: Interaction, job: Job) -> None:
    """Give a member the set that no way led to them before, privately.

    All of it: the buttons under a set act on the whole.
    """
    rights.own(job, interaction.user.id, "fetch it")
    if job.id in _fetching:
        await answering.hold(interaction)  # the first tap's answer is on its way
        return
    _fetching.add(job.id)
    try:
        await _fetch(interaction, job)
    finally:
        _fetching.discard(job.id)


async def _fetch(interaction: Interaction, job: Job) -> None:
    await answering.thinking(interaction, private=True)
    memory = interaction.client.studio.memory
    drawn = await memory.run(pictures.undelivered(job.request_id))
    if not drawn:
        raise Closed("It was fetched already, or is kept no more: 30 days are the most.")
    siblings = await finding.of_set(interaction, job)
    known = tuple(replace(one, private=True) for one in siblings if one.deleted_at is None)
    await fitted(
        await cards.of_files(known, drawn, interaction.filesize_limit),
        lambda room: cards.of_files(known, drawn, room),
        lambda card: _show_card(interaction, card),
    )
    await memory.keep(sharing.fetched(job.request_id))


async def _show_card(interaction: Interaction, card: Card) -> None:
    await answering.show(interaction, embeds=list(card.embeds), files=card.files, view=card.view)


# What is answered by a message of its own; after the rest the page is shown again.
ANSWERED: dict[str, Callable[[Interaction, Job], Awaitable[None]]] = {
    "again": redraw.again,
    "fetch": fetch,
}


async def _change(interaction: Interaction, press: Press, job: Job) -> None:
    if press.verb == "delete":
        await deleting.delete_one(interaction, job)
        return
    rights.own(job, interaction.user.id, "mark it")
    marked = press.verb == "mark"
    await interaction.client.studio.memory.run(
        favourites.favourite(interaction.user.id, job.id, marked)
    )


class HistoryButton(ui.DynamicItem[ui.Button[Any]], template=history_view.TEMPLATE):
    """A button of the gallery."""

    def __init__(self, pressed: str) -> None:
        super().__init__(ui.Button(label="…", custom_id=pressed))
        self._press = history_view.read(pressed)

    @classmethod
    async def from_custom_id(
        cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the verb, the picture and the page from the id."""
        return cls(match.string)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says, or say why not."""
        try:
            if self._press is None or max(self._press.number, self._press.look.before) > ID_MOST:
                raise Closed(rights.GONE)
            await act(interaction, self._press)
        except Exception as error:  # noqa: BLE001 - discord.py would only log it
            await answer_error(interaction, error)
