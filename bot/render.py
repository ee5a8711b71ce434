"""What people see: a job, a quota or a refusal as embeds and texts. No I/O, no decisions.

The look: one colour per model, a short title, the prompt as typed, small fields in a fixed order,
one line of footer. Written for a phone: three short fields fit in a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import discord

from bot import words
from bot.catalog import BY_ID
from bot.spec import Operation, Value
from storage.job import Allowance, Job, Standing

FAILED = 0xED4245
WAITING = 0x5865F2
# Discord takes 6,000 characters in a message's embeds: these are the long ones of a set's card.
PROMPT_SHOWN = 3000
FIELD_SHOWN = 800
REASON_SHOWN = 300
ALT_MOST = 1000

# Which values are worth a field of the card, in this order.
CARD = (
    ("steps", "Steps"),
    ("guidance", "Guidance"),
    ("cfg", "CFG"),
    ("seed", "Seed"),
)
# What only Details has: the size says the shape, and the file itself its format.
MORE = (
    ("aspect_ratio", "Shape"),
    ("prompt_strength", "Strength"),
    ("output_format", "Format"),
    ("output_quality", "Quality"),
)

_DEFAULTS = (
    ("model", "Model"),
    ("shape", "Shape"),
    ("negative_prompt", "Kept out"),
    ("private", "Only for you"),
)

_CHARGES = {
    "failed": "You were not charged.",
    "cancelled": "You were not charged.",
    "unknown": "You were not charged. The bot's own budget counts it as spent, to be safe.",
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A picture as it is attached: its file name, its bytes and its size in pixels."""

    job: Job
    name: str
    data: bytes = field(repr=False)
    size: tuple[int, int]


def result(
    family: Sequence[Job], shown: Sequence[Shown], allowance: Allowance | None
) -> tuple[discord.Embed, ...]:
    """Return the card of a set: the first embed has the words, each embed one attached picture.

    Embeds with the same link are shown as one gallery. Discord hides no picture of an embed, so a
    spoiler's files stand beside the card instead of in it.
    """
    first = shown[0].job
    title, colour = _model(first)
    prompt = words.shown(str(first.values["prompt"]), PROMPT_SHOWN)
    embed = discord.Embed(title=title, description=prompt, colour=colour)
    _add_fields(embed, shown)
    for name, text in _unready(family):
        embed.add_field(name=name, value=text, inline=False)
    embed.set_footer(text=_footer([one.job for one in shown], allowance))
    if first.spoiler:
        return (embed,)
    embed.url = place(first) if len(shown) > 1 else None
    pictures = [embed, *(discord.Embed(url=embed.url) for _ in shown[1:])]
    for one, picture in zip(shown, pictures, strict=True):
        picture.set_image(url=f"attachment://{one.name}")
    return tuple(pictures)


def _model(job: Job) -> tuple[str, int]:
    """Return the title and the colour of the job's model, also of one that is not here any more."""
    known = BY_ID.get(job.operation)
    return (known.title, known.colour) if known else (job.operation, WAITING)


def _add_fields(embed: discord.Embed, shown: Sequence[Shown]) -> None:
    values = shown[0].job.values
    embed.add_field(name="Size", value=f"{shown[0].size[0]} x {shown[0].size[1]}")
    for name, label in CARD:
        if name == "seed" and len(shown) > 1 and name in values:
            seeds = ", ".join(str(one.job.values[name]) for one in shown)
            embed.add_field(name="Seeds", value=seeds, inline=False)
        elif name in values:
            embed.add_field(name=label, value=str(values[name]))
    if values.get("negative_prompt"):
        kept_out = words.shown(str(values["negative_prompt"]), FIELD_SHOWN)
        embed.add_field(name="Kept out", value=kept_out, inline=False)


def _unready(family: Sequence[Job]) -> Iterator[tuple[str, str]]:
    """Yield what a set still waits for, and what of it failed."""
    ready = sum(job.state == "drawn" for job in family)
    if any(not job.finished for job in family):
        yield "Ready", f"{ready} of {len(family)}"
    for job in family:
        if job.finished and job.state != "drawn":
            reason = words.short(job.reason or "It was cancelled.", REASON_SHOWN)
            yield f"Picture {job.number + 1} is missing", f"{reason} {_CHARGES[job.state]}"


def place(job: Job) -> str:
    """Return the link to the message: galleries need one, and it leads somewhere sensible."""
    guild = job.guild_id or "@me"
    return f"https://discord.com/channels/{guild}/{job.channel_id}/{job.message_id or ''}"


