"""What the page may ask for: whatever it sends, it is done, refused, or called malformed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from playground.person import Person
from tests.browser.visitor import Playground

pytestmark = pytest.mark.asyncio(loop_scope="module")

CRAFTED: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("command", {}, 400),
    ("command", {"name": 5}, 400),
    ("command", {"name": ""}, 200),
    ("command", {"name": "draw", "values": [1]}, 400),
    ("command", {"name": "draw", "values": {"prompt": 5}}, 200),
    ("command", {"name": "draw", "values": {"prompt": [5]}}, 200),
    ("command", {"name": "draw", "values": {"prompt": {"kind": "file", "id": "x"}}}, 200),
    ("command", {"name": "draw", "values": {"prompt": {"kind": [], "id": {}}}}, 200),
    ("command", {"name": "draw", "values": {"prompt": "a", "steps": "abc"}}, 200),
    ("command", {"name": "draw", "values": {"prompt": "a", "steps": 1e999}}, 200),
    ("command", {"name": "draw", "values": {"prompt": "a", "bogus": 1}}, 200),
    ("autocomplete", {"name": "suggest", "option": "width", "text": None}, 400),
    ("autocomplete", {"name": " ", "option": "width", "text": ""}, 200),
    ("menu", {}, 400),
    ("menu", {"name": "Quote"}, 200),
    ("press", {}, 200),
    ("press", {"message": "SAID"}, 400),
    ("press", {"message": "1", "custom_id": "x"}, 200),
    ("press", {"message": [], "custom_id": "x"}, 200),
    ("select", {"message": "1"}, 400),
    ("select", {"message": "SAID", "custom_id": "pick", "values": [{}]}, 200),
    ("submit", {}, 400),
    ("submit", {"modal": "1"}, 200),
    ("submit", {"modal": "FORM", "values": {"words": 5}}, 200),
    ("submit", {"modal": "FORM", "values": {"file": 5}}, 200),
    ("submit", {"modal": "FORM", "values": {"words": ["a"]}}, 200),
    ("submit", {"modal": "FORM", "values": 5}, 400),
    ("say", {"text": {"a": 1}}, 400),
    ("say", {"text": "x", "reply_to": "1"}, 200),
    ("delete", {}, 200),
    ("unknown", {}, 404),
)


@pytest_asyncio.fixture(loop_scope="module")
async def client(workshop: Playground) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who sends what the page never would, in the page's name."""
    origin = {"Origin": workshop.address}
    async with httpx.AsyncClient(base_url=workshop.address, headers=origin) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ada(workshop: Playground) -> Person:
    """A member in a room of the test's own."""
    return workshop.stage.discord.person("Ada", workshop.room())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def known(ada: Person) -> dict[str, str]:
    """The ids of a message with buttons and of an open form."""
    message = await (await ada.command("draw", prompt="a fox")).until(lambda m: m.attachments)
    form = await ada.press(message, label="Form")
    return {"SAID": message.id, "FORM": form.interaction.id}


@pytest.mark.parametrize(("act", "body", "status"), CRAFTED)
async def test_a_crafted_request_is_no_failure(
    client: httpx.AsyncClient,
    ada: Person,
    known: dict[str, str],
    act: str,
    body: dict[str, Any],
    status: int,
) -> None:
    """HTTP 400 for what has no sense, a refusal for what a member's client would not send."""
    whose = {"member": ada.user.id, "channel": ada.channel.id}
    text = json.dumps({**whose, **body})
    for name, id_ in known.items():
        text = text.replace(f'"{name}"', f'"{id_}"')
    answer = await client.post(f"/act/{act}", files={"payload": (None, text)})
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.json()["refused"]


@pytest.mark.parametrize("payload", ["[]", "5", '{"member": []}', "{", '{"member": "1"}'])
async def test_a_request_of_nobody_is_malformed(client: httpx.AsyncClient, payload: str) -> None:
    """Without a member and a channel there is nothing to do."""
    answer = await client.post("/act/say", files={"payload": (None, payload)})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body",
    ["[]", '"x"', "{", "{}", '{"name": 5}', '{"name": []}']
    + [f'{{"name": "slow", "times": {times}}}' for times in ("{}", "1e999", "NaN", "null")],
)
async def test_a_crafted_switch_goes_nowhere(client: httpx.AsyncClient, body: str) -> None:
    """The panel's switches answer HTTP 400 to what they do not know."""
    assert (await client.post("/panel/fault", content=body)).status_code == 400
