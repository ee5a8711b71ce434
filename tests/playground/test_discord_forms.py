"""The REST rules, asked directly: what is refused, with which code at which place."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from playground.local_discord import LocalDiscord
from playground.places import EVERYBODY
from playground.uploads import Upload

Json = dict[str, Any]


class Client:
    """A bot without discord.py: plain requests with the bot's token."""

    def __init__(self, discord: LocalDiscord, http: aiohttp.ClientSession) -> None:
        self.discord = discord
        self.http = http
        self.channel = discord.world.channel("general")
        self.messages = f"/channels/{self.channel.id}/messages"

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of one call."""
        headers = {"Authorization": f"Bot {self.discord.token}"}
        url = path if path.startswith("http") else self.discord.url + path
        kind: Json = {"data": body} if isinstance(body, aiohttp.FormData) else {"json": body}
        async with self.http.request(method, url, headers=headers, **kind) as reply:
            raw = await reply.read()
            assert reply.content_type != "application/json" or (
                reply.headers["Content-Type"] == "application/json"
            )
            is_json = reply.content_type == "application/json"
            return reply.status, json.loads(raw) if is_json else raw


@pytest_asyncio.fixture
async def client(discord: LocalDiscord) -> AsyncIterator[Client]:
    """Plain HTTP to a local Discord."""
    async with aiohttp.ClientSession() as http:
        yield Client(discord, http)


def button(custom_id: str = "a", **more: Any) -> Json:
    """A button that is right unless ``more`` makes it wrong."""
    return {"type": 2, "style": 1, "label": "x", "custom_id": custom_id, **more}


def row(*children: Json) -> Json:
    """A row of components."""
    return {"type": 1, "components": list(children)}


def words(text: str = "x") -> Json:
    """A text display."""
    return {"type": 10, "content": text}


def embed(**more: Any) -> Json:
    """A message with one embed."""
    return {"embeds": [more]}


V2: Json = {"flags": 32768}
OPTIONS = [{"label": "x", "value": str(n)} for n in range(26)]
SELECT: Json = {"type": 3, "custom_id": "s", "options": OPTIONS[:25]}
GALLERY = [{"media": {"url": "https://example.com/a.png"}}]
FIELD: Json = {"name": "n", "value": "v"}

ALLOWED: dict[str, Json] = {
    "content": {"content": "x" * 2000},
    "embed": embed(title="x" * 256, description="y" * 4096),
    "fields": embed(fields=[FIELD] * 25),
    "buttons": {"components": [row(*(button(f"{r}{c}") for c in range(5))) for r in range(5)]},
    "select": {"components": [row(SELECT)]},
    "long id": {"components": [row(button("x" * 100))]},
    "layout": V2 | {"components": [{"type": 17, "components": [words("x" * 4000)]}]},
    "gallery": V2 | {"components": [{"type": 12, "items": GALLERY * 10}]},
    "section": V2 | {"components": [{"type": 9, "components": [words()], "accessory": button()}]},
}

REFUSED: dict[str, tuple[Json, str]] = {
    "content": ({"content": "x" * 2001}, "content"),
    "title": (embed(title="x" * 257), "embeds.0.title"),
    "description": (embed(description="x" * 4097), "embeds.0.description"),
    "fields": (embed(fields=[FIELD] * 26), "embeds.0.fields"),
    "empty field": (embed(fields=[FIELD | {"value": ""}]), "embeds.0.fields.0.value"),
    "field": (embed(fields=[FIELD | {"value": "x" * 1025}]), "embeds.0.fields.0.value"),
    "field name": (embed(fields=[FIELD | {"name": "x" * 257}]), "embeds.0.fields.0.name"),
    "footer": (embed(footer={"text": "x" * 2049}), "embeds.0.footer.text"),
    "total": ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
    "embeds": ({"embeds": [{"title": "x"}] * 11}, "embeds"),
    "scheme": (embed(image={"url": "file:///x"}), "embeds.0.image.url"),
    "alt": (
        {"content": "x", "attachments": [{"id": 0, "description": "x" * 1025}]},
        "attachments.0.description",
    ),
    "custom_id": ({"components": [row(button("x" * 101))]}, "components.0.components.0.custom_id"),
    "no custom_id": ({"components": [row(button(""))]}, "components.0.components.0.custom_id"),
    "twice": ({"components": [row(button(), button())]}, "components"),
    "label": ({"components": [row(button(label="x" * 81))]}, "components.0.components.0.label"),
    "no label": ({"components": [row(button(label=None))]}, "components.0.components.0"),
    "rows": ({"components": [row(button(str(n))) for n in range(6)]}, "components"),
    "row": ({"components": [row(*(button(str(n)) for n in range(6)))]}, "components.0.components"),
    "options": (
        {"components": [row(SELECT | {"options": OPTIONS})]},
        "components.0.components.0.options",
    ),
    "bare button": ({"components": [button()]}, "components.0.type"),
    "layout without flag": ({"components": [words()]}, "components.0.type"),
    "content in layout": (V2 | {"content": "x", "components": [words()]}, "content"),
    "embeds in layout": (V2 | embed(title="x") | {"components": [words()]}, "embeds"),
    "41 components": (V2 | {"components": [words()] * 41}, "components"),
    "4001 characters": (V2 | {"components": [words("x" * 2001), words("x" * 2000)]}, "components"),
    "gallery": (V2 | {"components": [{"type": 12, "items": GALLERY * 11}]}, "components.0.items"),
}


def at(errors: Any, path: str) -> Any:
    """What Discord's error tree says at a path."""
    for step in path.split("."):
        errors = errors[step]
    return errors["_errors"]


