"""The controls of an edit's pages: each names a verb and a draft, for its member alone."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import ui

from bot import answering, editor_view, forms, intake
from bot.answering import Interaction
from bot.catalog import PROMPT_MOST
from bot.client import answer_error
from bot.editor import ORDERED
from bot.errors import Refused
from bot.forms import Submission
from bot.intake import Wish
from cogs import pages
from cogs.inpaint import prompt_field, read_chosen, start_form
from storage.drafts import Draft

if TYPE_CHECKING:
    from bot.client import Bot

WORDS, FILE = "edit:words", "edit:file"
AS_FAR = "That is as far as it goes."
SAME = {
    "clear": "Nothing is marked, so there is nothing to clear.",
    "quick": "That region is marked already.",
    "extend": "The picture is extended like that already.",
}
CANCELLED = "Cancelled. Nothing was charged."
# discord.py keeps one class for a pattern, so buttons and selects need one each.
_NAMED = r"(?P<verb>[a-z]+):(?P<draft>[0-9]{1,20}):(?P<argument>.{0,40})"


async def setup(bot: Bot) -> None:
    """Register the controls and the forms that they open."""
    bot.add_dynamic_items(EditButton, EditSelect)
    bot.forms.add(WORDS, words_sent)
    bot.forms.add(FILE, file_sent)


Press = Callable[[Interaction, Draft, str], Awaitable[None]]


async def change(interaction: Interaction, draft: Draft, verb: str, argument: str) -> None:
    """Change where, and show the page that was pressed on."""
    await _change(interaction, draft, verb, argument, lettered=argument != "preview")


async def pick(interaction: Interaction, draft: Draft, value: str) -> None:
    """A choice of the grid's page; more room is best seen on the preview."""
    verb, _, argument = value.partition(":")
    await _change(interaction, draft, verb, argument, lettered=verb != "extend")


async def choose(interaction: Interaction, draft: Draft, value: str) -> None:
    """A choice of the preview's page."""
    verb, _, argument = value.partition(":")
    await _change(interaction, draft, verb, argument, lettered=False)


async def _change(
    interaction: Interaction, draft: Draft, verb: str, argument: str, *, lettered: bool
) -> None:
    await answering.hold(interaction)
    async with pages.turn(interaction, draft) as newest:
        changed = await interaction.client.editor.change(newest, verb, argument)
        if changed == newest:
            raise Refused(SAME.get(verb, AS_FAR))
        await pages.show(interaction, changed, lettered=lettered)


async def preview(interaction: Interaction, draft: Draft, _: str) -> None:
    """Show what Draw would do."""
    await _show(interaction, draft, lettered=False)


async def adjust(interaction: Interaction, draft: Draft, _: str) -> None:
    """Back to the grid."""
    await _show(interaction, draft, lettered=True)


async def _show(interaction: Interaction, draft: Draft, *, lettered: bool) -> None:
    await answering.hold(interaction)
    async with pages.turn(interaction, draft) as newest:
        await pages.show(interaction, newest, lettered=lettered)


async def open_page(interaction: Interaction, draft: Draft, _: str) -> None:
    """Start from the bot's answer to a reply: a private page with the grid, or which picture."""
    if len(draft.candidates) > 1:
        prompt = str(draft.values.get("prompt", ""))
        await answering.ask(interaction, start_form(draft, prompt))
        return
    await answering.thinking(interaction, private=True)
    async with pages.turn(interaction, draft) as newest:
        read = await read_chosen(interaction, newest, 0, newest.values)
        await pages.show(interaction, read, lettered=True)


async def upload(interaction: Interaction, draft: Draft, _: str) -> None:
    """Ask for a file that shows where."""
    field = ui.Label(
        text="A file that shows where",
        description="A mask, or a copy of the picture with the part painted over",
        component=ui.FileUpload[Any](custom_id="file", max_values=1),
    )
    await answering.ask(interaction, forms.modal(FILE, draft.id, "Show where", field))


async def file_sent(submission: Submission) -> None:
    """The file came: show what it means."""
    interaction, file = submission.interaction, submission.file("file")
    draft = await interaction.client.editor.mine(submission.subject, interaction.user.id)
    if file is None:
        raise Refused("No file came with the form. Please send it again.")
    await answering.hold(interaction)
    async with pages.turn(interaction, draft) as newest:
        if newest.ordered:
            raise Refused(ORDERED)
        changed = await interaction.client.editor.read_mask(newest, file)
        await pages.show(interaction, changed, lettered=False)


