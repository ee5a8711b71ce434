"""A press over a connection that breaks: it is heard all the same, and once."""

from __future__ import annotations

import pytest

from playground.faultbox import Action
from playground.person import Person
from playground.stage import Stage
from tests.wire import edits, scene
from tests.wire.edits import SIZE

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALLBACK = r"/interactions/\d+/[^/]+/callback"


@pytest.mark.parametrize("action", ["drop", "drop_after"])
async def test_a_press_survives_a_broken_connection(
    shared: Stage, ada: Person, action: Action
) -> None:
    """Whether Discord heard the answer or not, the page shows what was tapped."""
    picture = scene.upload(scene.photo(*SIZE))
    page = await edits.page(await ada.command("inpaint", prompt="a lion", image=picture))
    shared.discord.faults.add("POST", CALLBACK, action=action)
    reply = await ada.press(page, label="C3")
    assert reply.failed is None
    await edits.shows(reply, "4% of")


@pytest.mark.parametrize("action", ["drop", "drop_after"])
async def test_draw_survives_a_broken_connection(
    shared: Stage, ada: Person, action: Action
) -> None:
    """Draw is one order, with one picture."""
    picture = scene.upload(scene.photo(*SIZE))
    words = f"a lion {action}"
    reply = await ada.command("inpaint", prompt=words, image=picture, region="left")
    page = await edits.shows(reply, "Draw this?")
    shared.discord.faults.add("POST", CALLBACK, action=action)
    pressed = await ada.press(page, label="Draw")
    await scene.drawn(pressed)
    assert len(scene.calls(shared.pixazo, words)) == 1
