"""One slash command per model that draws from words, generated from the catalogue."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import discord
from discord import app_commands

from bot import intake
from bot.answering import Interaction
from bot.catalog import COMMANDS, find
from bot.spec import Operation, Option
from cogs import sizes

if TYPE_CHECKING:
    from bot.client import Bot


Extra: TypeAlias = tuple[Any, str]  # annotation and description
Slash: TypeAlias = "app_commands.Command[Any, ..., None]"


Take: TypeAlias = Callable[[Interaction, intake.Wish], Awaitable[None]]
PRIVATE = "Only you see the answer"
SPOILER = "Hide the picture until it is clicked"
COUNT = "How many pictures, each with a seed of its own"
SET_MOST = 4
STREAM = "Use the model's stream endpoint"
DESCRIPTION_MOST = 100


async def setup(bot: Bot) -> None:
    """Add the commands to the bot."""
    for operation in COMMANDS:
        if not operation.takes_images:
            bot.tree.add_command(command(operation))


def command(
    operation: Operation,
    take: Take = intake.take,
    *,
    optional: Collection[str] = (),
    extra: Mapping[str, Extra] = MappingProxyType({}),
) -> Slash:
    """Return the slash command of an operation, with the limits that Discord's client enforces.

    ``take`` turns what was given into an order. ``optional`` options need not be given, ``extra``
    ones are no field of the request.
    """

    async def draw(interaction: Interaction, **given: Any) -> None:
        private = bool(given.pop("private", False))
        chosen = find(operation.command, stream=bool(given.pop("stream", False)))
        spoiler, count = bool(given.pop("spoiler", False)), int(given.pop("count", None) or 1)
        wish = intake.Wish(
            operation=chosen, given=given, private=private, spoiler=spoiler, count=count
        )
        await take(interaction, wish)

    draw.__signature__ = signature(operation, optional, extra)  # type: ignore[attr-defined] # what discord.py reads
    texts = {option.name: describe(option) for option in operation.options}
    texts["count"] = COUNT
    texts |= {name: text for name, (_, text) in extra.items()}
    app_commands.describe(**texts, **switches(operation))(draw)
    made: Slash = app_commands.Command(
        name=operation.command, description=operation.summary, callback=cast(Any, draw)
    )
    for side in ("width", "height"):
        if any(option.name == side for option in operation.options):
            made.autocomplete(side)(sizes.completion(operation.option(side)))
    return made


def switches(operation: Operation) -> dict[str, str]:
    """Return the yes-or-no options of this model's command, with their descriptions."""
    streams = find(operation.command, stream=True).stream
    always = {"private": PRIVATE, "spoiler": SPOILER}
    return {"stream": STREAM, **always} if streams else always


def signature(
    operation: Operation,
    optional: Collection[str] = (),
    extra: Mapping[str, Extra] = MappingProxyType({}),
) -> inspect.Signature:
    """Return the callback's parameters as discord.py reads them: required ones first."""
    options = [
        _parameter(option.name, annotation(option), option.required and option.name not in optional)
        for option in operation.options
    ]
    options.append(_parameter("count", app_commands.Range[int, 1, SET_MOST], False))
    options += [_parameter(name, kind, False) for name, (kind, _) in extra.items()]
    options += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=bool, default=False)
        for name in switches(operation)
    ]
    interaction = inspect.Parameter(
        "interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction
    )
    options.sort(key=lambda one: one.default is not inspect.Parameter.empty)
    return inspect.Signature([interaction, *options])


def describe(option: Option) -> str:
    """Return an option's description with its default, within Discord's 100 characters."""
    if option.default is None:
        return option.description
    told = f"{option.description} (default {option.default})"
    return told if len(told) <= DESCRIPTION_MOST else option.description


def _parameter(name: str, kind: Any, required: bool) -> inspect.Parameter:
    default = inspect.Parameter.empty if required else None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def choice(names: Sequence[str]) -> Any:
    """Return the annotation of an option that is one of these words."""
    return Literal[tuple(names)]


def annotation(option: Option) -> Any:
    """Return the type that makes Discord enforce an option's choices and range."""
    if option.choices:
        return Literal[option.choices]
    if option.kind == "image":
        return discord.Attachment
    if option.kind == "text":
        return app_commands.Range[str, 1 if option.required else 0, int(option.most or 6000)]
    if option.kind == "integer":
        least, most = int(option.least or 0), int(option.most or 0)
        return app_commands.Range[int, least, most]
    return app_commands.Range[float, float(option.least or 0), float(option.most or 0)]
