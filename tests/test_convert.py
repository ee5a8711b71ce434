"""A wish goes over to another model: words, seed and shape stay, and the model takes all of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog import BY_ID, COMMANDS
from bot.convert import aspect_of, size_of, values_for
from bot.spec import Operation, Values

DRAWING = [operation for operation in COMMANDS if not operation.takes_images]
ASPECTS = BY_ID["sd35"].option("aspect_ratio").choices


@pytest.mark.parametrize("target", DRAWING, ids=lambda one: str(one.id))
@pytest.mark.parametrize("source", DRAWING, ids=lambda one: str(one.id))
def test_every_model_takes_what_every_other_was_given(source: Operation, target: Operation) -> None:
    """Whatever was drawn once can be drawn with any other model, with the same words."""
    before = source.validate({"prompt": "a fox"})
    after = target.validate(values_for(before, target))
    assert after["prompt"] == "a fox"
    if source.takes_seed and target.takes_seed:
        assert after["seed"] == before["seed"]


@given(st.integers(64, 192), st.integers(64, 192), st.sampled_from(DRAWING))
def test_every_size_finds_a_shape(width: int, height: int, target: Operation) -> None:
    """Any size that can be asked for becomes something that the target takes."""
    wish: Values = {"prompt": "a fox", "width": width * 8, "height": height * 8}
    target.validate(values_for(wish, target))


@pytest.mark.parametrize("aspect", ASPECTS)
def test_a_shape_survives_the_way_there_and_back(aspect: str) -> None:
    """Landscape stays landscape, portrait portrait, square square."""
    width, height = size_of(aspect)
    across, down = (int(side) for side in aspect.split(":"))
    assert (width > height) == (across > down)
    assert (width == height) == (across == down)
    back = aspect_of(width, height, ASPECTS)
    if aspect in ("1:1", "16:9", "9:16", "3:2", "2:3"):
        assert back == aspect


def test_what_the_target_does_not_know_is_left_out() -> None:
    """Steps, guidance and another model's settings stay behind."""
    values: Values = {
        "prompt": "a fox",
        "steps": 9,
        "guidance": 9,
        "negative_prompt": "dogs",
        "seed": 1,
    }
    assert values_for(values, BY_ID["sd3"]) == {"prompt": "a fox", "negative_prompt": "dogs"}
    assert values_for(values, BY_ID["sd35"]) == {"prompt": "a fox"}
