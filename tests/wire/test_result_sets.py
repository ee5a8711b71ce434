"""Sets: up to four pictures in one answer, as they are ready; one failure spoils nothing."""

from __future__ import annotations

import pytest

from playground.person import Person
from playground.stage import Stage
from tests.wire import results, scene
from tests.wire.conftest import OpenStage

SLOW = {"PIXAZO_LIMIT": "1", "PIXAZO_LIMIT_WINDOW": "3"}
shared_loop = pytest.mark.asyncio(loop_scope="module")


@shared_loop
async def test_four_pictures_in_one_answer(shared: Stage, ada: Person) -> None:
    """Each picture has its own seed, its own file and its own embed of one gallery."""
    reply = await ada.command("imagine", prompt="four foxes", count=4)
    message = await results.of_set(reply, 4)
    seeds = {call.values["seed"] for call in scene.calls(shared.pixazo, "four foxes")}
    assert len(seeds) == 4
    shown = [embed["image"]["url"] for embed in message.embeds]
    assert shown == [f"attachment://{file.filename}" for file in message.attachments]
    assert len({embed["url"] for embed in message.embeds}) == 1
    assert "96 of 100 left today" in message.embeds[0]["footer"]["text"]
    assert (await scene.quota(ada)).images == 96


@shared_loop
async def test_one_fails_of_four(shared: Stage, ada: Person) -> None:
    """The others are delivered, the lost one's quota returns, and the card says so."""
    shared.pixazo.faults.add("400-text")
    reply = await ada.command("sdxl", prompt="three foxes", count=4, **scene.SMALL)
    message = await results.of_set(reply, 3)
    (said,) = [field for field in message.embeds[0]["fields"] if "missing" in field["name"]]
    assert said["value"].endswith("You were not charged.")
    assert len([one for one in results.labels(message) if one.isdigit()]) == 3
    assert (await scene.quota(ada)).images == 97


@shared_loop
async def test_all_of_a_set_fail(shared: Stage, ada: Person) -> None:
    """One card says it once, and Try again orders the whole set."""
    shared.pixazo.faults.add("400-text", times=2)
    reply = await ada.command("sdxl", prompt="no foxes", count=2, **scene.SMALL)
    failed = await scene.failed(reply)
    assert (await scene.quota(ada)).images == 100
    await results.of_set(await ada.press(failed, label="Try again"), 2)
    assert (await scene.quota(ada)).images == 98


@shared_loop
async def test_a_private_set(shared: Stage, ada: Person) -> None:
    """Only its author sees a private set, and Again stays private."""
    reply = await ada.command("sdxl", prompt="hush", count=2, private=True, **scene.SMALL)
    message = await results.of_set(reply, 2)
    assert message.ephemeral_to is ada.user
    assert "Share" in results.labels(message)
    again = await results.of_set(await ada.press(message, label="Again"), 2)
    assert again.ephemeral_to is ada.user


@shared_loop
@pytest.mark.parametrize("count", [1, 3])
async def test_spoilers_stay_hidden(ada: Person, count: int) -> None:
    """Discord hides files, not pictures of embeds: so the files stand beside the card."""
    reply = await ada.command("sdxl", prompt="the end", count=count, spoiler=True, **scene.SMALL)
    message = await results.of_set(reply, count)
    assert all(file.filename.startswith("SPOILER_") for file in message.attachments)
    assert len(message.loose) == count
    assert all("image" not in embed for embed in message.embeds)
    again = await results.of_set(await ada.press(message, label="Again"), count)
    assert all(file.filename.startswith("SPOILER_") for file in again.attachments)


@shared_loop
async def test_too_few_images_left_for_the_set(open_stage: OpenStage) -> None:
    """A set is accepted whole or not at all."""
    async with open_stage(USER_DAILY_IMAGES="3") as whole:
        ada = whole.discord.person("Ada")
        said = scene.refused(await ada.command("imagine", prompt="too many", count=4))
        assert said.startswith("You have 3 images of 3 left today, and this is a set of 4.")
        first = await results.of_set(
            await ada.command("sdxl", prompt="all", count=3, **scene.SMALL), 3
        )
        assert "0 images of 3" in scene.refused(await ada.press(first, label="Again"))
        page = (await ada.press(first, label="2")).message
        assert page is not None
        assert "0 images of 3" in scene.refused(await ada.press(page, label="Again"))
        form = await ada.press(page, label="Edit")
        assert "0 images of 3" in scene.refused(await ada.submit(form.modal))
        asked = (await ada.press(page, label="Other model")).message
        assert asked is not None
        select = results.control(asked, "model")
        assert "0 images of 3" in scene.refused(await ada.select(asked, select, ["lightning"]))
        assert len(scene.calls(whole.pixazo, "all")) == 3


