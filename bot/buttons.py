"""The buttons under the bot's messages, as plain components whose custom id names a job.

They are answered by ``cogs/actions.py``, which reads the id, not an object in memory: so they work
after any restart. The views are stopped before they are sent, because discord.py would otherwise
dispatch a press to the view and to the DynamicItem as well (two answers to one interaction).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot import words
from bot.house import House
from bot.spec import Operation
from storage.job import Job

ROW = 5  # buttons in a row (Discord)
_PLAIN = discord.ButtonStyle.secondary


def custom_id(verb: str, job_id: int) -> str:
    """Return the id of a button, for example ``job:cancel:123``; Discord allows 100 characters."""
    return f"job:{verb}:{job_id}"


def finish_id(operation_id: str, price: int, job_id: int) -> str:
    """Return the id of the consent to a price, in micro-dollars."""
    return f"finish:{operation_id}:{price}:{job_id}"


def agree_id(verb: str, price: int, job_id: int) -> str:
    """Return the id of the consent to do a verb for a price a picture, in micro-dollars."""
    return f"agree:{verb}:{price}:{job_id}"


def cancel(job_id: int) -> ui.View:
    """Return the one button of a waiting job."""
    return _view([("cancel", "Cancel")], job_id)


def failure(job: Job) -> ui.View:
    """Return the buttons under a failure: trying again makes no sense of what the member ended."""
    ended = job.state == "cancelled"
    again = ("retry", priced("Try again", job, job.set_size))
    return _view([] if ended else [again, ("editall", "Edit")], job.id)


def result(family: Sequence[Job]) -> ui.View:
    """Return the buttons under a result; each picture of a set opens a page of its own."""
    if len(family) == 1:
        return single(family[0])
    first = family[0]
    drawn = [job for job in family if job.state == "drawn"]
    done = all(job.finished for job in family)
    again = priced("Again", first, first.set_size)
    verbs = [("againall", again), ("editall", "Edit"), *_other(first)]
    view = _view([*verbs, *(_keeping(first) if done else [])], first.id)
    for job in drawn:
        view.add_item(_button("open", str(job.number + 1), job.id, row=1))
    if not done:
        view.add_item(_button("cancel", "Cancel the rest", first.id, row=2))
    view.stop()
    return view


def single(job: Job, *, page: bool = False) -> ui.View:
    """Return the buttons of one picture; on its private ``page`` nothing is shared or deleted."""
    again = priced("Again", job, 1)
    verbs = [("again", again), ("edit", "Edit"), ("inpaint", "Inpaint"), *_other(job)]
    verbs.append(("details", "Details"))
    if job.draft_id is not None:
        verbs.append(("compare", "Before / after"))
    return _view([*verbs, *([] if page else _keeping(job))], job.id)


def models(job: Job, operations: Iterable[Operation], house: House) -> ui.View:
    """Return the select of another model, with the price on each paid one."""
    options = [
        discord.SelectOption(
            label=operation.title,
            value=operation.id,
            description=_price(house.price(operation)),
        )
        for operation in operations
    ]
    view = ui.View(timeout=None)
    view.add_item(
        ui.Select[Any](custom_id=f"model:{job.id}", placeholder="Draw it with…", options=options)
    )
    view.stop()
    return view


def confirm(job: Job, operation: Operation, price: int) -> ui.View:
    """Return the question that comes before money is spent on another model."""
    return _yes(f"Draw for {words.money(price)}", finish_id(operation.id, price, job.id))


def agree(job: Job, verb: str, price: int, count: int) -> ui.View:
    """Return the question that comes before a verb spends more than its button says."""
    deed = "Edit" if verb.startswith("edit") else "Draw"
    return _yes(f"{deed} for {words.money(price * count)}", agree_id(verb, price, job.id))


def _yes(label: str, custom_id: str) -> ui.View:
    view = ui.View(timeout=None)
    view.add_item(
        ui.Button[Any](label=label, style=discord.ButtonStyle.success, custom_id=custom_id)
    )
    view.stop()
    return view


def _other(job: Job) -> list[tuple[str, str]]:
    """Only one model repaints, so there is no other for an edit."""
    return [("other", "Other model")] if job.draft_id is None else []


def priced(label: str, job: Job, count: int = 1) -> str:
    """Return the label with what a press spends, which may be another member's own money."""
    return f"{label} · {words.money(job.price * count)}" if job.price else label


def _keeping(job: Job) -> list[tuple[str, str]]:
    share = [("share", "Share")] if job.private else []
    return [*share, ("delete", "Delete")]


def _price(price: int) -> str:
    return f"{words.money(price)} a picture" if price else "free"


def _view(verbs: Iterable[tuple[str, str]], job_id: int) -> ui.View:
    view = ui.View(timeout=None)
    for number, (verb, label) in enumerate(verbs):
        view.add_item(_button(verb, label, job_id, row=number // ROW))
    view.stop()
    return view


def _button(verb: str, label: str, job_id: int, *, row: int) -> ui.Button[Any]:
    return ui.Button(label=label, style=_PLAIN, custom_id=custom_id(verb, job_id), row=row)