@pytest.mark.parametrize("name", ALLOWED)
async def test_what_is_within_the_limits_is_taken(name: str, client: Client) -> None:
    """A message at the limit is posted."""
    status, answer = await client.ask("POST", client.messages, ALLOWED[name])
    assert status == 200, answer


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_over_a_limit_is_refused_at_its_place(name: str, client: Client) -> None:
    """A message over a limit is 50035 with the error at the right place, and is not posted."""
    body, path = REFUSED[name]
    status, answer = await client.ask("POST", client.messages, body)
    assert (status, answer["code"]) == (400, 50035)
    assert at(answer["errors"], path)
    assert client.discord.world.in_channel(client.channel) == []


async def test_empty_message_is_refused(client: Client) -> None:
    """Nothing to show is 50006, on a post and on an edit that empties."""
    assert (await client.ask("POST", client.messages, {"content": " "}))[1]["code"] == 50006
    _, posted = await client.ask("POST", client.messages, {"content": "x"})
    path = f"{client.messages}/{posted['id']}"
    assert (await client.ask("PATCH", path, {"content": ""}))[1]["code"] == 50006


async def test_files_their_names_and_links(client: Client) -> None:
    """Names are tidied, sizes measured, links signed, and gone with the message."""
    form = aiohttp.FormData(quote_fields=False)
    entry = {"id": 0, "filename": "my picture?.png", "description": "alt"}
    form.add_field("payload_json", json.dumps({"attachments": [entry]}))
    form.add_field("files[0]", b"data", filename="my picture?.png")
    _, posted = await client.ask("POST", client.messages, form)
    file = posted["attachments"][0]
    assert (file["filename"], file["size"], file["description"]) == ("my_picture.png", 4, "alt")
    assert await client.ask("GET", file["url"]) == (200, b"data")
    assert (await client.ask("GET", file["url"].replace("hm=", "hm=0")))[0] == 404
    await client.ask("DELETE", f"{client.messages}/{posted['id']}")
    assert (await client.ask("GET", file["url"]))[0] == 404


async def test_links_expire(client: Client) -> None:
    """A link is dead after its life; asking for the message again gives a fresh one."""
    client.discord.world.shelf.lifetime = -1
    ada = client.discord.person("Ada", client.channel)
    said = await ada.say("@bot", files=[Upload("a.png", b"1")])
    _, shown = await client.ask("GET", f"{client.messages}/{said.id}")
    assert (await client.ask("GET", shown["attachments"][0]["url"]))[0] == 404
    client.discord.world.shelf.lifetime = 60
    _, shown = await client.ask("GET", f"{client.messages}/{said.id}")
    assert (await client.ask("GET", shown["attachments"][0]["url"]))[0] == 200


