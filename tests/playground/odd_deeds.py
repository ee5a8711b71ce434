"""What the small bot does wrong on purpose, or in a roundabout way: ``/odd what:<name>``."""

from __future__ import annotations

import asyncio
import io
import os

import aiohttp
import discord

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63f8cfc0f01f00050001ff56c7e5b70000000049454e44ae426082"
)


def picture(name: str = "fox.png", **more: object) -> discord.File:
    """A tiny PNG to send."""
    return discord.File(io.BytesIO(PNG), name, **more)  # type: ignore[arg-type]  # test shortcut


async def _twice(it: discord.Interaction) -> None:
    params = discord.webhook.async_.interaction_message_response_params(type=5)
    adapter = discord.webhook.async_.async_context.get()
    await it.response.defer()
    try:
        await adapter.create_interaction_response(
            it.id, it.token, session=it._session, params=params
        )
    except discord.HTTPException as error:
        await it.followup.send(f"{error.status} {error.code}")


async def _silent(it: discord.Interaction) -> None:
    """Never answers."""


async def _late(it: discord.Interaction) -> None:
    await asyncio.sleep(float(os.environ["LATE"]))
    assert isinstance(it.channel, discord.abc.Messageable)
    try:
        await it.response.defer()
    except discord.HTTPException as error:
        await it.channel.send(f"{error.status} {error.code}")


async def _expired(it: discord.Interaction) -> None:
    await it.response.defer()
    message = await it.original_response()
    await asyncio.sleep(float(os.environ["LATE"]))
    try:
        await it.edit_original_response(content="too late")
    except discord.HTTPException as error:
        partial = it.client.get_partial_messageable(message.channel.id)
        shown = f"{error.status} {error.code}"
        await partial.get_partial_message(message.id).edit(content=shown, attachments=[picture()])


async def _long_embed(it: discord.Interaction) -> None:
    await it.response.defer()
    try:
        await it.edit_original_response(embed=discord.Embed(description="x" * 4097))
    except discord.HTTPException as error:
        await it.edit_original_response(content=f"{error.status} {error.code} {error.text}"[:400])


async def _too_large(it: discord.Interaction) -> None:
    await it.response.defer()
    big = discord.File(io.BytesIO(bytes(it.filesize_limit + 1)), "big.bin")
    try:
        await it.edit_original_response(attachments=[big])
    except discord.HTTPException as error:
        await it.edit_original_response(content=f"{error.status} {error.code} {it.filesize_limit}")


async def _nonce(it: discord.Interaction) -> None:
    assert isinstance(it.channel, discord.abc.Messageable)
    await it.response.defer()
    first = await it.channel.send("once", nonce="n1")
    second = await it.channel.send("once", nonce="n1")
    await it.edit_original_response(content=f"same: {first.id == second.id}")


async def _hidden(it: discord.Interaction) -> None:
    await it.response.send_message("hidden", ephemeral=True)
    message = await it.original_response()
    try:
        await it.client.get_partial_messageable(message.channel.id).fetch_message(message.id)
    except discord.HTTPException as error:
        await it.edit_original_response(content=f"{error.status} {error.code}")


async def _followup(it: discord.Interaction) -> None:
    await it.response.defer()
    first = await it.followup.send("fills the placeholder", wait=True)
    second = await it.followup.send("is new", wait=True)
    await second.edit(content=f"is {'new' if first.id != second.id else 'the same'}")


async def _many_followups(it: discord.Interaction) -> None:
    await it.response.send_message("0")
    for number in range(6):
        try:
            await it.followup.send(str(number))
        except discord.HTTPException as error:
            await it.edit_original_response(content=f"{number}: {error.status} {error.code}")


async def _replace(it: discord.Interaction) -> None:
    await it.response.send_message(file=picture("one.png"))
    await it.edit_original_response(attachments=[picture("two.png")])


async def _ping(it: discord.Interaction) -> None:
    await it.response.send_message(
        f"{it.user.mention} @everyone", allowed_mentions=discord.AllowedMentions(users=True)
    )


async def _plain(it: discord.Interaction) -> None:
    assert isinstance(it.channel, discord.abc.Messageable)
    await it.response.send_message("ok", ephemeral=True)
    await it.channel.send("an ordinary message")


async def _modern(it: discord.Interaction) -> None:
    view = discord.ui.LayoutView()
    gallery: discord.ui.MediaGallery[discord.ui.LayoutView] = discord.ui.MediaGallery()
    gallery.add_item(media="attachment://fox.png", description="a fox")
    view.add_item(discord.ui.TextDisplay("Look"))
    view.add_item(gallery)
    await it.response.send_message(view=view, file=picture())


async def _forbidden(it: discord.Interaction) -> None:
    await it.response.defer()
    channel = it.client.get_partial_messageable(int(os.environ["ELSEWHERE"]))
    try:
        await channel.send("hi")
    except discord.HTTPException as error:
        await it.edit_original_response(content=f"{error.status} {error.code}")


async def _unknown(it: discord.Interaction) -> None:
    await it.response.defer()
    assert it.guild
    try:
        await it.guild.fetch_emojis()
    except discord.HTTPException as error:
        await it.edit_original_response(content=f"{error.status}")


async def _dropped(it: discord.Interaction) -> None:
    await it.response.defer()
    try:
        await it.edit_original_response(content="never seen")
    except (discord.HTTPException, aiohttp.ClientError) as error:
        await it.edit_original_response(content=type(error).__name__)


ODD = {
    name.removeprefix("_"): function
    for name, function in list(globals().items())
    if name.startswith("_") and asyncio.iscoroutinefunction(function)
}
