"""Everything about a picture, for whoever asks: its settings, who, and what it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import discord

from bot import rights, words
from bot.catalog import BY_ID
from bot.history_view import message_link
from bot.render import CARD, MORE
from storage.job import Job

# Discord takes 6,000 characters in a message's embeds; these are the long ones of them.
PROMPT_SHOWN = 2500
KEPT_OUT_SHOWN = 800
LINE_SHOWN = 900
TYPED_SHOWN = 1000
STEP_SHOWN = 40
_WORDING = {"prompt": "prompt", "negative_prompt": "what to keep out", "width": "size",
            "height": "size", "aspect_ratio": "shape"}  # fmt: skip
COMMAND_FILE = "command.txt"


def embed(
    job: Job, line: Sequence[Job], member_id: int, *, children: int = 0, family: Sequence[Job] = ()
) -> discord.Embed:
    """Return the card; ``line`` is the way to the picture from its oldest ancestor on.

    ``member_id`` is who looks: others' private pictures and deleted ones are named, not shown.
    ``family`` is the whole set where all of it is meant.
    """
    operation = BY_ID[job.operation]
    card = discord.Embed(
        title=f"{operation.title}: details",
        description=words.shown(str(job.values["prompt"]), PROMPT_SHOWN),
        colour=operation.colour,
    )
    for name, value in _settings(job, family):
        card.add_field(name=name, value=value, inline=len(value) < STEP_SHOWN)
    card.add_field(name="By", value=f"<@{job.member_id}>")
    card.add_field(name="When", value=words.moment(job.placed_at, "f"))
    card.add_field(name="Cost", value=words.money(job.price) if job.price else "free")
    if len(line) > 1:
        card.add_field(name="Made from", value=_way(line, member_id), inline=False)
    if children:
        card.add_field(name="Went on to", value=words.count(children, "picture"), inline=False)
    text = command(job)
    if text and len(text) <= TYPED_SHOWN:
        card.add_field(name="To type again", value=f"```{text}```", inline=False)
    elif text:
        card.set_footer(text="The command to type again is in the file.")
    return card


def command(job: Job) -> str | None:
    """Return the slash command that draws the picture again; None where words are not enough.

    No fence in a prompt can close the one that it is shown in.
    """
    operation = BY_ID[job.operation]
    if operation.takes_images:
        return None
    given = dict(job.values) | ({"stream": "True"} if operation.stream else {})
    typed = " ".join(f"{name}: {value}" for name, value in given.items())
    typed = typed.replace("```", "\u200b`\u200b`\u200b`").replace("\n", " ")
    return f"/{operation.command} {typed}"


def _settings(job: Job, family: Sequence[Job]) -> Iterator[tuple[str, str]]:
    values = job.values
    if "width" in values:
        yield "Size", f"{values['width']} x {values.get('height')}"
    for name, label in (*CARD, *MORE):
        if name == "seed" and len(family) > 1 and name in values:
            yield "Seeds", ", ".join(f"{one.number + 1}: {one.values[name]}" for one in family)
        elif name in values:
            yield label, str(values[name])
    if values.get("negative_prompt"):
        yield "Kept out", words.shown(str(values["negative_prompt"]), KEPT_OUT_SHOWN)


def _way(line: Sequence[Job], member_id: int) -> str:
    """Return the newest steps of the way that fit, newest first."""
    steps = [
        f"{_deed(parent, child)} of {_named(parent, member_id)}"
        for parent, child in reversed(tuple(pairwise(line)))
    ]
    said, rest = "", 0
    for number, step in enumerate(steps):
        longer = f"{said}\n{step}" if said else step
        if len(longer) > LINE_SHOWN:
            rest = len(steps) - number
            break
        said = longer
    return f"{said}\n… and {words.count(rest, 'step')} before" if rest else said


def _deed(parent: Job, child: Job) -> str:
    """Return what was done to the parent: repainted, another model, edited, or just again."""
    if child.draft_id is not None and child.draft_id != parent.draft_id:
        return "repainted part"
    if BY_ID.get(child.operation) != BY_ID.get(parent.operation):
        known = BY_ID.get(child.operation)
        return f"drawn with {known.title if known else child.operation} instead"
    names = {**parent.values, **child.values}
    changed = [
        _WORDING.get(name, name.replace("_", " "))
        for name in names
        if name not in ("seed", "image", "mask")
        and parent.values.get(name) != child.values.get(name)
    ]
    return f"edited ({', '.join(dict.fromkeys(changed))})" if changed else "again"


def _named(job: Job, member_id: int) -> str:
    if job.deleted_at is not None:
        return "a deleted picture"
    if not rights.seen_by(job, member_id):
        return "a private picture"
    prompt = words.shown(" ".join(str(job.values.get("prompt", "")).split()), STEP_SHOWN)
    link = message_link(job)
    return f"[{prompt}]({link})" if link else prompt
