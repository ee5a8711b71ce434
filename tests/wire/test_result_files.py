"""The files of results: their settings travel with them, and moved answers are found again."""

from __future__ import annotations

from bot import metadata
from tests.wire import results, scene
from tests.wire.conftest import OpenStage


async def test_the_settings_travel_with_the_file(open_stage: OpenStage) -> None:
    """PNG, JPEG and WEBP files say how they were made, as other tools read it; sets each theirs."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        message = await results.draw(ada, "a fox", seed=7, steps=9, negative_prompt="dogs")
        assert metadata.read(message.attachments[0].read()) == (
            "a fox\nNegative prompt: dogs\n"
            "Steps: 9, CFG scale: 5, Seed: 7, Size: 512x512, Model: Stable Diffusion XL"
        )
        for form in ("jpg", "webp"):
            reply = await ada.command("sd3", prompt=f"Füchse in {form}", output_format=form)
            said = metadata.read((await scene.drawn(reply)).attachments[0].read())
            assert said is not None
            assert said.startswith(f"Füchse in {form}\n")
        reply = await ada.command("sdxl", prompt="two", count=2, seed=1, **scene.SMALL)
        both = await results.of_set(reply, 2)
        said_of = [metadata.read(file.read()) or "" for file in both.attachments]
        assert "Seed: 1," in said_of[0]
        assert "Seed: 1," not in said_of[1]


async def test_smaller_files_have_their_settings_too(open_stage: OpenStage) -> None:
    """What had to be made smaller for the upload still says how it was made."""
    async with open_stage() as whole:
        guild = whole.discord.world.add_guild("Small Place", upload_limit=60_000)
        ada = whole.discord.person("Ada", guild.add_channel("tiny"))
        message = await results.draw(ada, "a large fox", width=1536, height=1536)
        assert message.attachments[0].size <= 60_000
        assert message.attachments[0].content_type != "image/png"
        said = metadata.read(message.attachments[0].read())
        assert said is not None
        assert said.startswith("a large fox\n")


async def test_the_owner_turns_it_off(open_stage: OpenStage) -> None:
    """EMBED_SETTINGS=false: the file has the picture and nothing else."""
    async with open_stage(EMBED_SETTINGS="false") as whole:
        ada = whole.discord.person("Ada")
        message = await results.draw(ada, "a quiet fox")
        assert metadata.read(message.attachments[0].read()) is None
        assert b"a quiet fox" not in message.attachments[0].read()


async def test_an_answer_that_moved(open_stage: OpenStage) -> None:
    """Posted anew where its answer could not be edited: links and previews lead to that message."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        for path in (r"^/webhooks/.*/messages/", r"^/channels/\d+/messages/\d+"):
            whole.discord.faults.add("PATCH", path, action="status", status=403, times=99)
        await ada.command("sdxl", prompt="moved", **scene.SMALL)
        message = await ada.finds(lambda one: one.attachments and one.embeds, timeout=30)
        whole.discord.faults.clear()
        child = await scene.drawn(await ada.press(message, label="Again"))
        told = (await ada.press(child, label="Details")).message
        assert told is not None
        assert f"/{message.id})" in scene.fields(told)["Made from"]
        reply = await ada.command("history")
        page = await reply.until(lambda one: "Your pictures" in one.text())
        assert page.text().count("(picture: ") == 2
