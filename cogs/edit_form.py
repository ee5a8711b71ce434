"""The form that edits a picture: filled in with what it was made from, and read when it is sent."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot import forms, rights, words
from bot.errors import BadOption
from bot.forms import Submission
from bot.spec import Operation, Option, Value
from storage.job import Job

ONE, WHOLE = "job:edit", "job:editall"
# The fields of the form, as far as the model has them: Discord allows five.
EDITED = ("prompt", "negative_prompt", "aspect_ratio", "size", "steps", "guidance", "cfg")
FIELDS_MOST = 5
SIDE_MOST = 5  # digits


def form(job: Job, once: int, kind: str, price: int) -> ui.Modal:
    """Return the form, filled in; the seed stays, so that a change of words shows by itself.

    ``once`` is what it was opened for: the form is ordered one time, however often it is sent.
    ``price`` is what a picture costs: the title says it, and no more is spent.
    """
    operation = rights.operation(job)
    items = [_field(operation, name, job) for name in EDITED if _has(operation, name)]
    title = _title(operation, price, job.set_size if kind == WHOLE else 1)
    return forms.modal(kind, job.id, title, *items[:FIELDS_MOST], once=once, agreed=price)


def _title(operation: Operation, price: int, count: int) -> str:
    cost = f" · {words.money(price * count)}" if price else ""
    what = f"Edit · {f'all {count}' if count > 1 else operation.title}"
    return words.short(what, forms.TITLE_MOST - len(cost)) + cost


def values(submission: Submission, job: Job) -> dict[str, Value]:
    """Return what the picture was made from, with what the form says. Raises BadOption."""
    operation = rights.operation(job)
    changed = dict(job.values)
    for name in EDITED:
        if name in submission.texts and _has(operation, name):
            changed.update(_read(operation, name, submission.texts[name]))
    return {name: value for name, value in changed.items() if value != ""}


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
