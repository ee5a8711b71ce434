"""Options and operations: what is checked, what is filled in, and what goes to the wire."""

from __future__ import annotations

import contextlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog import BY_ID, OPERATIONS, PROMPT_MOST
from bot.errors import BadOption
from bot.spec import SEED_MOST, Operation, Option

SDXL = BY_ID["sdxl"]
STEPS = Option(name="steps", wire="n", kind="integer", description="d", least=1, most=20)
FREE = Option(name="free", wire="f", kind="number", description="d")

anything = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())
)


def refused(operation: Operation, **given: object) -> BadOption:
    """The error of an order with these values."""
    with pytest.raises(BadOption) as caught:
        operation.validate({"prompt": "a fox", **given})
    return caught.value


def test_what_is_left_out_is_filled_in() -> None:
    """Defaults and a seed complete an order, so that it can be made again."""
    assert SDXL.validate({"prompt": " a fox "}, choose=lambda: 42) == {
        "prompt": "a fox", "width": 1024, "height": 1024, "steps": 20, "guidance": 5, "seed": 42
    }  # fmt: skip


def test_none_counts_as_not_given() -> None:
    """An option that the member left empty gets its default."""
    assert (
        SDXL.validate({"prompt": "x", "steps": None, "seed": None}, choose=lambda: 1)["steps"] == 20
    )


def test_a_seed_is_kept_and_a_chosen_one_varies() -> None:
    """Seed 0 is a seed; without one the bot picks, within the range, not always the same."""
    assert SDXL.validate({"prompt": "x", "seed": 0})["seed"] == 0
    picked = {SDXL.validate({"prompt": "x"})["seed"] for _ in range(20)}
    assert len(picked) > 1
    assert all(isinstance(seed, int) and 0 <= seed <= SEED_MOST for seed in picked)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"prompt": None}, "`prompt` is missing"),
        ({"prompt": "  \n "}, "no words"),
        ({"prompt": "\u200b\u2060\u202e"}, "no words"),
        ({"prompt": "x" * 6_000}, "6,000 characters; 2,000 is the most"),
        ({"steps": 21}, "from 1 to 20"),
        ({"steps": 0}, "from 1 to 20"),
        ({"steps": 2.5}, "whole number"),
        ({"steps": "many"}, "must be a number"),
        ({"steps": True}, "must be a number"),
        ({"steps": math.nan}, "must be a number"),
        ({"width": 1_020}, "multiple of 8"),
        ({"width": 2_048}, "from 512 to 1536"),
        ({"seed": -1}, "from 0 to"),
        ({"colour": "red"}, "not an option of Stable Diffusion XL"),
    ],
)
def test_a_bad_value_is_refused_with_its_limit(given: dict[str, object], words: str) -> None:
    """Buttons, modals and replays are checked like commands, and the limit is named."""
    error = refused(SDXL, **given)
    assert words in str(error)
    assert error.option == next(iter(given))


def test_a_choice_must_be_one_of_them() -> None:
    """A text with choices takes nothing else, and says what it takes."""
    assert "webp, jpg, png" in str(refused(BY_ID["sd3"], output_format="gif"))


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (Option(name="a", wire="a", kind="number", description="d", least=1), "at least 1"),
        (Option(name="a", wire="a", kind="number", description="d", most=-9), "at most -9"),
        (Option(name="a", wire="a", kind="number", description="d", least=0.5, most=0), "from 0.5"),
    ],
)
def test_a_range_may_be_open(option: Option, words: str) -> None:
    """A bound that is missing is not named."""
    with pytest.raises(BadOption, match=words):
        option.check(0.25)
    assert FREE.check(0.25) == 0.25


def test_text_reaches_the_gateway_as_typed() -> None:
    """Line breaks, other scripts, mentions and code fences stay; control characters go."""
    prompt = "@everyone ```py```\nשלום 狐 👩‍🎨 **bold**"
    values = SDXL.validate({"prompt": prompt + "\x00\x1b\ud800"})
    assert values["prompt"] == prompt
    assert SDXL.validate({"prompt": "\ta red\tfox\x00es\r\n"})["prompt"] == "a red foxes"
    json.dumps(SDXL.encode(values)).encode()


def test_images_wait_for_their_links() -> None:
    """A picture is checked where it is read, so an order may lack it; its link goes to the wire."""
    operation = BY_ID["inpaint"]
    values = operation.validate({"prompt": "x"}, choose=lambda: 1)
    assert "image" not in values
    assert "width" not in values
    sent = operation.encode({**values, "image": "https://a/i.png", "mask": "https://a/m.png"})
    assert (sent["imageUrl"], sent["maskUrl"]) == ("https://a/i.png", "https://a/m.png")
    assert operation.validate({"prompt": "x", "image": "https://a"})["image"] == "https://a"


def test_encode_sends_documented_names_only() -> None:
    """The gateway rejects unknown fields: only the table's names go out, and nothing empty."""
    assert SDXL.encode({"prompt": "x", "steps": 3, "private": True, "seed": None}) == {
        "prompt": "x",
        "num_steps": 3,
    }


def test_an_option_is_found_by_name() -> None:
    """Options are looked up by what Discord shows."""
    assert SDXL.option("guidance").wire == "guidance_scale"
    with pytest.raises(KeyError):
        SDXL.option("guidance_scale")


@given(data=st.data(), operation=st.sampled_from(OPERATIONS))
def test_any_values_are_refused_or_fit_the_wire(data: st.DataObject, operation: Operation) -> None:
    """Whatever comes in, what comes out is complete, JSON, and passes its own check again."""
    names = [option.name for option in operation.options]
    given = {"prompt": "x", **data.draw(st.dictionaries(st.sampled_from(names), anything))}
    with contextlib.suppress(BadOption):
        values = operation.validate(given)
        assert operation.validate(values) == values
        assert json.dumps(operation.encode(values), allow_nan=False).encode()
        assert len(str(values["prompt"])) <= PROMPT_MOST


@given(value=st.integers() | st.floats(allow_nan=False))
def test_a_number_is_taken_if_and_only_if_it_is_in_range(value: float) -> None:
    """The range is exactly the table's, ends included."""
    fits = 1 <= value <= 20 and value == int(value)
    if fits:
        assert STEPS.check(value) == int(value)
        return
    with pytest.raises(BadOption):
        STEPS.check(value)