async def edit_words(interaction: Interaction, draft: Draft, _: str) -> None:
    """Ask for other words."""
    negative = ui.TextInput[Any](
        custom_id="negative_prompt",
        style=discord.TextStyle.paragraph,
        default=str(draft.values.get("negative_prompt", "")) or None,
        required=False,
        max_length=PROMPT_MOST,
    )
    prompt = prompt_field(str(draft.values.get("prompt", "")))
    form = forms.modal(
        WORDS,
        draft.id,
        "What to draw there",
        ui.Label(text="What should the marked part become?", component=prompt),
        ui.Label(text="What to keep out of it", component=negative),
    )
    await answering.ask(interaction, form)


async def words_sent(submission: Submission) -> None:
    """Other words came: show the preview with them."""
    interaction = submission.interaction
    editor = interaction.client.editor
    draft = await editor.mine(submission.subject, interaction.user.id)
    values = pages.operation_of(draft).validate({**draft.values, **submission.texts})
    await answering.hold(interaction)
    async with pages.turn(interaction, draft) as newest:
        described = await editor.describe(newest, values)
        await pages.show(interaction, described, lettered=False)


async def cancel(interaction: Interaction, draft: Draft, _: str) -> None:
    """Close the edit."""
    await answering.hold(interaction)
    async with pages.turn(interaction, draft) as newest:
        await interaction.client.editor.forget(newest)
        await pages.close(interaction, CANCELLED)


async def draw(interaction: Interaction, draft: Draft, agreed: str) -> None:
    """Order the picture; the page closes, so that one edit is ordered once.

    Where it costs more by now than the page said (``agreed``, micro-dollars), the page says so.
    """
    await answering.hold(interaction)
    async with pages.turn(interaction, draft) as newest:
        if newest.ordered:
            return  # Draw was pressed twice: the first press has closed the page
        price = interaction.client.studio.house.price(pages.operation_of(newest))
        if price > (int(agreed) if agreed.isdecimal() else 0):
            await pages.show(interaction, newest, lettered=False)
            return
        cut = await interaction.client.editor.cut(newest)
        wish = Wish(
            operation=pages.operation_of(newest),
            given={**newest.values, **cut.values},
            private=newest.private,
            spoiler=newest.spoiler,
            count=newest.count,
            draft_id=newest.id,
            parent_id=newest.parent_id,
            once=newest.id,
            inputs=cut.inputs,
        )
        await intake.take(interaction, wish, close=_close)


async def _close(interaction: Interaction) -> None:
    await pages.close(interaction, pages.DRAWING)


PRESSES: dict[str, Press] = {
    "pick": pick,
    "show": choose,
    "preview": preview,
    "adjust": adjust,
    "open": open_page,
    "upload": upload,
    "words": edit_words,
    "cancel": cancel,
    "draw": draw,
}


async def press(interaction: Interaction, verb: str, draft_id: int, argument: str) -> None:
    """Do what a control says, or say why not."""
    try:
        draft = await interaction.client.editor.mine(draft_id, interaction.user.id)
        if draft.ordered:
            raise Refused(ORDERED)
        if verb in PRESSES:
            await PRESSES[verb](interaction, draft, argument)
        else:
            await change(interaction, draft, verb, argument)
    except Exception as error:  # noqa: BLE001 - discord.py would only log it
        await answer_error(interaction, error)


class EditButton(ui.DynamicItem[ui.Button[Any]], template="edit:" + _NAMED):
    """A button of an edit's page."""

    def __init__(self, verb: str, draft_id: int, argument: str) -> None:
        super().__init__(
            ui.Button(label=verb, custom_id=editor_view.custom_id(verb, draft_id, argument))
        )
        self._named = (verb, draft_id, argument)

    @classmethod
    async def from_custom_id(
        cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the verb and the draft from the id."""
        return cls(match["verb"], int(match["draft"]), match["argument"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says."""
        await press(interaction, *self._named)


class EditSelect(ui.DynamicItem[ui.Select[Any]], template="choose:" + _NAMED):
    """A select of an edit's page; its value is the argument."""

    def __init__(self, verb: str, draft_id: int, argument: str) -> None:
        super().__init__(ui.Select(custom_id=editor_view.select_id(verb, draft_id, argument)))
        self._named = (verb, draft_id)

    @classmethod
    async def from_custom_id(
        cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the verb and the draft from the id."""
        return cls(match["verb"], int(match["draft"]), match["argument"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what was chosen."""
        await press(interaction, *self._named, self.item.values[0])
