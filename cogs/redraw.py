"""Another picture from one that is there: again, edited, with another model, or tried once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import discord
from discord import ui

from bot import answering, buttons, forms, intake, rights, showing, words
from bot.answering import Interaction
from bot.catalog import BY_ID, COMMANDS
from bot.convert import values_for
from bot.errors import BadOption
from bot.forms import Submission
from bot.intake import Wish
from bot.rights import Closed
from bot.spec import Operation, Option, Value
from cogs import finding
from storage import jobs
from storage.ids import ID_MOST
from storage.job import Job

if TYPE_CHECKING:
    from bot.client import Bot

EDIT, EDIT_ALL = "job:edit", "job:editall"
DEED = "edit it. **Again** is for everybody"
# The fields of the form, as far as the model has them: Discord allows five.
EDITED = ("prompt", "negative_prompt", "aspect_ratio", "size", "steps", "guidance", "cfg")
FIELDS_MOST = 5
NO_OTHER = "There is no other model here: the paid ones are switched off."
SIDE_MOST = 5  # digits


async def setup(bot: Bot) -> None:
    """Answer the edit forms."""
    bot.forms.add(EDIT, edited)
    bot.forms.add(EDIT_ALL, edited_all)


async def again(interaction: Interaction, job: Job) -> None:
    """The same picture with a new seed, on the presser's own quota."""
    await _repeat(interaction, job, new_seed=True, count=1)


async def again_all(interaction: Interaction, job: Job) -> None:
    """The same set with new seeds."""
    await _repeat(interaction, job, new_seed=True, count=job.set_size)


async def retry(interaction: Interaction, job: Job) -> None:
    """The very same order once more, after a failure."""
    await _repeat(interaction, job, new_seed=False, count=job.set_size)


async def _repeat(interaction: Interaction, job: Job, *, new_seed: bool, count: int) -> None:
    operation = rights.operation(job)
    if await _tapped_twice(interaction):
        await answering.hold(interaction)  # the first tap's answer is on its way
        return
    price = interaction.client.studio.house.price(operation)
    if price > job.price:  # the button says what it cost then
        await answering.reply(
            interaction,
            content=_question(operation, price),
            view=buttons.confirm(job, operation, price),
        )
        return
    values = operation.another(job.values) if new_seed else job.values
    await order(interaction, job, operation, values, count=count)


def _question(operation: Operation, price: int) -> str:
    return f"Finish in {operation.title}? It costs {words.money(price)}."


async def _tapped_twice(interaction: Interaction) -> bool:
    """Whether the same button was tapped a moment ago, and what that ordered is not there yet."""
    app, data = interaction.client, cast(dict[str, Any], interaction.data)
    message_id = interaction.message.id if interaction.message else 0
    key = (interaction.user.id, message_id, str(data["custom_id"]))
    before = app.taps.first(key, interaction.id)
    if before is None:
        return False
    ordered = await app.studio.memory.soon(jobs.siblings(before))
    return not ordered or not all(one.finished for one in ordered)


async def order(
    interaction: Interaction,
    job: Job,
    operation: Operation,
    values: Mapping[str, Value],
    *,
    count: int = 1,
    once: int | None = None,
) -> None:
    """Order a picture that comes from another one."""
    wish = Wish(
        operation=operation,
        given=values,
        private=job.private,
        spoiler=job.spoiler,
        count=count,
        parent_id=job.id,
        once=once,
    )
    if job.draft_id is not None:
        # To cut a large photo takes a while.
        await answering.thinking(interaction, private=job.private)
        editor, message = interaction.client.editor, interaction.message
        link = showing.link_to(job, message) if message else None
        draft = await editor.again(job, interaction.user.id, link)
        cut = await editor.cut(draft)
        given = {name: value for name, value in values.items() if name not in ("image", "mask")}
        wish = replace(wish, draft_id=draft.id, inputs=cut.inputs, given={**given, **cut.values})
    await intake.take(interaction, wish)


async def edit(interaction: Interaction, job: Job) -> None:
    """Open the form with what the picture was made from."""
    await _open_form(interaction, job, EDIT)


async def edit_all(interaction: Interaction, job: Job) -> None:
    """Open the form for a whole set, or for an order that failed."""
    await _open_form(interaction, job, EDIT_ALL)


async def _open_form(interaction: Interaction, job: Job, kind: str) -> None:
    rights.own(job, interaction.user.id, DEED)
    await answering.ask(interaction, edit_form(job, interaction.id, kind))


def edit_form(job: Job, once: int, kind: str = EDIT) -> ui.Modal:
    """Return the form, filled in; the seed stays, so that a change of words shows by itself.

    ``once`` is what it was opened for: the form is ordered one time, however often it is sent.
    """
    operation = rights.operation(job)
    items = [_field(operation, name, job) for name in EDITED if _has(operation, name)]
    what = f"all {job.set_size}" if kind == EDIT_ALL and job.set_size > 1 else operation.title
    return forms.modal(kind, job.id, f"Edit · {what}", *items[:FIELDS_MOST], once=once)


