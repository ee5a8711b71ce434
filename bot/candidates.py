"""Which pictures a Discord message has that could be repainted."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import discord

from bot.errors import BadPicture

MOST = 10
SPOILER = "SPOILER_"  # Discord's own sign, in the names of covered files
_CDN = ("cdn.discordapp.com", "media.discordapp.net")
HOW = "Open the message's menu (right click, or press long), then Apps, then Inpaint."
_STILL = ("image/png", "image/jpeg", "image/webp")

Candidate = tuple[str, str]  # name, which begins with SPOILER where it is covered, and link
Shown = discord.Message | discord.MessageSnapshot


def of(message: discord.Message) -> tuple[Candidate, ...]:
    """Return the pictures of a message, attached ones first.

    Raises BadPicture, with a sentence that says what the message has instead.
    """
    # A forwarded message is a snapshot of another.
    parts: tuple[Shown, ...] = (message, *message.message_snapshots)
    found: dict[str, Candidate] = {}
    for part in parts:
        for name, link in (*_attached(part), *_embedded(part)):
            found.setdefault(link, (name, link))
    if not found:
        raise BadPicture(_instead(message))
    return tuple(found.values())[:MOST]


def is_hidden(message: discord.Message) -> bool:
    """Whether Discord kept the content from the bot, or there was none."""
    parts = (message.content, message.attachments, message.embeds, message.components)
    return not any((*parts, message.stickers, message.message_snapshots))


def _attached(message: Shown) -> Iterator[Candidate]:
    for attachment in message.attachments:
        if (attachment.content_type or "").split(";")[0] in _STILL:
            yield attachment.filename, attachment.url
    for component in message.components:
        yield from _in_gallery(component)


def _in_gallery(component: object) -> Iterator[Candidate]:
    """Components V2 show pictures in galleries and beside sections, also inside of containers."""
    if isinstance(component, discord.ThumbnailComponent):
        yield _covered(component.description or "picture", component.spoiler), component.media.url
    if isinstance(component, discord.MediaGalleryComponent):
        for number, item in enumerate(component.items, 1):
            yield _covered(f"picture {number}", item.spoiler), item.media.url
    inner = (*getattr(component, "children", ()), getattr(component, "accessory", None))
    for child in filter(None, inner):
        yield from _in_gallery(child)


def _embedded(message: Shown) -> Iterator[Candidate]:
    for number, embed in enumerate(message.embeds, 1):
        for place in (embed.image, embed.thumbnail):
            if place.url and embed.type != "gifv":
                name = embed.title or f"picture {number}"
                yield name, _safe_link(place.url, place.proxy_url)


def _safe_link(url: str, proxy: str | None) -> str:
    """The link itself may be anybody's: then what Discord's proxy serves is the picture."""
    if proxy is None or urlsplit(url).hostname in (*_CDN, urlsplit(proxy).hostname):
        return url
    return proxy


def _covered(name: str, spoiler: bool) -> str:
    return f"{SPOILER}{name}" if spoiler else name


def _instead(message: discord.Message) -> str:
    parts: tuple[Shown, ...] = (message, *message.message_snapshots)
    kinds = [(one.content_type or "") for part in parts for one in part.attachments]
    if any(part.stickers for part in parts):
        return "A sticker cannot be repainted. Send it as a PNG, JPEG or WEBP picture."
    if any(kind.startswith("video/") for kind in kinds):
        return "A video cannot be repainted. Send a still picture of it: PNG, JPEG or WEBP."
    if "image/gif" in kinds or any(embed.type == "gifv" for part in parts for embed in part.embeds):
        return "An animated picture cannot be repainted. Send a still PNG, JPEG or WEBP picture."
    if kinds:
        return "This file cannot be repainted. Send a PNG, JPEG or WEBP picture."
    return "There is no picture in this message."
