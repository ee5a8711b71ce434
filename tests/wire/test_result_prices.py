"""Money is spent where its price is read: after a rise, whatever spends asks first, and says it."""

from __future__ import annotations

from pathlib import Path

from playground.messages import Message
from playground.person import Person
from playground.reply import Reply
from playground.uploads import Upload
from tests.wire import edits, results, scene
from tests.wire.conftest import OpenStage
from tests.wire.test_changed_settings import begin_with
from tests.wire.test_result_hidden import edited

ROSE = '{"inpaint": 0.05, "sdxl": 0.05}'
ROSE_MORE = '{"inpaint": 0.06, "sdxl": 0.06}'


async def money(member: Person) -> str:
    """What the member has left of a dollar."""
    return (await scene.quota(member)).money.split()[0]


async def asked(reply: Reply, text: str) -> Message:
    """The private question about a price."""
    message = await reply.until(lambda one: text in one.text())
    assert message.ephemeral_to is reply.interaction.user
    return message


async def picture(reply: Reply, count: int = 1) -> Message:
    """The pictures that came beside the question."""
    assert reply.failed is None, reply.failed
    return await reply.until(
        lambda one: len(one.attachments) == count and bool(one.embeds), timeout=30
    )


async def a_set(member: Person, prompt: str, count: int) -> Message:
    """A set of small pictures."""
    reply = await member.command("sdxl", prompt=prompt, count=count, **scene.SMALL)
    return await results.of_set(reply, count)


async def test_again_of_an_edit(open_stage: OpenStage) -> None:
    """The consent to an edit's new price draws the edit, once, and its question closes."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        first = await edited(ada, "a lion")
        await begin_with(whole, PRICE_USD=ROSE)
        question = await asked(await ada.press(first, label="Again"), "It costs $0.05.")
        again = await picture(await ada.press(question, label="Draw for $0.05"))
        assert "Before / after" in results.labels(again)
        await scene.happens(lambda: not results.labels(question), "the question closes")
        assert (question.embeds, len(scene.calls(whole.pixazo, "a lion"))) == ([], 2)
        assert await money(ada) == "$0.95"


async def test_again_of_an_edit_a_year_later(open_stage: OpenStage, tmp_path: Path) -> None:
    """The question brings the outcome along, which is all that there is to repaint by then."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        first = await edited(ada, "a lion", private=True)
        await whole.bot.stop()
        results.a_year_passes(tmp_path)
        whole.bot.settings = {**whole.bot.settings, "PRICE_USD": ROSE}
        await scene.begin(whole)
        left = "SELECT 1 FROM draft"
        await scene.happens(lambda: not results.rows(tmp_path, left), "the edit is swept")
        question = await asked(await ada.press(first, label="Again"), "It costs $0.05.")
        again = await picture(await ada.press(question, label="Draw for $0.05"))
        assert again.ephemeral_to is ada.user
        question = await asked(await ada.press(first, label="Edit"), "It costs $0.05.")
        form = await ada.press(question, label="Edit for $0.05")
        await scene.drawn(await ada.submit(form.modal, {"Prompt": "a bear"}))


async def test_a_set_and_a_failure(open_stage: OpenStage) -> None:
    """Again names what the whole set costs and draws all of it; Try again keeps its seed."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        first = await a_set(ada, "three", 3)
        whole.pixazo.faults.add("empty-url")
        reply = await ada.command("sdxl", prompt="bad luck", seed=9, **scene.SMALL)
        failed = await scene.failed(reply)
        await begin_with(whole, PRICE_USD=ROSE)
        question = await asked(await ada.press(first, label="Again"), "The 3 pictures cost $0.15.")
        again = await picture(await ada.press(question, label="Draw for $0.15"), 3)
        assert again.embeds[0]["fields"] != first.embeds[0]["fields"]
        question = await asked(await ada.press(failed, label="Try again"), "It costs $0.05.")
        message = await picture(await ada.press(question, label="Draw for $0.05"))
        assert scene.seed_of(message) == 9
        assert await money(ada) == "$0.80"


async def test_a_second_rise_asks_again(open_stage: OpenStage) -> None:
    """A consent is to the price that it names; the new one is asked in the same place."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        first = await results.draw(ada, "twice as dear")
        await begin_with(whole, PRICE_USD=ROSE)
        question = await asked(await ada.press(first, label="Again"), "It costs $0.05.")
        await begin_with(whole, PRICE_USD=ROSE_MORE)
        await ada.press(question, label="Draw for $0.05")
        assert results.labels(question) == ["Draw for $0.06"]
        assert await money(ada) == "$1.00"
        await picture(await ada.press(question, label="Draw for $0.06"))
        assert await money(ada) == "$0.94"


