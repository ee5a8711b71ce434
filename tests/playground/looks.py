"""What the small bot shows to be looked at: ``/look what:<name>``, and a menu on members."""

from __future__ import annotations

import io
from typing import Any

import discord
from discord import app_commands
from PIL import Image

Layout = discord.ui.LayoutView


def large(name: str = "large.png") -> discord.File:
    """A picture that is far larger than any thumbnail."""
    packed = io.BytesIO()
    Image.new("RGB", (1024, 768), "seagreen").save(packed, "PNG")
    packed.seek(0)
    return discord.File(packed, name)


class Survey(discord.ui.Modal, title="A survey"):
    """Asks with radio buttons, check boxes, one check box and a select."""

    size: discord.ui.Label[discord.ui.Modal] = discord.ui.Label(
        text="Size",
        component=discord.ui.RadioGroup(
            custom_id="size",
            options=[discord.RadioGroupOption(label=x, value=x.lower()) for x in ("Small", "Big")],
        ),
    )
    extras: discord.ui.Label[discord.ui.Modal] = discord.ui.Label(
        text="Extras",
        component=discord.ui.CheckboxGroup(
            custom_id="extras",
            required=False,
            options=[
                discord.CheckboxGroupOption(label="Frame", value="frame", default=True),
                discord.CheckboxGroupOption(label="Signature", value="signature"),
            ],
        ),
    )
    sure: discord.ui.Label[discord.ui.Modal] = discord.ui.Label(
        text="Sure", component=discord.ui.Checkbox(custom_id="sure")
    )
    place: discord.ui.Label[discord.ui.Modal] = discord.ui.Label(
        text="Place",
        component=discord.ui.Select(
            custom_id="place",
            placeholder="Nowhere yet",
            options=[discord.SelectOption(label=x, value=x.lower()) for x in ("Wall", "Desk")],
        ),
    )
    sketch: discord.ui.Label[discord.ui.Modal] = discord.ui.Label(
        text="Sketch", component=discord.ui.FileUpload(custom_id="sketch", required=False)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say everything that was chosen."""
        size, extras, sure = self.size.component, self.extras.component, self.sure.component
        place, sketch = self.place.component, self.sketch.component
        assert isinstance(size, discord.ui.RadioGroup)
        assert isinstance(extras, discord.ui.CheckboxGroup)
        assert isinstance(sure, discord.ui.Checkbox)
        assert isinstance(place, discord.ui.Select)
        assert isinstance(sketch, discord.ui.FileUpload)
        names = [file.filename for file in sketch.values]
        said = [size.value, extras.values, sure.value, place.values, names]
        await interaction.response.send_message(" ".join(map(str, said)))


class Toppings(discord.ui.Select[Any]):
    """A select that takes one or two of three."""

    def __init__(self) -> None:
        options = [discord.SelectOption(label=x, value=x.lower()) for x in ("Ham", "Egg", "Dill")]
        super().__init__(
            custom_id="toppings", placeholder="Toppings", max_values=2, options=options
        )

    async def callback(self, interaction: discord.Interaction) -> None:
        """Say what was chosen."""
        await interaction.response.send_message(f"tops it with {self.values}")


class Order(discord.ui.Modal, title="An order"):
    """Asks for one or two things."""

    toppings: discord.ui.Label[discord.ui.Modal] = discord.ui.Label(
        text="On top", component=Toppings()
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say what was ordered."""
        assert isinstance(self.toppings.component, Toppings)
        await interaction.response.send_message(f"ordered {self.toppings.component.values}")


class Beside(discord.ui.Button[Layout]):
    """A button that stands beside words."""

    async def callback(self, interaction: discord.Interaction) -> None:
        """Say that it was pressed."""
        await interaction.response.send_message("is beside it")


async def _survey(it: discord.Interaction) -> None:
    await it.response.send_modal(Survey())


async def _toppings(it: discord.Interaction) -> None:
    view: discord.ui.View = discord.ui.View(timeout=None)
    view.add_item(Toppings())
    await it.response.send_message("Choose", view=view)


async def _order(it: discord.Interaction) -> None:
    await it.response.send_modal(Order())


async def _thumbnail(it: discord.Interaction) -> None:
    """An embed whose thumbnail is the link to a file that was sent before."""
    await it.response.send_message(file=large())
    sent = await it.original_response()
    embed = discord.Embed(title="A thumbnail", description="Many words stand beside it. " * 8)
    embed.set_thumbnail(url=sent.attachments[0].url)
    await it.followup.send(embed=embed)


async def _container(it: discord.Interaction) -> None:
    """Every kind of component of the second version."""
    view = Layout()
    gallery: discord.ui.MediaGallery[Layout] = discord.ui.MediaGallery()
    gallery.add_item(media="attachment://one.png", description="one of two")
    gallery.add_item(media="attachment://two.png", description="two of two", spoiler=True)
    view.add_item(
        discord.ui.Container(
            discord.ui.TextDisplay("## In a box"),
            discord.ui.Section(
                "Words beside a picture",
                accessory=discord.ui.Thumbnail("attachment://one.png", description="a small one"),
            ),
            discord.ui.Section("Words beside a button", accessory=Beside(label="Beside")),
            discord.ui.Separator(spacing=discord.SeparatorSpacing.large),
            gallery,
            discord.ui.File("attachment://notes.txt"),
            accent_colour=discord.Colour.orange(),
        )
    )
    notes = discord.File(io.BytesIO(b"notes"), "notes.txt")
    await it.response.send_message(view=view, files=[large("one.png"), large("two.png"), notes])


LOOKS = {
    "survey": _survey, "toppings": _toppings, "order": _order,
    "thumbnail": _thumbnail, "container": _container,
}  # fmt: skip


@app_commands.command(description="Shows something to look at")
async def look(it: discord.Interaction, what: str) -> None:
    """Show what is asked for."""
    await LOOKS[what](it)


@app_commands.context_menu(name="Wave")
async def wave(it: discord.Interaction, member: discord.Member) -> None:
    """Greet the member whose menu it was."""
    await it.response.send_message(f"waves at {member.display_name}")
