"""How the bot words numbers, moments and other people's text."""

from __future__ import annotations

import re

from bot.amounts import MICRO

_SPECIAL = re.compile(r"([\\`*_~|<>\[\]#:@-])")


def money(micros: int) -> str:
    """Return micro-dollars as dollars, with as many decimals as it takes: ``$0.20``."""
    cents, rest = divmod(micros, 10_000)
    if not rest:
        return f"${cents / 100:,.2f}"
    return f"${micros / MICRO:,.6f}".rstrip("0")


def count(number: int, noun: str) -> str:
    """Return ``1 image`` or ``2 images``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def ordinal(number: int) -> str:
    """Return ``1st``, ``2nd``, ``3rd``, ``11th``."""
    teen = 10 <= number % 100 <= 20
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def moment(ms: int, style: str = "R") -> str:
    """Return a Discord timestamp, which every member's client words in local time."""
    return f"<t:{ms // 1000}:{style}>"


def typed(text: str) -> str:
    """Return the text so that Discord shows it as it was typed: no markdown, mentions or links."""
    return _SPECIAL.sub(r"\\\1", text)


def short(text: str, most: int) -> str:
    """Return the text in at most that many characters, cut at the end with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip("\\") + "…"


def shown(text: str, most: int) -> str:
    """Return the text as typed within a limit, never cutting an escape in half."""
    room = most
    while len(typed(short(text, room))) > most:
        room -= max(1, (len(typed(short(text, room))) - most) // 2)
    return typed(short(text, room))
