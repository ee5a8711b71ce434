"""Suggestions for width and height while a member types: sizes that the models are good at."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from discord import app_commands

from bot.answering import Interaction
from bot.shapes import SIZES
from bot.spec import Option

Completion = Callable[..., Coroutine[Any, Any, list[app_commands.Choice[Any]]]]

CHOICES_MOST = 25


def suggest(option: Option, typed: str, other: int | None) -> list[tuple[str, int]]:
    """Return labels and values for one side; sizes that fit the other side come first."""
    turned = [(w, h, name) if option.name == "width" else (h, w, name) for w, h, name in SIZES]
    fitting = [
        (mine, theirs, name)
        for mine, theirs, name in turned
        if (option.least or 0) <= mine <= (option.most or mine) and str(mine).startswith(typed)
    ]
    fitting.sort(key=lambda size: size[1] != other)
    found: dict[int, str] = {}
    for mine, theirs, name in fitting:
        width, height = (mine, theirs) if option.name == "width" else (theirs, mine)
        found.setdefault(mine, f"{mine} · {width} x {height} {name}")
    return [(label, value) for value, label in found.items()][:CHOICES_MOST]


def completion(option: Option) -> Completion:
    """Return the callback that answers Discord while one side is typed."""
    other_side = "height" if option.name == "width" else "width"

    async def complete(interaction: Interaction, current: int) -> list[app_commands.Choice[Any]]:
        other = getattr(interaction.namespace, other_side, None)
        return [
            app_commands.Choice(name=label, value=value)
            for label, value in suggest(option, str(current or ""), other)
        ]

    return complete
