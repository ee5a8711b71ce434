"""Acknowledgements and modals, sent by hand where discord.py would not send them wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from playground.interactions import AUTOCOMPLETE, COMMAND, Interaction
from playground.local_discord import LocalDiscord
from playground.places import User

Json = dict[str, Any]
INPUT: Json = {"type": 4, "custom_id": "a", "style": 1}
LABEL: Json = {"type": 18, "label": "x", "component": INPUT}
MODAL: Json = {"title": "x", "custom_id": "m", "components": [LABEL]}
UPLOAD: Json = {"type": 19, "custom_id": "f"}
CHOICES = [{"label": str(n), "value": str(n)} for n in range(11)]

BAD_MODALS: dict[str, Json] = {
    "title": {"title": "x" * 46},
    "no title": {"title": ""},
    "six": {"components": [LABEL | {"component": INPUT | {"custom_id": str(n)}} for n in range(6)]},
    "label": {"components": [LABEL | {"label": "x" * 46}]},
    "prefilled": {"components": [LABEL | {"component": INPUT | {"value": "x" * 4001}}]},
    "button": {"components": [{"type": 1, "components": [{"type": 2, "custom_id": "b"}]}]},
    "same id": {"components": [LABEL, LABEL]},
    "files": {"components": [LABEL | {"component": UPLOAD | {"max_values": 11}}]},
    "no files": {"components": [LABEL | {"component": UPLOAD | {"min_values": 0}}]},
    "one radio": {
        "components": [
            LABEL | {"component": {"type": 21, "custom_id": "r", "options": CHOICES[:1]}}
        ]
    },
    "checks": {
        "components": [LABEL | {"component": {"type": 22, "custom_id": "c", "options": CHOICES}}]
    },
}


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """Plain HTTP."""
    async with aiohttp.ClientSession() as session:
        yield session


def asked(discord: LocalDiscord, kind: int = COMMAND) -> Interaction:
    """An interaction that waits for its acknowledgement."""
    ada: User = discord.world.user("Ada")
    return discord.world.interact(kind, ada, discord.world.channel("general"), {"type": 1})


async def send(
    http: aiohttp.ClientSession, discord: LocalDiscord, it: Interaction, kind: int, data: Json
) -> tuple[int, Json]:
    """One callback: status and JSON."""
    url = f"{discord.url}/interactions/{it.id}/{it.token}/callback?with_response=1"
    async with http.post(url, json={"type": kind, "data": data}) as reply:
        return reply.status, await reply.json()


async def test_late_acknowledgement_is_unknown(
    discord: LocalDiscord, http: aiohttp.ClientSession
) -> None:
    """After the time for it an acknowledgement is 10062 and leaves no message."""
    discord.world.settings.ack_seconds = 0
    status, answer = await send(http, discord, asked(discord), 5, {})
    assert (status, answer["code"]) == (404, 10062)
    assert discord.world.messages == {}


@pytest.mark.parametrize(("kind", "answer"), [(COMMAND, 6), (COMMAND, 8), (AUTOCOMPLETE, 4)])
async def test_each_interaction_has_its_answers(
    kind: int, answer: int, discord: LocalDiscord, http: aiohttp.ClientSession
) -> None:
    """A callback type that does not fit the interaction is refused and acknowledges nothing."""
    it = asked(discord, kind)
    status, body = await send(http, discord, it, answer, {"content": "x"})
    assert (status, body["code"]) == (400, 50035)
    assert it.acked_at is None


@pytest.mark.parametrize("name", BAD_MODALS)
async def test_bad_modals_are_refused(
    name: str, discord: LocalDiscord, http: aiohttp.ClientSession
) -> None:
    """A modal against the rules is refused; a right one may still follow."""
    it = asked(discord)
    status, body = await send(http, discord, it, 9, MODAL | BAD_MODALS[name])
    assert (status, body["code"]) == (400, 50035)
    assert (await send(http, discord, it, 9, MODAL))[0] == 200
    assert it.modal is not None


async def test_more_than_25_suggestions_are_refused(
    discord: LocalDiscord, http: aiohttp.ClientSession
) -> None:
    """Autocomplete takes 25 choices and not one more."""
    choices = [{"name": str(n), "value": n} for n in range(26)]
    it = asked(discord, AUTOCOMPLETE)
    assert (await send(http, discord, it, 8, {"choices": choices}))[0] == 400
    assert (await send(http, discord, it, 8, {"choices": choices[:25]}))[0] == 200


async def test_everyone_is_pinged_only_with_the_permission(
    discord: LocalDiscord, http: aiohttp.ClientSession
) -> None:
    """The bot's @everyone pings nobody without the permission, the owner's does."""
    await send(http, discord, it := asked(discord), 4, {"content": "@everyone <@1>"})
    assert it.original
    assert not it.original.pinged_everyone
    assert (await discord.person("Owner").say("@everyone")).pinged_everyone


async def test_follow_up_before_the_acknowledgement(
    discord: LocalDiscord, http: aiohttp.ClientSession
) -> None:
    """There is no webhook before the acknowledgement: 10015."""
    it = asked(discord)
    path = f"{discord.url}/webhooks/{discord.application_id}/{it.token}"
    async with http.post(path, json={"content": "x"}) as reply:
        assert (reply.status, (await reply.json())["code"]) == (404, 10015)
