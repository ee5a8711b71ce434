"""A member's gallery as a message. No I/O, no decisions.

Components V2: Discord takes 40 of them in a message. A picture takes eight (a section with its
text and thumbnail, a row with four buttons), so a page has four pictures and a row to turn it.

Every button's id names the verb, a job or the cursor of the page to show, and the page that it
stands on, so that a press works after any restart and shows the same page again. The views are
stopped before they are sent, see bot/buttons.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import discord
from discord import ui

from bot import buttons, words
from bot.catalog import BY_ID, OPERATIONS
from storage.gallery import Entry, Page
from storage.job import Job

ENTRIES = 4  # pictures on a page
PROMPT_SHOWN = 300
WORDS_MOST = 32  # UTF-16 units of the words searched for, so that every id stays below 100
VERBS = ("again", "fetch", "mark", "unmark", "delete", "show", "newest")
TEMPLATE = re.compile(
    rf"hist:(?P<verb>{'|'.join(VERBS)}):(?P<number>\d{{1,20}}):(?P<before>\d{{1,20}})"
    rf":(?P<marked>[01]):(?P<command>[a-z0-9]{{0,16}}):(?P<words>.{{0,{WORDS_MOST}}})"
)

Button = ui.Button[ui.LayoutView]
_PLAIN, _RED = discord.ButtonStyle.secondary, discord.ButtonStyle.danger
_GREEN = discord.ButtonStyle.success


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a page shows: ``before`` cuts it (0: from the newest on), the rest filters it."""

    before: int = 0
    words: str = ""
    command: str = ""
    favourites: bool = False

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations of the command, as storage filters by them; none for all."""
        return tuple(one.id for one in OPERATIONS if self.command and one.command == self.command)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A fresh link to a picture, or why there is none (after "No preview: ").

    ``undelivered``: it reached nobody yet, and can be fetched; ``gone``: its message is deleted.
    """

    link: str | None = None
    missing: str = ""
    undelivered: bool = False
    gone: bool = False


@dataclass(frozen=True, kw_only=True)
class Press:
    """A pressed button: ``number`` is a cursor for show, a job for all others."""

    verb: str
    number: int
    look: Look


def look(*, words: str = "", command: str = "", favourites: bool = False) -> Look:
    """Return the first page of what a member asks for; long words are cut at ``WORDS_MOST``."""
    plain = " ".join(words.split())
    room = plain.encode("utf-16-le", "replace")[: 2 * WORDS_MOST]
    return Look(
        words=room.decode("utf-16-le", "ignore").strip(), command=command, favourites=favourites
    )


def custom_id(verb: str, number: int, look: Look) -> str:
    """Return the id of a button, for example ``hist:again:123:0:0:sdxl:fox``; at most 100."""
    marked = int(look.favourites)
    return f"hist:{verb}:{number}:{look.before}:{marked}:{look.command}:{look.words}"


def read(pressed: str) -> Press | None:
    """Return what a button's id says; None where it is not one of these."""
    found = TEMPLATE.fullmatch(pressed)
    if found is None:
        return None
    here = Look(
        before=int(found["before"]),
        words=found["words"],
        command=found["command"],
        favourites=found["marked"] == "1",
    )
    return Press(verb=found["verb"], number=int(found["number"]), look=here)


def turned(press: Press) -> Look:
    """Return the page to show after the press: the one asked for, or the same one again."""
    if press.verb == "show":
        return replace(press.look, before=press.number)
    return replace(press.look, before=0) if press.verb == "newest" else press.look


def page(shown: Page, look: Look, previews: Mapping[int, Preview]) -> ui.LayoutView:
    """Return the page of up to ``ENTRIES`` pictures of a member's own; previews by job."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(_title(shown, look)))
    for entry in shown.entries[:ENTRIES]:
        preview = previews[entry.job.id]
        view.add_item(_picture(entry.job, preview))
        view.add_item(ui.ActionRow(*_buttons(entry, preview, look)))
    turning = _turning(shown, look)
    if turning:
        view.add_item(ui.ActionRow(*turning))
    view.stop()
    return view


def message_link(job: Job) -> str | None:
    """Return the link to the picture's message; None for a private one: nobody can be sent there.

    Source: Discord's message links have ``@me`` where there is no server.
    """
    if job.private or job.message_id is None:
        return None
    place = job.guild_id if job.guild_id is not None else "@me"
    return f"https://discord.com/channels/{place}/{job.channel_id}/{job.message_id}"


def _title(shown: Page, look: Look) -> str:
    what = "Your favourites" if look.favourites else "Your pictures"
    if look.operations:
        what += f" · {BY_ID[look.operations[0]].title}"
    if look.words:
        what += f" · “{words.typed(look.words)}”"
    if not shown.entries:
        older = "None in this part; there are older ones." if shown.older else "None yet."
        return f"**{what}**\n{older}"
    return f"**{what}**"


def _picture(job: Job, preview: Preview) -> ui.Item[ui.LayoutView]:
    text = _text(job)
    if preview.link is None:
        return ui.TextDisplay(f"{text}\n-# No preview: {preview.missing}.")
    alt = words.short(str(job.values.get("prompt", "")), 1000)
    thumbnail: ui.Thumbnail[ui.LayoutView] = ui.Thumbnail(
        preview.link, description=alt or None, spoiler=job.spoiler
    )
    return ui.Section(ui.TextDisplay(text), accessory=thumbnail)


def _text(job: Job) -> str:
    known = BY_ID.get(job.operation)
    parts = [f"**{known.title if known else job.operation}**"]
    parts.append(words.moment(job.drawn_at or job.placed_at))
    if "seed" in job.values:
        parts.append(f"seed {job.values['seed']}")
    prompt = words.shown(" ".join(str(job.values.get("prompt", "")).split()), PROMPT_SHOWN)
    return f"{' · '.join(parts)}\n{prompt}"


def _buttons(entry: Entry, preview: Preview, look: Look) -> list[Button]:
    """Open or Fetch, Again, the star, and Delete."""
    job = entry.job
    link = message_link(job)
    there = not (preview.undelivered or preview.gone)
    row = [Button(label="Open", url=link)] if link and there else []
    if preview.undelivered:
        fetch = custom_id("fetch", job.id, look)
        row = [Button(label="Fetch", style=_GREEN, custom_id=fetch)]
    verb, star = ("unmark", "★") if entry.favourite else ("mark", "☆")
    again = buttons.priced("Again", job)
    row += [
        Button(label=again, style=_PLAIN, custom_id=custom_id("again", job.id, look)),
        Button(label=star, style=_PLAIN, custom_id=custom_id(verb, job.id, look)),
    ]
    delete = custom_id("delete", job.id, look)
    return [*row, Button(label="Delete", style=_RED, custom_id=delete)]


def _turning(shown: Page, look: Look) -> list[Button]:
    """The buttons that turn the page; none where all is on it."""
    buttons = []
    if look.before:
        newest = custom_id("newest", 0, look)
        buttons.append(Button(label="Newest", style=_PLAIN, custom_id=newest))
    if shown.older is not None:
        older = custom_id("show", shown.older, look)
        buttons.append(Button(label="Older", style=_PLAIN, custom_id=older))
    return buttons