async def test_embed_pictures_are_not_loose_files(client: Client) -> None:
    """A file that an embed shows is no attachment of the message until the embed drops it."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(embed(image={"url": "attachment://a.png"})))
    form.add_field("files[0]", b"data", filename="a.png")
    _, posted = await client.ask("POST", client.messages, form)
    assert posted["attachments"] == []
    assert posted["embeds"][0]["image"]["url"].startswith(client.discord.origin)
    path = f"{client.messages}/{posted['id']}"
    _, edited = await client.ask("PATCH", path, embed(title="x"))
    assert [a["filename"] for a in edited["attachments"]] == ["a.png"]


async def test_listing_pages_through_a_channel(client: Client) -> None:
    """before, after, around and limit give the pages that Discord gives, newest first."""
    for number in range(5):
        await client.ask("POST", client.messages, {"content": str(number)})
    ids = {m.content: m.id for m in client.discord.world.in_channel(client.channel)}

    async def page(query: str) -> str:
        _, found = await client.ask("GET", f"{client.messages}?{query}")
        return "".join(message["content"] for message in found)

    assert await page("limit=3") == "432"
    assert await page(f"before={ids['2']}&limit=1") == "1"
    assert await page(f"after={ids['1']}&limit=2") == "32"
    assert await page(f"around={ids['2']}&limit=3") == "321"


async def test_permissions_of_a_channel(client: Client) -> None:
    """A closed channel is 50001, a muted one 50013, a closed direct talk 50007."""
    client.channel.mute_bot()
    assert (await client.ask("POST", client.messages, {"content": "x"}))[1]["code"] == 50013
    client.channel.close_to_bot()
    assert (await client.ask("GET", client.messages))[1]["code"] == 50001
    client.channel.open_to_bot()
    assert client.channel.permissions_of(client.discord.world.bot) == EVERYBODY
    ada = client.discord.world.user("Ada")
    ada.dms_open = False
    _, dm = await client.ask("POST", "/users/@me/channels", {"recipient_id": ada.id})
    refused = await client.ask("POST", f"/channels/{dm['id']}/messages", {"content": "x"})
    assert refused[1]["code"] == 50007


async def test_others_messages_cannot_be_edited_or_deleted(client: Client) -> None:
    """Another's message is 50005 to edit and 50013 to delete without the permission."""
    said = await client.discord.person("Ada", client.channel).say("mine")
    path = f"{client.messages}/{said.id}"
    assert (await client.ask("PATCH", path, {"content": "x"}))[1]["code"] == 50005
    assert (await client.ask("DELETE", path))[1]["code"] == 50013


BAD_COMMANDS: dict[str, Json] = {
    "name": {"name": "Bad Name", "description": "x"},
    "long": {"name": "x" * 33, "description": "x"},
    "no description": {"name": "x"},
    "options": {
        "name": "x",
        "description": "x",
        "options": [{"name": f"o{n}", "description": "x", "type": 3} for n in range(26)],
    },
    "order": {
        "name": "x",
        "description": "x",
        "options": [
            {"name": "a", "description": "x", "type": 3},
            {"name": "b", "description": "x", "type": 3, "required": True},
        ],
    },
    "choices": {
        "name": "x",
        "description": "x",
        "options": [
            {
                "name": "a",
                "description": "x",
                "type": 3,
                "choices": [{"name": str(n), "value": str(n)} for n in range(26)],
            }
        ],
    },
    "bounds": {
        "name": "x",
        "description": "x",
        "options": [{"name": "a", "description": "x", "type": 4, "min_value": 2, "max_value": 1}],
    },
    "contexts": {"name": "x", "description": "x", "contexts": [3]},
}


@pytest.mark.parametrize("name", BAD_COMMANDS)
async def test_bad_commands_are_refused(name: str, client: Client) -> None:
    """A command against the rules is refused and the set stays as it was."""
    path = f"/applications/{client.discord.application_id}/commands"
    status, answer = await client.ask("PUT", path, [BAD_COMMANDS[name]])
    assert (status, answer["code"]) == (400, 50035)
    assert client.discord.world.commands == {}


async def test_wrong_token_and_foreign_webhook(client: Client) -> None:
    """Without the bot's token 401; an unknown interaction token is 50027."""
    async with client.http.get(f"{client.discord.url}/users/@me") as reply:
        assert reply.status == 401
    path = f"/webhooks/{client.discord.application_id}/nonsense"
    status, answer = await client.ask("POST", path, {"content": "x"})
    assert (status, answer["code"]) == (401, 50027)
