"""What people see stays within Discord's limits and says what is true."""

from __future__ import annotations

from dataclasses import replace

import discord
import pytest

from bot import details, render
from bot.catalog import COMMANDS
from bot.spec import Operation, Value
from storage.job import Allowance, Job
from tests.jobs import BIG, job

LONG = {"prompt": "*" * 2000, "negative_prompt": "_" * 2000}
ALLOWANCE = Allowance(
    images_left=99, images_limit=100, images_held=0, micros_left=1, micros_limit=2, micros_held=0,
    bot_micros_left=3, bot_micros_limit=4, resets_at=1_800_000_000_000, pending=0,
    pending_limit=10, frees_in=None,
)  # fmt: skip


def shown(one: Job) -> render.Shown:
    """The job with a file."""
    return render.Shown(job=one, name=f"a-fox-{one.id}.png", data=b"", size=(1536, 1536))


def fits(embeds: tuple[discord.Embed, ...]) -> None:
    """Discord takes it: 6,000 characters in all, 25 fields of 1,024, 4,096 of description."""
    assert sum(len(embed) for embed in embeds) <= 6000
    for embed in embeds:
        assert len(embed.fields) <= 25
        assert len(embed.description or "") <= 4096
        assert all(field.name and 0 < len(field.value or "") <= 1024 for field in embed.fields)


def family(**values: Value) -> tuple[Job, ...]:
    """A set of four with the longest texts."""
    base = job()
    return tuple(
        replace(base, id=BIG - n, number=n, set_size=4, values={**base.values, **LONG, **values})
        for n in range(4)
    )


def test_the_largest_set_fits() -> None:
    """Four pictures, longest words, and sets that lost three with the longest reasons."""
    whole = family()
    fits(render.result(whole, [shown(one) for one in whole], ALLOWANCE))
    lost = [replace(one, state="unknown", reason="x" * 3000) for one in whole[1:]]
    embeds = render.result((whole[0], *lost), [shown(whole[0])], ALLOWANCE)
    fits(embeds)
    assert sum("missing" in (field.name or "") for field in embeds[0].fields) == 3


@pytest.mark.parametrize("operation", COMMANDS, ids=lambda one: str(one.id))
def test_the_longest_details_fit(operation: Operation) -> None:
    """Every option of every model, the longest words and the longest line of ancestors."""
    values = {one.name: one.default or (one.most or 1) for one in operation.options}
    line = [job(id=n, operation=operation.id, values={**values, **LONG}) for n in range(1, 21)]
    fits((details.embed(line[-1], line, 1, children=10**9, family=line[:4]),))


def test_the_longest_failure_fits() -> None:
    """A card of failure has the reason and the prompt, both cut."""
    fits((render.failure(job(state="failed", reason="x" * 9000, values=LONG)),))


def test_the_line_keeps_its_newest_steps_whole() -> None:
    """A line that is too long ends between two steps and says how many are left out."""
    line = [job(id=n, values={"prompt": f"fox {n}", "seed": n}) for n in range(20)]
    card = details.embed(line[-1], line, 1)
    (way,) = [field.value or "" for field in card.fields if field.name == "Made from"]
    steps = way.splitlines()
    assert steps[0].startswith("edited (prompt) of [fox 18](https://")
    assert all(step.endswith(")") for step in steps[:-1])
    assert steps[-1] == f"… and {20 - len(steps)} steps before"


def test_what_others_hide_is_not_shown() -> None:
    """Private pictures of others and deleted ones are steps without words and links."""
    mine, theirs = job(id=3, member_id=1), job(id=2, member_id=2, private=True)
    gone = job(id=1, deleted_at=5)
    card = details.embed(mine, [gone, theirs, mine], 1)
    (way,) = [field.value for field in card.fields if field.name == "Made from"]
    assert way == "again of a private picture\nagain of a deleted picture"
    card = details.embed(mine, [theirs, mine], 2)
    (way,) = [field.value for field in card.fields if field.name == "Made from"]
    assert way == "again of a fox"  # its author reads it, and nobody can be sent to its message


@pytest.mark.parametrize(
    ("change", "deed"),
    [
        ({"values": {"prompt": "a fox", "seed": 2}}, "again"),
        ({"values": {"prompt": "a wolf", "seed": 1}}, "edited (prompt)"),
        ({"values": {"prompt": "a fox", "width": 8, "height": 8}}, "edited (size)"),
        ({"operation": "sd35"}, "drawn with Stable Diffusion 3.5 Large instead"),
        ({"operation": "inpaint", "draft_id": 4}, "repainted part"),
    ],
)
def test_each_step_is_named(change: dict[str, object], deed: str) -> None:
    """Again, edited with what was changed, another model, repainted."""
    parent = job(id=1, values={"prompt": "a fox", "seed": 1})
    child = replace(parent, id=2, **change)  # type: ignore[arg-type] # fields by name
    card = details.embed(child, [parent, child], 1)
    (way,) = [field.value or "" for field in card.fields if field.name == "Made from"]
    assert way.startswith(f"{deed} of [a fox](")


def test_a_spoilers_card_shows_no_picture() -> None:
    """Discord hides no picture of an embed, so there is none."""
    one = job(spoiler=True)
    (embed,) = render.result((one,), [shown(one)], None)
    assert embed.image.url is None


def test_a_gallery_has_one_link() -> None:
    """Embeds with the same link are one gallery; a single picture needs none."""
    whole = family()
    assert len({e.url for e in render.result(whole, [shown(one) for one in whole], None)}) == 1
    assert render.result((whole[0],), [shown(whole[0])], None)[0].url is None


def test_only_orders_speak_of_charges() -> None:
    """A refused order says that nothing was charged; a closed door says nothing of money."""
    assert render.refusal("No.").footer.text == "You were not charged."
    assert render.refusal("No.", ordered=False).footer.text is None


def test_no_fence_closes_the_commands() -> None:
    """A prompt with a fence stays inside of the block that it is shown in."""
    typed = details.command(job(values={"prompt": "``` @everyone\nx"}))
    assert typed is not None
    assert "```" not in typed
    assert "\n" not in typed
