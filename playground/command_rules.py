"""What an application command may be. Limits: Discord's page "Application Commands"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from playground.messages import Json
from playground.refusal import Problem
from playground.rules import Path, count, number, text

CHAT, USER_MENU, MESSAGE_MENU = 1, 2, 3
_MOST = {CHAT: 100, USER_MENU: 15, MESSAGE_MENU: 15}
_NAME = re.compile(r"[-_'\w]{1,32}")
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11


def set_problems(commands: list[Json]) -> Iterator[Problem]:
    """What is wrong with a whole set of commands of one scope."""
    for index, command in enumerate(commands):
        yield from command_problems(command, (index,))
    kinds = Counter(command.get("type", CHAT) for command in commands)
    for kind, most in _MOST.items():
        if kinds[kind] > most:
            yield Problem(
                path=(),
                code="APPLICATION_COMMANDS_TOO_MANY",
                message=f"Maximum number of application commands reached ({most}).",
            )
    names = Counter((c.get("type", CHAT), c.get("name")) for c in commands)
    for (_, name), times in names.items():
        if times > 1:
            yield Problem(
                path=(),
                code="APPLICATION_COMMANDS_DUPLICATE_NAME",
                message=f"Application command names must be unique ({name}).",
            )


def command_problems(command: Json, path: Path) -> Iterator[Problem]:
    """What is wrong with one command."""
    kind = command.get("type", CHAT)
    if kind == CHAT:
        yield from _name(command.get("name"), (*path, "name"))
        yield from text(command.get("description"), (*path, "description"), 1, 100)
        yield from _options(command.get("options") or [], (*path, "options"))
    else:
        yield from text(command.get("name"), (*path, "name"), 1, 32)
        yield from text(command.get("description"), (*path, "description"), 0, 0, needed=False)
    if _texts(command) > 8000:
        yield Problem(
            path=path,
            code="APPLICATION_COMMAND_TOO_LARGE",
            message="Command exceeds maximum size (8000)",
        )
    yield from _within(command.get("contexts"), (*path, "contexts"), {0, 1, 2})
    yield from _within(command.get("integration_types"), (*path, "integration_types"), {0, 1})


def _within(values: list[int] | None, path: Path, allowed: set[int]) -> Iterator[Problem]:
    if values is not None and (not values or set(values) - allowed):
        yield Problem(
            path=path, code="BASE_TYPE_CHOICES", message=f"Value must be one of {sorted(allowed)}."
        )


def _name(name: Any, path: Path) -> Iterator[Problem]:
    yield from text(name, path, 1, 32)
    if isinstance(name, str) and name and (not _NAME.fullmatch(name) or name != name.lower()):
        yield Problem(
            path=path, code="APPLICATION_COMMAND_INVALID_NAME", message="Command name is invalid"
        )


def _options(options: list[Json], path: Path) -> Iterator[Problem]:
    yield from count(options, path, 0, 25)
    seen: set[str] = set()
    optional = False
    for index, option in enumerate(options):
        yield from _option(option, (*path, index))
        if option.get("required") and optional:
            yield Problem(
                path=(*path, index),
                code="APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                message="Required options must be placed before non-required options",
            )
        optional = optional or not option.get("required")
        if option.get("name") in seen:
            yield Problem(
                path=(*path, index),
                code="APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_USED",
                message="Option name is already used",
            )
        seen.add(str(option.get("name")))


def _option(option: Json, path: Path) -> Iterator[Problem]:
    yield from _name(option.get("name"), (*path, "name"))
    yield from text(option.get("description"), (*path, "description"), 1, 100)
    kind = option.get("type")
    if kind not in range(1, 12):
        yield Problem(path=(*path, "type"), code="BASE_TYPE_CHOICES", message="Unknown type.")
    if kind in (SUBCOMMAND, GROUP):
        yield from _options(option.get("options") or [], (*path, "options"))
    yield from _choices(option, path)
    for key, kinds in (("min_value", (INTEGER, NUMBER)), ("min_length", (STRING,))):
        upper = key.replace("min", "max")
        for name in (key, upper):
            if option.get(name) is not None and kind not in kinds:
                yield Problem(
                    path=(*path, name),
                    code="APPLICATION_COMMAND_OPTION_BAD_BOUND",
                    message=f"{name} is not possible for this type of option",
                )
        low, high = option.get(key), option.get(upper)
        if low is not None and high is not None and low > high:
            yield Problem(
                path=(*path, key),
                code="APPLICATION_COMMAND_OPTION_BAD_BOUND",
                message=f"{key} must not be greater than {upper}",
            )
    yield from number(option.get("min_length"), (*path, "min_length"), 0, 6000)
    yield from number(option.get("max_length"), (*path, "max_length"), 1, 6000)


def _choices(option: Json, path: Path) -> Iterator[Problem]:
    choices = option.get("choices") or []
    yield from count(choices, (*path, "choices"), 0, 25)
    if choices and option.get("autocomplete"):
        yield Problem(
            path=path,
            code="APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE",
            message="autocomplete may not be true if choices are present",
        )
    yield from choice_problems(choices, (*path, "choices"))
    for key in ("name", "value"):
        values = [choice.get(key) for choice in choices]
        if len(set(values)) != len(values):
            yield Problem(
                path=(*path, "choices"),
                code=f"APPLICATION_COMMAND_OPTIONS_CHOICE_{key.upper()}_ALREADY_EXISTS",
                message=f"Choice {key} is used twice",
            )


def choice_problems(choices: list[Json], path: Path) -> Iterator[Problem]:
    """What is wrong with choices, those of a command or those of an autocomplete answer."""
    for index, choice in enumerate(choices):
        yield from text(choice.get("name"), (*path, index, "name"), 1, 100)
        if isinstance(choice.get("value"), str):
            yield from text(choice["value"], (*path, index, "value"), 0, 100)
        elif not isinstance(choice.get("value"), int | float):
            yield from text(None, (*path, index, "value"), 0, 100)


def _texts(node: Json) -> int:
    """The characters that count against a command's 8000."""
    mine = len(node.get("name") or "") + len(node.get("description") or "")
    mine += sum(
        len(str(c.get("name"))) + len(str(c.get("value"))) for c in node.get("choices") or []
    )
    return mine + sum(_texts(option) for option in node.get("options") or [])
