"""``/imagine``: the one command that most members need, and their defaults for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from discord import app_commands

from bot import answering, intake, render
from bot.answering import Interaction
from bot.catalog import COMMANDS, PROMPT_MOST, find
from bot.convert import values_for
from bot.spec import Operation, Value
from storage import preferences

if TYPE_CHECKING:
    from bot.client import Bot

Shape = Literal["square", "landscape", "portrait", "wide"]
Prompt = app_commands.Range[str, 1, PROMPT_MOST]
SHAPES: dict[str, tuple[int, int]] = {
    "square": (1024, 1024),
    "landscape": (1152, 896),
    "portrait": (896, 1152),
    "wide": (1344, 768),
}
MODELS = [
    app_commands.Choice(name=operation.title, value=operation.command)
    for operation in COMMANDS
    if not operation.takes_images
]
FORGET = "Forget all of your defaults"


async def setup(bot: Bot) -> None:
    """Add the commands to the bot."""
    bot.tree.add_command(imagine)
    bot.tree.add_command(defaults)


@app_commands.command(description="Draw a picture from words")
@app_commands.describe(
    prompt="What to draw",
    model="Which model draws it; the server's own when you say nothing",
    shape="The shape of the picture",
    count="How many pictures, each with a seed of its own",
    private="Only you see the answer",
    spoiler="Hide the picture until it is clicked",
)
@app_commands.choices(model=MODELS)
async def imagine(
    interaction: Interaction,
    prompt: Prompt,
    model: str | None = None,
    shape: Shape | None = None,
    count: app_commands.Range[int, 1, 4] = 1,
    private: bool | None = None,
    spoiler: bool = False,
) -> None:
    """Draw with what the member said, and with their defaults where they said nothing."""
    mine = await interaction.client.studio.memory.soon(preferences.preferences(interaction.user.id))
    house = interaction.client.studio.house
    operation = _model(model or mine.get("model"), house.default_model)
    width, height = SHAPES.get(str(shape or mine.get("shape")), SHAPES["square"])
    words: dict[str, Value] = {"prompt": prompt, "width": width, "height": height}
    if mine.get("negative_prompt"):
        words["negative_prompt"] = mine["negative_prompt"]
    wish = intake.Wish(
        operation=operation,
        given=values_for(words, operation),
        private=bool(mine.get("private", False)) if private is None else private,
        spoiler=spoiler,
        count=count,
    )
    await intake.take(interaction, wish)


def _model(command: Value | None, default: str) -> Operation:
    """Return the chosen model, or the one of the house: a default may outlive its model."""
    offered = {choice.value for choice in MODELS}
    return find(str(command) if command in offered else default)


@app_commands.command(description="What /imagine does when you say nothing")
@app_commands.describe(
    shape="The shape of the picture",
    model="Which model draws",
    negative_prompt="What to keep out of every picture",
    private="Whether only you see the answers",
    forget=FORGET,
)
@app_commands.choices(model=MODELS)
async def defaults(
    interaction: Interaction,
    shape: Shape | None = None,
    model: str | None = None,
    negative_prompt: app_commands.Range[str, 0, PROMPT_MOST] | None = None,
    private: bool | None = None,
    forget: bool = False,
) -> None:
    """Set the member's defaults, and show all of them."""
    memory = interaction.client.studio.memory
    member = interaction.user.id
    said = {"shape": shape, "model": model, "negative_prompt": negative_prompt, "private": private}
    mine = {} if forget else await memory.soon(preferences.preferences(member))
    mine |= {name: value for name, value in said.items() if value is not None}
    mine = {name: value for name, value in mine.items() if value != ""}
    await memory.soon(preferences.prefer(member, mine))
    await answering.reply(interaction, embed=render.defaults(mine))
