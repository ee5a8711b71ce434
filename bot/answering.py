"""Answering an interaction so that Discord hears it: in time, once, over a dropped connection too.

discord.py tries an answer once. A try whose own answer was lost may have been heard, which the
next one learns: Discord refuses a second answer.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import aiohttp
import discord
import stamina

from bot.attached import Attached
from bot.patience import PASSING, patiently

if TYPE_CHECKING:
    from bot.client import Bot

log = logging.getLogger(__name__)

Interaction: TypeAlias = "discord.Interaction[Bot]"

ACK_WITHIN = 2.5  # seconds of tries; Discord's own limit is 3 from the event
ALREADY_ACKED = 40060
T = TypeVar("T")


async def thinking(interaction: Interaction, *, private: bool) -> int | None:
    """Let Discord show "thinking…"; return the answer's message id.

    None when a try was heard but its answer was lost. Raises discord.NotFound when Discord has
    stopped waiting: the member has read that the application did not respond.
    """
    if acknowledged(interaction):
        known: int | None = interaction.extras.get("message_id")
        return known
    heard = await _insist(lambda: interaction.response.defer(ephemeral=private, thinking=True))
    message_id = heard.message_id if heard else None
    interaction.extras |= {"said": "thinking", "private": private, "message_id": message_id}
    return message_id


async def hold(interaction: Interaction) -> None:
    """Take a press, and leave its message as it is for now."""
    await _insist(interaction.response.defer)
    interaction.extras["said"] = "held"


async def reply(
    interaction: Interaction, *, files: Sequence[Attached] = (), **content: Any
) -> None:
    """Answer at once and privately; ``content`` as discord.py's send_message takes it."""
    await _insist(
        lambda: interaction.response.send_message(
            **content, files=[file.open() for file in files], ephemeral=True
        )
    )
    interaction.extras["said"] = "answered"


async def replace(interaction: Interaction, **content: Any) -> None:
    """Put something else in place of the message that was pressed on."""
    await _insist(lambda: interaction.response.edit_message(**content))
    interaction.extras["said"] = "held"


async def ask(interaction: Interaction, form: discord.ui.Modal) -> None:
    """Open a form."""
    await _insist(lambda: interaction.response.send_modal(form))
    interaction.extras["said"] = "answered"


async def show(
    interaction: Interaction, *, files: Sequence[Attached] | None = None, **content: Any
) -> None:
    """Edit the answer, or the message whose press was taken; again where the connection drops.

    ``files`` take the place of all files that it has; None leaves them.
    """

    async def edit() -> None:
        if files is not None:
            content["attachments"] = [file.open() for file in files]
        await interaction.edit_original_response(**content)

    await patiently(edit)
    interaction.extras["said"] = "answered"


async def beside(interaction: Interaction, text: str, *, private: bool) -> int | None:
    """Post a message of its own beside an answer; return its id.

    None where Discord did not say that it took it: to try again might post it twice.
    """
    try:
        message = await interaction.followup.send(text, ephemeral=private, wait=True)
    except (discord.HTTPException, *PASSING) as error:
        log.warning("an answer has no message of its own: %s", error)
        return None
    return message.id


async def refuse(interaction: Interaction, embed: discord.Embed) -> None:
    """Say privately that something did not work, whatever was answered before."""
    if not acknowledged(interaction):
        await reply(interaction, embed=embed)
        return
    if interaction.extras.get("said") == "thinking":
        if interaction.extras["private"] and await _shown_in_place(interaction, embed):
            return
        # A public "thinking…" cannot become private: take it away and answer beside it.
        await take_away(interaction)
    # Where the first try was heard, and its answer lost, the member reads it twice: not never.
    await patiently(lambda: interaction.followup.send(embed=embed, ephemeral=True))


def acknowledged(interaction: Interaction) -> bool:
    """Whether Discord has an answer to the interaction, be it that nobody heard it say so."""
    return interaction.response.is_done() or "said" in interaction.extras


async def _shown_in_place(interaction: Interaction, embed: discord.Embed) -> bool:
    try:
        await show(interaction, embed=embed)
    except discord.HTTPException as error:
        log.info("a placeholder was not edited: %s", error)
        return False
    return True


async def take_away(interaction: Interaction) -> None:
    """Take "thinking…" away again."""
    try:
        await interaction.delete_original_response()
    except (discord.HTTPException, *PASSING) as error:
        log.info("a placeholder was left: %s", error)


async def _insist(answer: Callable[[], Awaitable[T]]) -> T | None:
    """Answer until Discord has heard it, in time; None when an earlier try was heard."""
    async for attempt in stamina.retry_context(
        on=(aiohttp.ClientError, OSError), attempts=4, timeout=ACK_WITHIN, wait_initial=0.05
    ):
        with attempt:
            try:
                return await answer()
            except discord.HTTPException as error:
                if error.code != ALREADY_ACKED:
                    raise
    return None