def alt_text(job: Job) -> str:
    """Return what a screen reader says of the picture: the prompt, within Discord's 1024."""
    title, _ = _model(job)
    return words.short(f"{job.values['prompt']} (drawn by {title})", ALT_MOST)


def failure(job: Job) -> discord.Embed:
    """Return the card of an order that ended without a picture: why, and whether it was charged."""
    title = "Cancelled" if job.state == "cancelled" else "No picture this time"
    reason = words.short(job.reason or "", FIELD_SHOWN)
    embed = discord.Embed(title=title, description=reason, colour=FAILED)
    embed.add_field(name="Prompt", value=words.shown(str(job.values["prompt"]), FIELD_SHOWN))
    embed.set_footer(text=_CHARGES[job.state])
    return embed


def refusal(sentence: str, *, ordered: bool = True) -> discord.Embed:
    """Return the card of what was not accepted.

    The footer is for orders alone: who may not press a button never asked for anything that
    costs, and after a fault of ours nobody knows.
    """
    embed = discord.Embed(title="That did not work", description=sentence, colour=FAILED)
    if ordered:
        embed.set_footer(text=_CHARGES["failed"])
    return embed


def waiting(operation: Operation, standing: Standing | None, now_ms: int) -> str:
    """Return the line that a waiting member reads; timestamps count down by themselves."""
    if standing is None:
        return f"**{operation.title}** · in line…"
    place = words.ordinal(standing.ahead + 1)
    soon = words.moment(now_ms + int(standing.starts_in * 1000))
    late = words.moment(now_ms + int(standing.by * 1000))
    return f"**{operation.title}** · {place} in line · starts {soon}, at the latest {late}"


def drawing(operation: Operation, started_ms: int) -> str:
    """Return the line while the picture is being drawn; the timestamp counts up by itself."""
    return f"**{operation.title}** · drawing… started {words.moment(started_ms)}"


def trying_again(operation: Operation, tries: int) -> str:
    """Return the line after a passing fault of the gateway."""
    return f"**{operation.title}** · Pixazo stumbled; trying again (try {tries + 1} of 3)…"


def quota(allowance: Allowance, defaults: Mapping[str, Value]) -> discord.Embed:
    """Return what a member has left today, when it starts anew, and the defaults."""
    embed = discord.Embed(title="Your quota today", colour=WAITING)
    images = f"{allowance.images_left:,} of {allowance.images_limit:,} left"
    embed.add_field(name="Images", value=images)
    embed.add_field(name="Paid models", value=_paid(allowance))
    embed.add_field(name="Waiting", value=f"{allowance.pending} of {allowance.pending_limit}")
    if allowance.images_held:
        held = words.count(allowance.images_held, "image")
        if allowance.micros_held:
            held += f" and {words.money(allowance.micros_held)}"
        embed.add_field(name="Held by waiting jobs", value=held, inline=False)
    resets = f"{words.moment(allowance.resets_at, 't')} ({words.moment(allowance.resets_at)})"
    embed.add_field(name="Starts anew", value=resets, inline=False)
    if defaults:
        embed.add_field(
            name="Your defaults for /imagine", value="\n".join(_defaults(defaults)), inline=False
        )
    return embed


def defaults(mine: Mapping[str, Value]) -> discord.Embed:
    """Return what ``/imagine`` does for a member who says nothing."""
    said = "\n".join(_defaults(mine)) or "None of your own: the server's model, a square, for all."
    return discord.Embed(
        title="Your defaults for /imagine", description=said, colour=WAITING
    ).set_footer(text="/defaults changes them; forget: True takes them back.")


def _defaults(defaults: Mapping[str, Value]) -> Iterator[str]:
    for name, label in _DEFAULTS:
        if name in defaults:
            value = defaults[name]
            said = ("yes" if value else "no") if name == "private" else str(value)
            yield f"{label}: {words.shown(said, 200)}"


def _paid(allowance: Allowance) -> str:
    if not allowance.bot_micros_limit:
        return "switched off here"
    left = min(allowance.micros_left, allowance.bot_micros_left)
    return f"{words.money(left)} of {words.money(allowance.micros_limit)} left"


def _footer(jobs: Sequence[Job], allowance: Allowance | None) -> str:
    price = sum(job.price for job in jobs)
    seconds = max(job.seconds or 0.0 for job in jobs)
    parts = [f"{seconds:.1f} s", words.money(price) if price else "free"]
    if allowance is not None:
        parts.append(f"{allowance.images_left:,} of {allowance.images_limit:,} left today")
    return " · ".join(parts)
