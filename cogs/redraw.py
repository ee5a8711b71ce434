"""Another picture from one that is there: again, edited, with another model, or tried once more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import discord

from bot import answering, buttons, intake, rights, showing, words
from bot.answering import Interaction
from bot.catalog import BY_ID, COMMANDS
from bot.convert import values_for
from bot.errors import Refused
from bot.forms import Submission
from bot.intake import Close, Wish
from bot.rights import Closed
from bot.spec import Operation, Value
from cogs import edit_form, finding
from storage import jobs
from storage.ids import ID_MOST
from storage.job import Job

if TYPE_CHECKING:
    from bot.client import Bot

DEED = "edit it. **Again** is for everybody"
NO_OTHER = "There is no other model here: the paid ones are switched off."
RISEN = "The price rose to {} since this form was opened. Press **Edit** again to go on."


async def setup(bot: Bot) -> None:
    """Answer the edit forms."""
    bot.forms.add(edit_form.ONE, edited)
    bot.forms.add(edit_form.WHOLE, edited_all)


# What spends takes ``agreed``: the micro-dollars a picture that the member has said yes to. None
# is a press on a result, which says what the picture cost when it was drawn.


async def again(interaction: Interaction, job: Job, *, agreed: int | None = None) -> None:
    """The same picture with a new seed, on the presser's own quota."""
    await _repeat(interaction, job, "again", agreed)


async def again_all(interaction: Interaction, job: Job, *, agreed: int | None = None) -> None:
    """The same set with new seeds."""
    await _repeat(interaction, job, "againall", agreed)


async def retry(interaction: Interaction, job: Job, *, agreed: int | None = None) -> None:
    """The very same order once more, after a failure."""
    await _repeat(interaction, job, "retry", agreed)


async def _repeat(interaction: Interaction, job: Job, verb: str, agreed: int | None) -> None:
    operation = rights.operation(job)
    if await _tapped_twice(interaction):
        await answering.hold(interaction)  # the first tap's answer is on its way
        return
    count = 1 if verb == "again" else job.set_size
    if await _asks(interaction, job, verb, count, agreed):
        return
    values = job.values if verb == "retry" else operation.another(job.values)
    once, close = _of_question(interaction) if agreed is not None else (None, None)
    await order(interaction, job, operation, values, count=count, once=once, close=close)


async def _asks(
    interaction: Interaction, job: Job, verb: str, count: int, agreed: int | None
) -> bool:
    """Ask before more is spent than the member knows of; whether that had to be asked."""
    operation = rights.operation(job)
    price = interaction.client.studio.house.price(operation)
    if price <= (job.price if agreed is None else agreed):
        return False
    question: dict[str, Any] = {
        "content": _question(operation, price, count),
        "view": buttons.agree(job, verb, price, count),
    }
    if agreed is not None:
        await answering.replace(interaction, **question)
        return True
    link = _link(interaction, job)
    if link and job.draft_id is not None and not job.spoiler:
        # Later the outcome may be all there is to draw the edit from: the question brings it along.
        question["embed"] = discord.Embed().set_image(url=link)
    await answering.reply(interaction, **question)
    return True


def _question(operation: Operation, price: int, count: int = 1) -> str:
    what = "It costs" if count == 1 else f"The {count} pictures cost"
    return f"Finish in {operation.title}? {what} {words.money(price * count)}."


def _of_question(interaction: Interaction) -> tuple[int | None, Close]:
    """Return what one question may order only once, and how to close it."""
    return interaction.message.id if interaction.message else None, _close


def _link(interaction: Interaction, job: Job) -> str | None:
    """Return the link to the job's picture in the message that was pressed on."""
    return showing.link_to(job, interaction.message) if interaction.message else None


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
    close: Close | None = None,
) -> None:
    """Order a picture that comes from another one; for ``close`` see intake.take()."""
    wish = Wish(
        operation=operation,
        given=values,
        private=job.private,
        spoiler=job.spoiler,
        count=count,
        parent_id=job.id,
        once=once,
    )
    if job.draft_id is not None and operation.takes_images:
        # To cut a large photo takes a while.
        if close is None:
            await answering.thinking(interaction, private=job.private)
        else:
            await answering.hold(interaction)
        wish = await _cut(interaction, job, wish)
    await intake.take(interaction, wish, close=close)


async def _cut(interaction: Interaction, job: Job, wish: Wish) -> Wish:
    """Return the wish for an edit once more, with the pictures that it is drawn from."""
    editor = interaction.client.editor
    draft = await editor.again(job, interaction.user.id, _link(interaction, job))
    cut = await editor.cut(draft)
    given = {name: value for name, value in wish.given.items() if name not in ("image", "mask")}
    return replace(wish, draft_id=draft.id, inputs=cut.inputs, given={**given, **cut.values})


async def edit(interaction: Interaction, job: Job, *, agreed: int | None = None) -> None:
    """Open the form with what the picture was made from."""
    await _open_form(interaction, job, "edit", agreed)


async def edit_all(interaction: Interaction, job: Job, *, agreed: int | None = None) -> None:
    """Open the form for a whole set, or for an order that failed."""
    await _open_form(interaction, job, "editall", agreed)


async def _open_form(interaction: Interaction, job: Job, verb: str, agreed: int | None) -> None:
    rights.own(job, interaction.user.id, DEED)
    kind, count = (edit_form.ONE, 1) if verb == "edit" else (edit_form.WHOLE, job.set_size)
    if await _asks(interaction, job, verb, count, agreed):
        return
    price = interaction.client.studio.house.price(rights.operation(job))
    await answering.ask(interaction, edit_form.form(job, interaction.id, kind, price))


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
    price = interaction.client.studio.house.price(operation)
    if price > (job.price if submission.agreed is None else submission.agreed):
        raise Refused(RISEN.format(words.money(price * count)))
    values = edit_form.values(submission, job)
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
    if operation_id == job.operation:  # a question of an older version's, which named no verb
        await again(interaction, job, agreed=agreed)
        return
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
    once, close = _of_question(interaction)
    values = values_for(job.values, operation)
    await order(interaction, job, operation, values, once=once, close=close)


async def _close(interaction: Interaction) -> None:
    held = answering.acknowledged(interaction)
    put = answering.show if held else answering.replace
    await put(interaction, content=intake.SENT, embeds=[], view=None)


def _model(operation_id: str) -> Operation:
    operation = BY_ID.get(operation_id)
    if operation is None or operation.takes_images:
        raise Closed(rights.MODEL_GONE)
    return operation
