"""What people see: a job, a quota or a refusal as embeds and texts. No I/O, no decisions.

The look: one colour per model, a short title, the prompt as typed, small fields in a fixed order,
one line of footer. Written for a phone: three short fields fit in a row.
"""

from __future__ import annotations

import discord

from bot import words
from bot.catalog import BY_ID
from bot.spec import Operation
from storage.job import Allowance, Job, Standing

FAILED = 0xED4245
WAITING = 0x5865F2
PROMPT_SHOWN = 3000
FIELD_SHOWN = 1000
ALT_MOST = 1000

# Which values are worth a field, in this order; the rest is in the prompt, the size or the footer.
_FIELDS = (
    ("aspect_ratio", "Shape"),
    ("steps", "Steps"),
    ("guidance", "Guidance"),
    ("cfg", "CFG"),
    ("prompt_strength", "Strength"),
    ("seed", "Seed"),
    ("output_format", "Format"),
    ("output_quality", "Quality"),
)

_CHARGES = {
    "failed": "You were not charged.",
    "cancelled": "You were not charged.",
    "unknown": "You were not charged. The bot's own budget counts it as spent, to be safe.",
}


def result(
    job: Job, *, size: tuple[int, int], file_name: str, allowance: Allowance | None
) -> discord.Embed:
    """Return the card of a finished picture, which shows the attached file of that name."""
    operation = BY_ID[job.operation]
    prompt = words.shown(str(job.values["prompt"]), PROMPT_SHOWN)
    embed = discord.Embed(title=operation.title, description=prompt, colour=operation.colour)
    embed.add_field(name="Size", value=f"{size[0]} x {size[1]}")
    for name, label in _FIELDS:
        if name in job.values:
            embed.add_field(name=label, value=str(job.values[name]))
    if job.values.get("negative_prompt"):
        kept_out = words.shown(str(job.values["negative_prompt"]), FIELD_SHOWN)
        embed.add_field(name="Kept out", value=kept_out, inline=False)
    embed.set_image(url=f"attachment://{file_name}")
    embed.set_footer(text=_footer(job, allowance))
    return embed


def alt_text(job: Job) -> str:
    """Return what a screen reader says of the picture: the prompt, within Discord's 1024."""
    title = BY_ID[job.operation].title
    return words.short(f"{job.values['prompt']} (drawn by {title})", ALT_MOST)


def failure(job: Job) -> discord.Embed:
    """Return the card of an order that ended without a picture: why, and whether it was charged."""
    title = "Cancelled" if job.state == "cancelled" else "No picture this time"
    embed = discord.Embed(title=title, description=job.reason or "", colour=FAILED)
    embed.add_field(name="Prompt", value=words.shown(str(job.values["prompt"]), FIELD_SHOWN))
    embed.set_footer(text=_CHARGES[job.state])
    return embed


def refusal(sentence: str) -> discord.Embed:
    """Return the card of an order that was not accepted."""
    embed = discord.Embed(title="That did not work", description=sentence, colour=FAILED)
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


def quota(allowance: Allowance) -> discord.Embed:
    """Return what a member has left today, what is held, and when it starts anew."""
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
    return embed


def _paid(allowance: Allowance) -> str:
    if not allowance.bot_micros_limit:
        return "switched off here"
    left = min(allowance.micros_left, allowance.bot_micros_left)
    return f"{words.money(left)} of {words.money(allowance.micros_limit)} left"


def _footer(job: Job, allowance: Allowance | None) -> str:
    parts = [f"{job.seconds:.1f} s", words.money(job.price) if job.price else "free"]
    if allowance is not None:
        parts.append(f"{allowance.images_left:,} of {allowance.images_limit:,} left today")
    return " · ".join(parts)
