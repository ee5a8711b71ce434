"""Every button on every result, by the author and by others, before and after a restart."""

from __future__ import annotations

import pytest

from playground.messages import Message
from playground.person import Person
from playground.stage import Stage
from tests.wire import results, scene
from tests.wire.conftest import OpenStage

pytestmark = pytest.mark.asyncio(loop_scope="module")

SINGLE = ["Again", "Edit", "Inpaint", "Other model", "Details", "Delete"]


async def test_again_is_for_everybody(shared: Stage, ada: Person) -> None:
    """Another member draws it again: a new seed, their quota, and its own buttons again."""
    ben = results.friend(shared, ada, "Ben-again")
    first = await results.draw(ada, "a fox again", seed=7)
    assert results.labels(first) == SINGLE
    second = await scene.drawn(await ben.press(first, label="Again"))
    third = await scene.drawn(await ben.press(second, label="Again"))
    assert results.labels(third) == SINGLE
    assert len({scene.seed_of(one) for one in (first, second, third)}) == 3
    assert scene.prompt_of(third) == "a fox again"
    assert (await scene.quota(ada)).images == 99
    assert (await scene.quota(ben)).images == 98


async def test_edit_is_filled_in_and_keeps_the_rest(shared: Stage, ada: Person) -> None:
    """The form has what the picture was made from; what is not changed stays, the seed too."""
    first = await results.draw(ada, "a fox", seed=7, steps=9, negative_prompt="dogs")
    form = await ada.press(first, label="Edit")
    assert form.modal is not None
    filled = {field.label: field.filled_in for field in form.modal.fields()}
    assert filled == {
        "Prompt": "a fox",
        "Negative prompt": "dogs",
        "Size": "512 x 512",
        "Steps": "9",
        "Guidance": "5",
    }
    reply = await ada.submit(form.modal, {"Prompt": "a wolf", "Negative prompt": ""})
    await scene.drawn(reply)
    call = await scene.called(shared.pixazo, "a wolf")
    assert call.values["seed"] == 7
    assert call.values["num_steps"] == 9
    assert not call.values.get("negative_prompt")


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("Size", "huge", "The size must look like 1024 x 768."),
        ("Size", "512 x 513", "multiple of 8"),
        ("Steps", "many", "must be a number"),
        ("Steps", "nan", "must be a number"),
        ("Steps", "inf", "must be a number"),
        ("Guidance", "99", "must be from"),
    ],
)
async def test_a_wrong_edit_is_refused(ada: Person, field: str, text: str, said: str) -> None:
    """What the form cannot check is checked when it comes back, and nothing is charged."""
    first = await results.draw(ada, "a fox")
    form = await ada.press(first, label="Edit")
    assert said in scene.refused(await ada.submit(form.modal, {field: text}, force=True))
    assert (await scene.quota(ada)).images == 99


async def test_a_free_model_is_drawn_at_once(shared: Stage, ada: Person) -> None:
    """Other model: the prices stand on the choices; a free one draws with the same words."""
    first = await results.draw(ada, "a fox in lightning", seed=3, width=1344, height=768)
    asked = await ada.press(first, label="Other model")
    assert asked.message is not None
    (select,) = [part for part in asked.message.parts() if part["type"] == results.SELECT]
    offered = {one["value"]: one["description"] for one in select["options"]}
    assert offered == {
        "lightning": "free", "sd3": "$0.20 a picture", "sd35": "$0.20 a picture",
    }  # fmt: skip
    reply = await ada.select(asked.message, select["custom_id"], ["lightning"])
    message = await reply.until(lambda one: one.attachments, timeout=20)
    assert scene.embed(message)["title"] == "SDXL Lightning"
    call = await scene.called(shared.pixazo, "a fox in lightning", 2)
    assert (call.values["seed"], call.values["width"], call.values["height"]) == (3, 1344, 768)


async def test_a_paid_model_asks_once(shared: Stage, ada: Person) -> None:
    """A paid model names its price and draws only after the consent, in the same shape."""
    first = await results.draw(ada, "a dear fox", width=1344, height=768)
    asked = await ada.press(first, label="Other model")
    assert asked.message is not None
    await ada.select(asked.message, results.control(asked.message, "model"), ["sd35"])
    assert "It costs $0.20." in asked.message.text()
    assert (await scene.quota(ada)).money.startswith("$1.00")
    reply = await ada.press(asked.message, label="Draw for $0.20")
    message = await reply.until(lambda one: one.attachments, timeout=20)
    call = await scene.called(shared.pixazo, "a dear fox", 2)
    assert (call.operation, call.values["aspect_ratio"]) == ("sd35", "16:9")
    assert (await scene.quota(ada)).money.startswith("$0.80")
    assert results.labels(message) == ["Again · $0.20", *SINGLE[1:]]


async def test_inpaint_starts_from_the_result(ada: Person) -> None:
    """Inpaint opens the form of an edit of this very picture."""
    first = await results.draw(ada, "a fox to change")
    form = await ada.press(first, label="Inpaint")
    assert form.modal is not None
    assert any("prompt" in field.label.lower() or field.custom_id == "prompt"
               for field in form.modal.fields())  # fmt: skip


