"""Every way into an edit: the slash command, the message's menu, a reply, a result's button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui

from bot import answering, candidates, editor_view, forms, showing
from bot.answering import Interaction
from bot.catalog import PROMPT_MOST, find
from bot.editor import ORDERED
from bot.errors import BadOption, BadPicture, Refused
from bot.forms import Submission
from bot.inpainting.regions import QUICK
from bot.intake import Wish
from bot.repaint import Upload
from bot.spec import Value
from cogs import finding, generate, pages
from storage.drafts import Draft
from storage.job import Job

if TYPE_CHECKING:
    from bot.client import Bot

START = "edit:start"
REGION = "Where, in one word; left out, you tap cells or send a mask"
BOTH = "`mask` and `region` both say where to repaint: give one of them."


async def setup(bot: Bot) -> None:
    """Add the command, the menu and the form."""
    made = generate.command(
        find("inpaint"),
        inpaint,
        optional=("mask",),
        extra={"region": (generate.choice([quick.name for quick in QUICK]), REGION)},
    )
    bot.tree.add_command(made)
    bot.tree.add_command(app_commands.ContextMenu(name="Inpaint", callback=inpaint_message))
    bot.forms.add(START, start)


async def inpaint(interaction: Interaction, wish: Wish) -> None:
    """``/inpaint``: read the picture and show where it would be repainted."""
    given: dict[str, Any] = dict(wish.given)
    image, mask, region = given.pop("image"), given.pop("mask", None), given.pop("region", None)
    if mask is not None and region is not None:
        raise BadOption("region", BOTH)
    values = wish.operation.validate(given)
    await answering.thinking(interaction, private=True)
    editor = interaction.client.editor
    draft = await editor.begin(
        interaction.user.id,
        values,
        private=wish.private,
        stream=wish.operation.stream,
        spoiler=wish.spoiler or image.is_spoiler(),
        count=wish.count,
    )
    draft = await editor.read_picture(draft, _upload(image))
    if mask is not None:
        draft = await editor.read_mask(draft, _upload(mask))
    elif region is not None:
        key = next(quick.key for quick in QUICK if quick.name == region)
        draft = await editor.change(draft, "quick", key)
    await pages.show(interaction, draft, lettered=mask is None and region is None)


async def inpaint_message(interaction: Interaction, message: discord.Message) -> None:
    """The menu of any message with a picture."""
    await open_form(interaction, message, await finding.shown_by(interaction, message))


async def open_form(interaction: Interaction, message: discord.Message, job: Job | None) -> None:
    """Ask what the picture should become, and where; ``job`` is what drew it, if the bot did.

    What comes of a private picture is private, and what comes of a covered one is covered.
    """
    draft = await interaction.client.editor.begin(
        interaction.user.id,
        {},
        private=job.private if job else message.flags.ephemeral,
        spoiler=job.spoiler if job else False,
        candidates=candidates.of(message),
        parent_id=job.id if job else None,
    )
    await answering.ask(interaction, start_form(draft))


def start_form(draft: Draft, prompt: str = "") -> ui.Modal:
    """Return the form that an edit starts with, the words filled in where they are known."""
    which = [
        discord.SelectOption(
            label=f"{number}. {name.removeprefix(candidates.SPOILER)}"[:100], value=str(number - 1)
        )
        for number, (name, _) in enumerate(draft.candidates, 1)
    ]
    which[0].default = True
    items: list[ui.Item[Any]] = []
    if len(which) > 1:
        picture = ui.Select[Any](custom_id="which", options=which)
        items.append(ui.Label(text="Which picture", component=picture))
    items += [
        ui.Label(text="What should the marked part become?", component=prompt_field(prompt)),
        ui.Label(
            text="Where",
            component=ui.Select[Any](custom_id="where", options=_places(), required=False),
        ),
        ui.Label(
            text="Or a file that shows where",
            description="A mask, or a copy of the picture with the part painted over",
            component=ui.FileUpload[Any](custom_id="file", required=False, max_values=1),
        ),
    ]
    return forms.modal(START, draft.id, "Repaint a part of the picture", *items)


def prompt_field(prompt: str = "") -> ui.TextInput[Any]:
    """Return the field for the prompt."""
    return ui.TextInput(
        custom_id="prompt",
        style=discord.TextStyle.paragraph,
        default=prompt or None,
        placeholder="a lion",
        max_length=PROMPT_MOST,
    )


async def start(submission: Submission) -> None:
    """The form came back: read the picture, and show the grid or the preview."""
    interaction = submission.interaction
    editor = interaction.client.editor
    draft = await editor.mine(submission.subject, interaction.user.id)
    operation = pages.operation_of(draft)
    values = operation.validate({**draft.values, "prompt": submission.texts["prompt"]})
    await answering.thinking(interaction, private=True)
    async with pages.turn(interaction, draft) as newest:
        if newest.ordered:  # it was sent a second time, or the form was opened twice
            raise Refused(ORDERED)
        number = int(submission.texts.get("which") or 0)
        draft = await read_chosen(interaction, newest, number, values)
        verb, _, argument = submission.texts.get("where", "").partition(":")
        file = submission.file("file")
        if file is not None:
            draft = await editor.read_mask(draft, file)
        elif argument:
            draft = await editor.change(draft, verb, argument)
        await pages.show(interaction, draft, lettered=file is None and not argument)


async def read_chosen(
    interaction: Interaction, draft: Draft, number: int, values: Mapping[str, Value]
) -> Draft:
    """Read one of the pictures to choose from: what comes of a covered one is covered.

    Raises BadPicture.
    """
    if number >= len(draft.candidates):
        raise BadPicture("That picture is not there any more. Please start again.")
    name, link = draft.candidates[number]
    editor = interaction.client.editor
    draft = await editor.read_picture(draft, Upload(url=link, size=0))
    return await editor.describe(
        draft,
        values,
        spoiler=name.startswith(candidates.SPOILER),
        parent_id=showing.job_in(link) if draft.parent_id else None,
    )


def _places() -> list[discord.SelectOption]:
    tapped = discord.SelectOption(label="I tap cells on a grid", value="grid:", default=True)
    return [tapped, *editor_view.quick_options(), *editor_view.extend_options()]


def _upload(attachment: discord.Attachment) -> Upload:
    return Upload(url=attachment.url, size=attachment.size)
