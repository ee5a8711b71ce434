"""Which pictures of a message can be repainted, and what is said where there is none."""

from __future__ import annotations

from typing import Any, cast

import discord
import pytest
from discord.state import ConnectionState

from bot import candidates
from bot.errors import BadPicture

AUTHOR = {"id": "1", "username": "ada", "discriminator": "0", "avatar": None, "global_name": None}
LINK = "https://cdn.discordapp.com/attachments/1/2/"


async def message(**parts: Any) -> discord.Message:
    """A message as Discord sends it, read by discord.py's own classes."""
    client = discord.Client(intents=discord.Intents.none())
    state: ConnectionState[Any] = client._connection
    data = {
        "id": "5", "channel_id": "6", "author": AUTHOR, "content": "", "attachments": [],
        "embeds": [], "components": [], "timestamp": "2024-01-01T00:00:00+00:00",
        "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [],
        "mention_roles": [], "pinned": False, "type": 0, "flags": 0, **parts,
    }  # fmt: skip
    channel = discord.PartialMessageable(state=state, id=6)
    return discord.Message(state=state, channel=cast(Any, channel), data=cast(Any, data))


def attached(name: str, kind: str | None, number: int = 1) -> dict[str, Any]:
    """An attachment."""
    link = f"{LINK}{name}"
    return {"id": str(number), "filename": name, "size": 9, "url": link, "proxy_url": link,
            "content_type": kind}  # fmt: skip


async def test_attached_pictures_in_order() -> None:
    """Still pictures by their type, whatever else is attached."""
    files = [
        attached("a.png", "image/png"), attached("b.mp4", "video/mp4", 2),
        attached("c.webp", "image/webp", 3), attached("d.jpg", "image/jpeg; charset=x", 4),
        attached("e.gif", "image/gif", 5),
    ]  # fmt: skip
    found = candidates.of(await message(attachments=files))
    assert found == tuple((name, LINK + name) for name in ("a.png", "c.webp", "d.jpg"))


async def test_embeds() -> None:
    """Discord's own files by their link, others by Discord's proxy, each only once."""
    foreign = {"url": "https://example.org/x.png", "proxy_url": "https://images.example/x"}
    own = {"url": LINK + "own.png", "proxy_url": "https://media.example/own.png"}
    embeds = [
        {"type": "rich", "title": "Card", "image": own, "thumbnail": own},
        {"type": "image", "thumbnail": foreign},
        {"type": "gifv", "thumbnail": foreign},
    ]
    found = candidates.of(await message(embeds=embeds))
    assert found == (("Card", LINK + "own.png"), ("picture 2", "https://images.example/x"))


async def test_galleries() -> None:
    """Pictures of Components V2, also inside of containers and beside sections."""

    def media(name: str) -> dict[str, Any]:
        return {"media": {"url": LINK + name, "proxy_url": LINK + name}}

    gallery = {"type": 12, "id": 2, "items": [media("1.png"), media("2.png")]}
    section = {
        "type": 9, "id": 4, "components": [{"type": 10, "id": 5, "content": "x"}],
        "accessory": {"type": 11, "id": 6, **media("3.png"), "description": "A fox"},
    }  # fmt: skip
    box = {"type": 17, "id": 1, "components": [gallery, section]}
    found = candidates.of(await message(components=[box], flags=1 << 15))
    assert [name for name, _ in found] == ["picture 1", "picture 2", "A fox"]
    assert [link for _, link in found] == [LINK + f"{number}.png" for number in (1, 2, 3)]


async def test_a_forwarded_message() -> None:
    """A forward carries a snapshot of the other message: its pictures count."""
    inner = {
        "content": "", "attachments": [attached("a.png", "image/png")], "embeds": [],
        "timestamp": "2024-01-01T00:00:00+00:00", "edited_timestamp": None, "type": 0, "flags": 0,
        "mentions": [], "mention_roles": [], "components": [],
    }  # fmt: skip
    forwarded = await message(message_snapshots=[{"message": inner}])
    assert candidates.of(forwarded) == (("a.png", LINK + "a.png"),)
    assert not candidates.is_hidden(forwarded)


async def test_a_bounded_number() -> None:
    """A form offers ten at most."""
    files = [attached(f"{number}.png", "image/png", number) for number in range(1, 20)]
    assert len(candidates.of(await message(attachments=files))) == candidates.MOST


STICKER = {"id": "1", "name": "wave", "format_type": 1}


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({}, "There is no picture"),
        ({"sticker_items": [STICKER]}, "A sticker cannot be repainted"),
        ({"attachments": [attached("a.mp4", "video/mp4")]}, "A video cannot be repainted"),
        ({"attachments": [attached("a.gif", "image/gif")]}, "An animated picture"),
        ({"embeds": [{"type": "gifv", "thumbnail": {"url": LINK + "x.png"}}]}, "An animated"),
        ({"attachments": [attached("a.pdf", "application/pdf")]}, "This file cannot"),
        ({"attachments": [attached("a", None)]}, "This file cannot"),
    ],
    ids=["nothing", "sticker", "video", "gif", "gifv", "document", "unknown"],
)
async def test_what_a_message_has_instead(parts: dict[str, Any], sentence: str) -> None:
    """A sentence that names it."""
    with pytest.raises(BadPicture, match=sentence):
        candidates.of(await message(**parts))


async def test_hidden_content() -> None:
    """Without the intent Discord sends nothing of it: that is told apart from words alone."""
    assert candidates.is_hidden(await message())
    assert not candidates.is_hidden(await message(content="hello"))
    assert not candidates.is_hidden(await message(sticker_items=[STICKER]))
