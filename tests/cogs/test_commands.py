"""The slash commands that Discord is sent, held against the catalogue."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord import app_commands

from bot.catalog import COMMANDS, find
from bot.spec import Operation
from cogs import generate, sizes

KINDS = {"text": 3, "integer": 4, "number": 10, "image": 11}


def payload(operation: Operation) -> dict[str, Any]:
    """Return the command as it goes to Discord."""
    client = discord.Client(intents=discord.Intents.none())
    tree = app_commands.CommandTree(client)
    return generate.command(operation).to_dict(tree)


@pytest.mark.parametrize("operation", COMMANDS, ids=lambda operation: operation.id)
def test_every_option_of_the_catalogue_reaches_discord(operation: Operation) -> None:
    """Names, types, ranges, choices and what is required are those of the table, required first."""
    sent = payload(operation)
    options = {option["name"]: option for option in sent["options"]}
    assert sent["name"] == operation.command
    assert sent["description"] == operation.summary
    ours = {"count", *generate.switches(operation)}
    assert set(options) == {option.name for option in operation.options} | ours
    for option in operation.options:
        there = options[option.name]
        assert there["type"] == KINDS[option.kind]
        assert there["required"] == option.required
        assert [c["value"] for c in there.get("choices", [])] == list(option.choices)
        if option.kind in ("integer", "number"):
            assert (there["min_value"], there["max_value"]) == (option.least, option.most)
        if option.kind == "text" and not option.choices:
            assert there["max_length"] == option.most
    required = [option["required"] for option in sent["options"]]
    assert required == sorted(required, reverse=True)
    assert len(options) <= 25
    assert all(1 <= len(option["description"]) <= 100 for option in sent["options"])


def test_stream_is_offered_where_the_gateway_streams() -> None:
    """Only the two models with a stream endpoint have the option."""
    with_stream = {o.command for o in COMMANDS if "stream" in generate.switches(o)}
    assert with_stream == {"lightning", "inpaint"}


def test_sizes_that_fit_the_other_side_come_first() -> None:
    """With a width chosen, the height that makes a known size is offered first."""
    height = find("sdxl").option("height")
    assert sizes.suggest(height, "", 1344)[0] == ("768 · 1344 x 768 wide", 768)
    assert [value for _, value in sizes.suggest(height, "13", None)] == [1344]


def test_suggested_sizes_are_allowed() -> None:
    """Everything that is suggested passes the option's own check."""
    for operation in COMMANDS:
        for side in ("width", "height"):
            if any(option.name == side for option in operation.options):
                option = operation.option(side)
                for _, value in sizes.suggest(option, "", None):
                    assert option.check(value) == value