async def test_edit(open_stage: OpenStage) -> None:
    """Edit asks first where the price rose; the form's title says it, and no more is spent."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        single, pair = await results.draw(ada, "free"), await a_set(ada, "free pair", 2)
        early = await ada.press(single, label="Edit")
        await begin_with(whole, PRICE_USD=ROSE)
        said = scene.refused(await ada.submit(early.modal, {"Prompt": "too late"}))
        assert said.startswith("The price rose to $0.05 since this form was opened.")
        question = await asked(await ada.press(single, label="Edit"), "It costs $0.05.")
        form = (await ada.press(question, label="Edit for $0.05")).modal
        assert form is not None
        assert form.title == "Edit · Stable Diffusion XL · $0.05"
        child = await scene.drawn(await ada.submit(form, {"Prompt": "agreed"}))
        question = await asked(await ada.press(pair, label="Edit"), "The 2 pictures cost $0.10.")
        form = (await ada.press(question, label="Edit for $0.10")).modal
        assert form is not None
        assert form.title == "Edit · all 2 · $0.10"
        await results.of_set(await ada.submit(form, {"Prompt": "both"}), 2)
        assert await money(ada) == "$0.85"
        assert scene.calls(whole.pixazo, "too late") == []
        known = (await ada.press(child, label="Edit")).modal
        assert known is not None
        assert known.title == "Edit · Stable Diffusion XL · $0.05"


async def test_draw_on_an_open_preview(open_stage: OpenStage) -> None:
    """The page that was read says another price now: it says the new one, and Draw is to that."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        photo = Upload("mine.png", scene.png(scene.photo(*edits.SIZE)))
        reply = await ada.command("inpaint", prompt="a hat", image=photo, region="left")
        preview = await edits.shows(reply, "Draw this?")
        assert "free" in preview.text()
        await begin_with(whole, PRICE_USD=ROSE)
        await edits.shows(await ada.press(preview, label="Draw"), "$0.05")
        assert await money(ada) == "$1.00"
        await picture(await ada.press(preview, label="Draw"))
        assert await money(ada) == "$0.95"


async def test_a_consent_of_an_older_version(open_stage: OpenStage) -> None:
    """What it said is done: one picture for its price, of an edit as of a set."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        edit, three = await edited(ada, "old"), await a_set(ada, "old set", 3)
        await begin_with(whole, PRICE_USD=ROSE)
        for message, operation in ((edit, "inpaint"), (three, "sdxl")):
            question = await asked(await ada.press(message, label="Again"), "$0.")
            named = f"finish:{operation}:50000:{results.job_of(message)}"
            await picture(await results.forged(ada, question, named))
        assert await money(ada) == "$0.90"


async def test_the_gallery(open_stage: OpenStage) -> None:
    """Again in the history says what it costs, as it does under the picture."""
    async with open_stage(PRICE_USD=ROSE) as whole:
        ada = whole.discord.person("Ada")
        await results.draw(ada, "dear")
        page = await (await ada.command("history")).until(lambda one: "dear" in one.text())
        await scene.drawn(await ada.press(page, label="Again · $0.05"))
        await begin_with(whole, PRICE_USD=ROSE_MORE)
        question = await asked(await ada.press(page, label="Again · $0.05"), "It costs $0.06.")
        await picture(await ada.press(question, label="Draw for $0.06"))
        assert await money(ada) == "$0.84"