async def edited(submission: Submission) -> None:
    """The form of one picture came back: order what it says."""
    await _edited(submission, await finding.find(submission.interaction, submission.subject), 1)


async def edited_all(submission: Submission) -> None:
    """The form of a set came back: order as many pictures again."""
    job = await finding.find_of_set(submission.interaction, submission.subject)
    await _edited(submission, job, job.set_size)


async def _edited(submission: Submission, job: Job, count: int) -> None:
    """Order what a form says. Raises BadOption with the field named."""
    interaction = submission.interaction
    rights.own(job, interaction.user.id, DEED)
    if (submission.once or 0) > ID_MOST:
        raise Closed(rights.NOT_YOURS)
    operation = rights.operation(job)
    changed = dict(job.values)
    for name in EDITED:
        if name in submission.texts and _has(operation, name):
            changed.update(_read(operation, name, submission.texts[name]))
    values = {name: value for name, value in changed.items() if value != ""}
    await order(interaction, job, operation, values, count=count, once=submission.once)


async def other(interaction: Interaction, job: Job) -> None:
    """Offer the other models, with their prices."""
    house = interaction.client.studio.house
    command = rights.operation(job).command
    offered = [
        one
        for one in COMMANDS
        if not one.takes_images
        and one.command != command
        and (house.caps.budget or not house.price(one))
    ]
    if not offered:
        raise Closed(NO_OTHER)
    view = buttons.models(job, offered, house)
    await answering.reply(interaction, content="Draw it with another model:", view=view)


async def choose_model(
    interaction: Interaction, job: Job, operation_id: str, *, agreed: int = 0
) -> None:
    """Draw with the chosen model; one that costs more than was agreed asks before it spends.

    ``agreed`` is in micro-dollars.
    """
    operation = _model(operation_id)
    price = interaction.client.studio.house.price(operation)
    if price <= agreed:
        await _finish(interaction, job, operation)
        return
    await answering.replace(
        interaction,
        content=_question(operation, price),
        view=buttons.confirm(job, operation, price),
    )


async def _finish(interaction: Interaction, job: Job, operation: Operation) -> None:
    """Draw with the model; the question is closed, so that one answer is ordered once."""
    same = operation.id == job.operation
    wish = Wish(
        operation=operation,
        given=operation.another(job.values) if same else values_for(job.values, operation),
        private=job.private,
        spoiler=job.spoiler,
        parent_id=job.id,
        once=interaction.message.id if interaction.message else None,
    )
    await intake.take(interaction, wish, close=_close)


async def _close(interaction: Interaction) -> None:
    await answering.replace(interaction, content=intake.SENT, view=None)


def _model(operation_id: str) -> Operation:
    operation = BY_ID.get(operation_id)
    if operation is None or operation.takes_images:
        raise Closed(rights.MODEL_GONE)
    return operation


def _has(operation: Operation, name: str) -> bool:
    wanted = "width" if name == "size" else name
    sized = name != "size" or not operation.takes_images
    return sized and any(option.name == wanted for option in operation.options)


def _field(operation: Operation, name: str, job: Job) -> ui.Label[Any]:
    if name == "size":
        size = f"{job.values.get('width')} x {job.values.get('height')}"
        return ui.Label(text="Size", component=ui.TextInput(custom_id=name, default=size))
    option = operation.option(name)
    return ui.Label(text=name.replace("_", " ").capitalize(), component=_input(option, job))


def _input(option: Option, job: Job) -> ui.Item[Any]:
    value = job.values.get(option.name, "")
    if option.choices:
        options = [
            discord.SelectOption(label=choice, value=choice, default=choice == value)
            for choice in option.choices
        ]
        return ui.Select[Any](custom_id=option.name, options=options)
    style = discord.TextStyle.paragraph if option.kind == "text" else discord.TextStyle.short
    return ui.TextInput[Any](
        custom_id=option.name,
        style=style,
        default=str(value) or None,
        required=option.required,
        max_length=int(option.most or 0) if option.kind == "text" else 12,
    )


def _read(operation: Operation, name: str, text: str) -> dict[str, Value]:
    """Return the values that a field of the form says; numbers are checked by the operation."""
    if name == "size":
        sides = text.lower().replace("×", "x").split("x")
        if len(sides) != 2 or not all(_is_side(side.strip()) for side in sides):
            raise BadOption(name, "The size must look like 1024 x 768.")
        return {"width": int(sides[0]), "height": int(sides[1])}
    if operation.option(name).kind not in ("integer", "number") or not text:
        return {name: text}
    try:
        number = float(text)
    except ValueError:
        raise BadOption(name, f"`{name}` must be a number.") from None
    return {name: int(number) if number.is_integer() else number}


def _is_side(text: str) -> bool:
    return text.isdecimal() and len(text) <= SIDE_MOST
