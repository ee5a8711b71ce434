"""/imagine, /defaults, /quota and /my-data: what the bot remembers of a member, and forgets."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from playground.messages import Message
from playground.person import Person
from playground.stage import Stage
from tests.wire import results, scene
from tests.wire.test_result_hidden import edited

OpenStage = Callable[..., AbstractAsyncContextManager[Stage]]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        (None, (1024, 1024)), ("square", (1024, 1024)), ("landscape", (1152, 896)),
        ("portrait", (896, 1152)), ("wide", (1344, 768)),
    ],
)  # fmt: skip
async def test_imagine(shared: Stage, ada: Person, shape: str | None, size: object) -> None:
    """A prompt is enough: a free model, and the shape that was asked for."""
    message = await scene.drawn(await ada.command("imagine", prompt=f"a {shape}", shape=shape))
    call = await scene.called(shared.pixazo, f"a {shape}")
    assert (call.operation, (call.values["width"], call.values["height"])) == ("sdxl", size)
    assert "· free ·" in scene.footer(message)


async def test_imagine_with_a_paid_model(shared: Stage, ada: Person) -> None:
    """The shape becomes what that model takes."""
    reply = await ada.command("imagine", prompt="dear and wide", model="sd35", shape="wide")
    await scene.drawn(reply)
    call = await scene.called(shared.pixazo, "dear and wide")
    assert (call.operation, call.values["aspect_ratio"]) == ("sd35", "16:9")


async def defaults(member: Person, **options: Any) -> str:
    """What /defaults shows."""
    reply = await member.command("defaults", **options)
    assert reply.message is not None, reply.text()
    assert reply.message.ephemeral_to is member.user
    return str(scene.embed(reply.message)["description"])


async def test_defaults(shared: Stage, ada: Person) -> None:
    """They fill what is not said, stand in /quota, give way to what is said, and can be undone."""
    said = await defaults(ada, shape="portrait", model="lightning", negative_prompt="dogs")
    assert said.splitlines() == ["Model: lightning", "Shape: portrait", "Kept out: dogs"]
    assert (await defaults(ada, private=True)).endswith("Only for you: yes")
    shown = (await ada.command("quota")).message
    assert shown is not None
    assert "Shape: portrait" in scene.fields(shown)["Your defaults for /imagine"]
    message = await scene.drawn(await ada.command("imagine", prompt="by default"))
    assert message.ephemeral_to is ada.user
    call = await scene.called(shared.pixazo, "by default")
    assert (call.operation, call.values["width"]) == ("lightning", 896)
    assert (
        call.values["negativePrompt" if "negativePrompt" in call.values else "negative_prompt"]
        == "dogs"
    )
    reply = await ada.command(
        "imagine", prompt="as said", model="sdxl", shape="wide", private=False
    )
    message = await scene.drawn(reply)
    assert message.ephemeral_to is None
    call = await scene.called(shared.pixazo, "as said")
    assert (call.operation, call.values["width"]) == ("sdxl", 1344)
    assert await defaults(ada, forget=True, shape="wide") == "Shape: wide"
    assert (await defaults(ada, forget=True)).startswith("None of your own")


async def exported(member: Person) -> dict[str, object]:
    """The member's data, from the file that they get."""
    reply = await member.command("my-data export")
    message = await reply.until(lambda one: one.attachments, timeout=15)
    assert message.ephemeral_to is member.user
    data: dict[str, object] = json.loads(message.attachments[0].read())
    return data


async def test_everything_as_a_file(ada: Person) -> None:
    """The file has the member's pictures and defaults, and no token of Discord's."""
    await results.draw(ada, "remember me")
    await defaults(ada, shape="wide")
    data = json.dumps(await exported(ada))
    assert "remember me" in data
    assert "wide" in data
    assert '"token"' not in data


async def test_everything_is_deleted(shared: Stage, ada: Person) -> None:
    """After one question all of it is gone; spent quota is not given back; old buttons say so."""
    ben = results.friend(shared, ada, "Ben-data")
    message = await results.draw(ada, "forget me")
    child = await scene.drawn(await ben.press(message, label="Again"))
    await defaults(ada, shape="wide")
    asked = (await ada.command("my-data delete")).message
    assert asked is not None
    assert asked.ephemeral_to is ada.user
    reply = await ada.press(asked, label="Delete everything about me")
    done = await reply.until(lambda one: one.content.startswith("Done:"), timeout=15)
    assert "as numbers alone, until the hour after midnight UTC" in done.content
    assert "forget me" not in json.dumps(await exported(ada))
    assert (await defaults(ada)).startswith("None of your own")
    assert (await scene.quota(ada)).images == 99
    assert "not known" in results.refusal(await ben.press(message, label="Again"))
    await scene.drawn(await ben.press(child, label="Again"))


async def test_not_while_something_is_under_way(shared: Stage, ada: Person) -> None:
    """What is being drawn must end first; the member is told so and nothing is deleted."""
    kept = await results.draw(ada, "kept for now")
    shared.pixazo.pause()
    reply = await ada.command("sdxl", prompt="under way", **scene.SMALL)
    await scene.called(shared.pixazo, "under way")
    asked = (await ada.command("my-data delete")).message
    assert asked is not None
    pressed = await ada.press(asked, label="Delete everything about me")
    await pressed.until(lambda one: one.embeds, timeout=15)
    said = results.refusal(pressed)
    assert said.startswith("You have 1 picture under way.")
    shared.pixazo.resume()
    await scene.drawn(reply)
    message: Message = await scene.drawn(await ada.press(kept, label="Again"))
    assert scene.prompt_of(message) == "kept for now"


async def test_the_owner_chooses_what_imagine_draws_with(open_stage: OpenStage) -> None:
    """DEFAULT_MODEL is what a member gets who says nothing."""
    async with open_stage(DEFAULT_MODEL="lightning") as whole:
        message = await scene.drawn(
            await whole.discord.person("Ada").command("imagine", prompt="x")
        )
        assert scene.embed(message)["title"] == "SDXL Lightning"


async def test_erasing_does_not_stop_what_others_draw(shared: Stage, ada: Person) -> None:
    """Another member's picture that is being drawn from one's edit is finished all the same."""
    ben = results.friend(shared, ada, "Ben-draws")
    first = await edited(ada, "a lion for ever")
    shared.pixazo.pause()
    reply = await ben.press(first, label="Again")
    await scene.called(shared.pixazo, "a lion for ever", 2)
    asked = (await ada.command("my-data delete")).message
    assert asked is not None
    pressed = await ada.press(asked, label="Delete everything about me")
    await pressed.until(lambda one: one.content.startswith("Done:"), timeout=15)
    shared.pixazo.resume()
    await scene.drawn(reply)