async def test_every_picture_of_a_set_has_all_of_it(shared: Stage, ada: Person) -> None:
    """The numbers open each picture on a private page, by anybody, with its own buttons."""
    ben = results.friend(shared, ada, "Ben-set")
    whole = await results.of_set(
        await ada.command("sdxl", prompt="two foxes", count=2, seed=5, **scene.SMALL), 2
    )
    assert results.labels(whole) == ["Again", "Edit", "Other model", "Delete", "1", "2"]
    seeds = scene_seeds(whole)
    for number, seed in enumerate(seeds, 1):
        page = (await ben.press(whole, label=str(number))).message
        assert page is not None
        assert page.ephemeral_to is ben.user
        assert results.labels(page) == SINGLE[:-1]
        told = (await ben.press(page, label="Details")).message
        assert told is not None
        assert scene.fields(told)["Seed"] == str(seed)
        again = await scene.drawn(await ben.press(page, label="Again"))
        assert scene.seed_of(again) not in seeds
        assert again.ephemeral_to is None
    all_again = await results.of_set(await ben.press(whole, label="Again"), 2)
    assert not set(scene_seeds(all_again)) & set(seeds)


def scene_seeds(message: Message) -> list[int]:
    """The seeds that a set's card shows."""
    (said,) = [field["value"] for field in message.embeds[0]["fields"] if field["name"] == "Seeds"]
    return [int(seed) for seed in said.split(", ")]


async def test_a_refusal_charges_nothing(shared: Stage, ada: Person) -> None:
    """Only the author edits, shares and deletes; others are told so in private, and why."""
    ben = results.friend(shared, ada, "Ben-refused")
    first = await results.draw(ada, "not yours")
    said = results.refusal(await ben.press(first, label="Edit"))
    assert said.startswith("Only the member who asked for this picture can edit it.")
    assert "or the server's staff" in results.refusal(await ben.press(first, label="Delete"))
    assert not first.deleted


async def test_try_again_after_a_failure(shared: Stage, ada: Person) -> None:
    """A failure says what happened and that nothing was charged; Try again is the same order."""
    shared.pixazo.faults.add("empty-url")
    failed = await scene.failed(await ada.command("sdxl", prompt="bad luck", seed=9, **scene.SMALL))
    assert scene.embed(failed)["title"] == "No picture this time"
    assert scene.footer(failed) == "You were not charged."
    assert results.labels(failed) == ["Try again", "Edit"]
    ben = results.friend(shared, ada, "Ben-retry")
    message = await scene.drawn(await ben.press(failed, label="Try again"))
    assert scene.seed_of(message) == 9
    assert (await scene.quota(ada)).images == 100


async def test_no_other_model(open_stage: OpenStage) -> None:
    """Where there is none to offer, the member reads so."""
    async with open_stage(PRICE_USD='{"sdxl": 0.01}', DAILY_BUDGET_USD="0") as whole:
        ada = whole.discord.person("Ada")
        first = await scene.drawn(
            await ada.command("lightning", prompt="the only free one", **scene.SMALL)
        )
        assert "no other model" in results.refusal(await ada.press(first, label="Other model"))


async def test_a_price_stands_on_what_spends(shared: Stage, ada: Person) -> None:
    """Again and Try again of a paid picture say what they cost, to whoever presses."""
    ben = results.friend(shared, ada, "Ben-pays")
    shared.pixazo.faults.add("400-text")
    failed = await scene.failed(await ada.command("sd35", prompt="a dear failure"))
    message = await scene.drawn(await ben.press(failed, label="Try again · $0.20"))
    assert "Again · $0.20" in results.labels(message)
    assert (await scene.quota(ben)).money == "$0.80 of $1.00 left"
    assert (await scene.quota(ada)).money == "$1.00 of $1.00 left"


async def test_a_price_that_rose(open_stage: OpenStage) -> None:
    """A button from before asks first, and the consent draws with the same settings."""
    async with open_stage() as whole:
        ada = whole.discord.person("Ada")
        first = await results.draw(ada, "was free", steps=9)
        await scene.killed(whole)
        whole.bot.settings = {**whole.bot.settings, "PRICE_USD": '{"sdxl": 0.05}'}
        await scene.begin(whole)
        asked = (await ada.press(first, label="Again")).message
        assert asked is not None
        assert "It costs $0.05." in asked.text()
        assert len(scene.calls(whole.pixazo, "was free")) == 1
        await ada.press(asked, label="Draw for $0.05")
        call = await scene.called(whole.pixazo, "was free", 2)
        assert call.values["num_steps"] == 9
        await ada.finds(lambda one: one.embeds and "$0.05" in one.text(), timeout=20)


async def test_edit_of_a_set_edits_all_of_it(shared: Stage, ada: Person) -> None:
    """The set's own Edit makes as many pictures; that of one picture makes one."""
    reply = await ada.command("sdxl", prompt="three", count=3, **scene.SMALL)
    message = await results.of_set(reply, 3)
    form = (await ada.press(message, label="Edit")).modal
    assert form is not None
    assert form.title == "Edit · all 3"
    await results.of_set(await ada.submit(form, {"Prompt": "three more"}), 3)
    page = (await ada.press(message, label="2")).message
    assert page is not None
    form = (await ada.press(page, label="Edit")).modal
    await results.of_set(await ada.submit(form, {"Prompt": "one more"}), 1)


async def test_ids_that_no_column_holds(shared: Stage, ada: Person) -> None:
    """Made-up numbers of twenty digits are answered like any other that is not known."""
    message = await results.draw(ada, "plain")
    for made_up in ("edit:open:99999999999999999999:", "hist:show:99999999999999999999:0:0::"):
        assert "did not work" in (await results.forged(ada, message, made_up)).text()
    assert "ERROR" not in shared.bot.log
