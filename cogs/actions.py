"""The controls under the bot's messages: their custom ids name a job, so they outlive restarts.

Every press is checked against the job's row: an id that somebody made up opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands, ui

from bot import answering, buttons, render, rights
from bot.answering import Interaction
from bot.client import answer_error
from bot.rights import Closed
from cogs import deleting, finding, looking, redraw, sharing
from cogs.inpaint import open_form
from storage.job import Job

if TYPE_CHECKING:
    from bot.client import Bot

Press = Callable[..., Awaitable[None]]  # an interaction, a job, and perhaps the price agreed to


async def setup(bot: Bot) -> None:
    """Register the controls' classes; presses are matched by custom id."""
    bot.add_dynamic_items(JobButton, ModelSelect, FinishButton, AgreeButton)
    menu = app_commands.ContextMenu(name="Picture details", callback=looking.details_of_message)
    bot.tree.add_command(menu)


async def cancel(interaction: Interaction, job: Job) -> None:
    """Take what waits of a set out of the line; only its author may."""
    app = interaction.client
    rights.own(job, interaction.user.id, "cancel it")
    cancelled, siblings = await app.studio.cancel(job)
    if not cancelled:
        await _nothing_waits(interaction, siblings)
        return
    for one in cancelled:
        app.progress.forget(one.id)
    if len(cancelled) < len(siblings):
        await answering.hold(interaction)  # the desk shows what is left of the set
        await app.delivery.tell(cancelled[0])
        return
    await answering.replace(
        interaction, content=None, embed=render.failure(cancelled[0]), attachments=[], view=None
    )
    await app.studio.told(*cancelled)


async def _nothing_waits(interaction: Interaction, siblings: tuple[Job, ...]) -> None:
    """Answer a Cancel that comes too late, or a second time."""
    if any(one.state == "cancelled" for one in siblings):
        await answering.hold(interaction)  # the first tap's answer is on its way
        return
    raise Closed("It is too late to cancel: the picture is being drawn.")


async def inpaint(interaction: Interaction, job: Job) -> None:
    """Repaint a part of the picture, on the presser's own quota."""
    if interaction.message is None:
        raise Closed(rights.GONE)
    await open_form(interaction, interaction.message, job)


PRESSES: dict[str, Press] = {
    "again": redraw.again,
    "againall": redraw.again_all,
    "cancel": cancel,
    "compare": looking.compare,
    "delete": deleting.delete,
    "details": looking.show_details,
    "edit": redraw.edit,
    "editall": redraw.edit_all,
    "inpaint": inpaint,
    "open": looking.open_one,
    "other": redraw.other,
    "retry": redraw.retry,
    "share": sharing.share,
}

# What asks first where the price rose.
AGREED = ("again", "againall", "edit", "editall", "retry")

# What a set's own buttons do; they name its first picture.
OF_SETS: frozenset[Press | None] = frozenset(
    {redraw.again_all, redraw.edit_all, redraw.other, sharing.share, deleting.delete}
)


async def press(interaction: Interaction, job_id: int, act: Press | None, **agreed: int) -> None:
    """Do what a control says about a job, or say why not; ``agreed`` is a price by that name."""
    try:
        find = finding.find_of_set if act in OF_SETS else finding.find
        job = await find(interaction, job_id)
        if act is None:
            raise Closed(rights.GONE)
        await act(interaction, job, **agreed)
    except Exception as error:  # noqa: BLE001 - discord.py would only log it
        await answer_error(interaction, error)


class JobButton(
    ui.DynamicItem[ui.Button[Any]], template=r"job:(?P<verb>[a-z]+):(?P<job>[0-9]{1,19})"
):
    """A button under a message about a job."""

    def __init__(self, verb: str, job_id: int) -> None:
        super().__init__(ui.Button(label=verb, custom_id=buttons.custom_id(verb, job_id)))
        self._verb = verb
        self._job_id = job_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the verb and the job from the button."""
        return cls(match["verb"], int(match["job"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says."""
        await press(interaction, self._job_id, PRESSES.get(self._verb))


class ModelSelect(ui.DynamicItem[ui.Select[Any]], template=r"model:(?P<job>[0-9]{1,19})"):
    """The choice of another model."""

    def __init__(self, job_id: int) -> None:
        super().__init__(ui.Select(custom_id=f"model:{job_id}"))
        self._job_id = job_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the job from the select."""
        return cls(int(match["job"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Draw with the chosen model, or ask first."""
        chosen = self.item.values[0]
        await press(
            interaction, self._job_id, lambda one, job: redraw.choose_model(one, job, chosen)
        )


class FinishButton(
    ui.DynamicItem[ui.Button[Any]],
    template=r"finish:(?P<operation>[a-z0-9-]{1,40}):(?P<price>[0-9]{1,12}):(?P<job>[0-9]{1,19})",
):
    """The consent to the price of another model."""

    def __init__(self, operation: str, price: int, job_id: int) -> None:
        custom_id = buttons.finish_id(operation, price, job_id)
        super().__init__(ui.Button(label="Draw", custom_id=custom_id))
        self._operation = operation
        self._price = price
        self._job_id = job_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the model, its price and the job from the button."""
        return cls(match["operation"], int(match["price"]), int(match["job"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Draw for the price that was shown."""
        await press(
            interaction,
            self._job_id,
            lambda one, job: redraw.choose_model(one, job, self._operation, agreed=self._price),
        )


class AgreeButton(
    ui.DynamicItem[ui.Button[Any]],
    template=r"agree:(?P<verb>[a-z]{1,16}):(?P<price>[0-9]{1,12}):(?P<job>[0-9]{1,19})",
):
    """The consent to a price that rose."""

    def __init__(self, verb: str, price: int, job_id: int) -> None:
        custom_id = buttons.agree_id(verb, price, job_id)
        super().__init__(ui.Button(label="Draw", custom_id=custom_id))
        self._verb = verb
        self._price = price
        self._job_id = job_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the verb, its price and the job from the button."""
        return cls(match["verb"], int(match["price"]), int(match["job"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do the verb for the price that was shown."""
        act = PRESSES[self._verb] if self._verb in AGREED else None
        await press(interaction, self._job_id, act, agreed=self._price)