async def test_ready_ones_are_shown_and_counted(open_stage: OpenStage) -> None:
    """The set takes its turns one by one, shows what is there, and says how many are ready."""
    async with open_stage(terms=scene.terms(limit=1, window=3.0), **SLOW) as whole:
        ada = whole.discord.person("Ada")
        reply = await ada.command("sdxl", prompt="slowly", count=3, **scene.SMALL)
        message = await reply.until(lambda one: len(one.attachments) == 1, timeout=20)
        assert "Cancel the rest" in results.labels(message)
        assert "Delete" not in results.labels(message)
        assert "Ready: 1 of 3" in message.text()
        await reply.until(lambda one: "1 of 3 ready" in one.content, timeout=20)
        await reply.until(lambda one: len(one.attachments) == 2, timeout=20)
        message = await results.of_set(reply, 3)
        assert not message.content
        assert whole.pixazo.refused == 0


async def test_the_rest_is_cancelled(open_stage: OpenStage) -> None:
    """What was drawn stays; what waited is given back, and only the author may say so."""
    slow = {"PIXAZO_LIMIT": "1", "PIXAZO_LIMIT_WINDOW": "30"}
    async with open_stage(terms=scene.terms(limit=1, window=30.0), **slow) as whole:
        ada = whole.discord.person("Ada")
        ben = results.friend(whole, ada)
        reply = await ada.command("sdxl", prompt="enough", count=4, **scene.SMALL)
        message = await reply.until(lambda one: len(one.attachments) == 1, timeout=20)
        assert "cancel it" in results.refusal(await ben.press(message, label="Cancel the rest"))
        await ada.press(message, label="Cancel the rest")
        message = await results.of_set(reply, 1)
        assert message.text().count("It was cancelled. You were not charged.") == 3
        assert results.labels(message)[-1] == "1"
        assert (await scene.quota(ada)).images == 99
        waits = await ada.command("sdxl", prompt="never", **scene.SMALL)
        shown = await waits.until(lambda one: results.labels(one) == ["Cancel"], timeout=20)
        await ada.press(shown, label="Cancel")
        ended = await scene.failed(waits)
        assert scene.embed(ended)["title"] == "Cancelled"
        assert results.labels(ended) == []


async def test_a_set_survives_a_kill(open_stage: OpenStage) -> None:
    """Killed after the first picture: the answer fills up after the restart, nothing twice."""
    async with open_stage(terms=scene.terms(limit=1, window=3.0), **SLOW) as whole:
        ada = whole.discord.person("Ada")
        reply = await ada.command("sdxl", prompt="half", count=3, seed=1, **scene.SMALL)
        await reply.until(lambda one: len(one.attachments) == 1, timeout=20)
        await scene.killed(whole)
        await scene.begin(whole)
        await results.of_set(reply, 3)
        seeds = [call.values["seed"] for call in scene.calls(whole.pixazo, "half")]
        assert len(set(seeds)) == 3
        assert len(seeds) <= 4  # the one that was being drawn may have been asked for again
        assert [one for one in scene.pictures(whole) if one is not reply.message] == []
        assert (await scene.quota(ada)).images == 97


async def test_large_pictures_stay_below_the_upload_limit(open_stage: OpenStage) -> None:
    """Four pictures of one message share the room for uploads: each is made smaller alike."""
    async with open_stage() as whole:
        room = 160_000
        world = whole.discord.world
        guild = world.add_guild("Small Place", upload_limit=room)
        ada = whole.discord.person("Ada", guild.add_channel("tiny"))
        reply = await ada.command(
            "sdxl", prompt="a very large fox", count=4, width=1536, height=1536
        )
        message = await results.of_set(reply, 4, within=60)
        assert sum(file.size for file in message.attachments) <= room
        assert min(file.size for file in message.attachments) > room // 16
