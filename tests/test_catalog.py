"""The table of operations, held to the provider's facts and to Discord's limits."""

from __future__ import annotations

import pytest

from bot import catalog
from bot.spec import SEED_MOST, Operation, Option

# Read off the provider's page: path, price in dollars, the answer's field, the request's fields.
FACTS: dict[str, tuple[str, float, str, set[str]]] = {
    "sd35": (
        "/sd3-5/v1/r-sd-3-5-large",
        0.20,
        "output",
        {"prompt", "aspect_ratio", "cfg", "steps", "output_format", "output_quality",
         "prompt_strength"},
    ),
    "sd3": (
        "/sd3/v1/getData",
        0.20,
        "output",
        {"prompt", "negativePrompt", "steps", "cfg", "aspect_ratio", "output_format",
         "output_quality", "prompt_strength"},
    ),
    "sdxl": (
        "/getImage/v1/getSDXLImage",
        0,
        "imageUrl",
        {"prompt", "negative_prompt", "height", "width", "num_steps", "guidance_scale", "seed"},
    ),
    "lightning": (
        "/sdxl_lightning/getImage/v1/getSDXLImage",
        0,
        "imageUrl",
        {"prompt", "negativePrompt", "height", "width", "num_steps", "guidance", "seed"},
    ),
    "lightning-stream": (
        "/sdxl_lightning/getImage/v1/getSDXLImageStream",
        0,
        "imageUrl",
        {"prompt", "negativePrompt", "height", "width", "num_steps", "guidance", "seed"},
    ),
    "inpaint": (
        "/inpainting/v1/getImage",
        0,
        "imageUrl",
        {"prompt", "imageUrl", "maskUrl", "negative_prompt", "height", "width", "num_steps",
         "guidance", "seed"},
    ),
    "inpaint-stream": (
        "/inpainting/v1/getImageStream",
        0,
        "imageUrl",
        {"prompt", "imageUrl", "maskUrl", "negativePrompt", "height", "width", "num_steps",
         "guidance", "seed"},
    ),
}  # fmt: skip

# Operation, field, least, most, default. None: the page does not say, or it cannot be left out.
LIMITS = [
    ("sd35", "steps", 20, 100, 40),
    ("sd35", "output_quality", 0, 100, 90),
    ("sd35", "cfg", None, None, 4.5),
    ("sd35", "prompt_strength", None, None, 0.85),
    ("sd35", "output_format", None, None, "webp"),
    ("sd35", "aspect_ratio", None, None, "1:1"),
    ("sd3", "steps", 1, 28, 28),
    ("sd3", "cfg", 0, 20, 3.5),
    ("sd3", "output_quality", 0, 100, 90),
    ("sd3", "prompt_strength", 0, 1, 0.85),
    ("sd3", "output_format", None, None, "webp"),
    ("sd3", "aspect_ratio", None, None, "1:1"),
    ("sdxl", "width", 512, 1536, 1024),
    ("sdxl", "height", 512, 1536, 1024),
    ("sdxl", "num_steps", 1, 20, 20),
    ("sdxl", "guidance_scale", 1, 15, 5),
    ("lightning", "num_steps", None, None, 20),
    ("lightning", "guidance", None, None, 5),
    ("inpaint", "num_steps", None, None, 20),
    ("inpaint", "guidance", None, None, 5),
]

# What the page leaves open, and the docstring of the table calls ours: least, most.
OURS = {
    ("sd35", "cfg"): (0, 20),
    ("sd35", "prompt_strength"): (0, 1),
    ("sdxl", "seed"): (0, SEED_MOST),
    ("lightning", "width"): (512, 1536),
    ("lightning", "height"): (512, 1536),
    ("lightning", "num_steps"): (1, 20),
    ("lightning", "guidance"): (1, 15),
    ("lightning", "seed"): (0, SEED_MOST),
    ("inpaint", "width"): (512, 1024),
    ("inpaint", "height"): (512, 1024),
    ("inpaint", "num_steps"): (1, 20),
    ("inpaint", "guidance"): (1, 15),
    ("inpaint", "seed"): (0, SEED_MOST),
}

# The names of the slash options, as the process contract fixes them (`stream` is the twin).
COMMANDS = {
    "sd35": "prompt aspect_ratio cfg steps output_format output_quality prompt_strength",
    "sd3": "prompt negative_prompt steps cfg aspect_ratio output_format output_quality"
    " prompt_strength",
    "sdxl": "prompt negative_prompt width height steps guidance seed",
    "lightning": "prompt negative_prompt width height steps guidance seed",
    "inpaint": "prompt image mask negative_prompt width height steps guidance seed",
}

operations = pytest.mark.parametrize("operation", catalog.OPERATIONS, ids=lambda o: o.id)


def wired(operation: Operation, field: str) -> Option:
    """The option behind a field of the request."""
    (option,) = [option for option in operation.options if option.wire == field]
    return option


def test_the_seven_operations() -> None:
    """The table has the page's operations and no other."""
    assert [operation.id for operation in catalog.OPERATIONS] == list(FACTS)
    assert set(catalog.BY_ID) == set(FACTS)


@operations
def test_an_operation_is_as_the_page_says(operation: Operation) -> None:
    """Path, price, the answer's field and the request's fields."""
    path, dollars, image_field, fields = FACTS[operation.id]
    assert operation.path == path
    assert operation.price == round(dollars * 1_000_000)
    assert operation.image_field == image_field
    assert {option.wire for option in operation.options} == fields


@pytest.mark.parametrize(("operation", "field", "least", "most", "default"), LIMITS)
def test_a_limit_is_as_the_page_says(
    operation: str, field: str, least: float | None, most: float | None, default: object
) -> None:
    """Ranges and defaults that the page states are the table's."""
    option = wired(catalog.BY_ID[operation], field)
    assert option.default == default
    if least is not None:
        assert (option.least, option.most) == (least, most)


def test_a_limit_that_the_page_leaves_open_is_ours() -> None:
    """Every range of the table is the page's, or one of those that its docstring calls ours."""
    stated = {(operation, field) for operation, field, least, *_ in LIMITS if least is not None}
    ranges = {
        (operation.id, option.wire): (option.least, option.most)
        for operation in catalog.OPERATIONS
        for option in operation.options
        if not operation.stream and option.kind in ("integer", "number")
    }
    assert {key: value for key, value in ranges.items() if key not in stated} == OURS


def test_the_formats() -> None:
    """SD 3.5 offers the four formats of the page, the smallest file first."""
    option = catalog.BY_ID["sd35"].option("output_format")
    assert option.choices == ("webp", "jpg", "png", "jpeg")


def test_sd35_always_sends_what_it_requires() -> None:
    """A bare prompt is sent with the six other fields that the page calls required."""
    operation = catalog.BY_ID["sd35"]
    assert operation.encode(operation.validate({"prompt": "a fox"})) == {
        "prompt": "a fox",
        "aspect_ratio": "1:1",
        "cfg": 4.5,
        "steps": 40,
        "output_format": "webp",
        "output_quality": 90,
        "prompt_strength": 0.85,
    }


@operations
def test_a_seed_only_where_the_model_takes_one(operation: Operation) -> None:
    """SD3 and SD3.5 take no seed, and none is invented for them."""
    assert operation.takes_seed == (operation.id not in ("sd35", "sd3"))


@operations
def test_pictures_are_required_where_they_are_taken(operation: Operation) -> None:
    """Inpainting never goes without an image and a mask: the gateway would use a stock photo."""
    pictures = [option for option in operation.options if option.kind == "image"]
    assert [option.name for option in pictures] == (
        ["image", "mask"] if operation.command == "inpaint" else []
    )
    assert operation.takes_images == bool(pictures)
    assert all(option.required for option in pictures)


@pytest.mark.parametrize("command", ["lightning", "inpaint"])
def test_stream_twins_share_their_options(command: str) -> None:
    """The stream endpoint takes what its twin takes, under one slash command."""
    plain, stream = catalog.find(command), catalog.find(command, stream=True)
    assert (plain.stream, stream.stream) == (False, True)
    assert [option.name for option in plain.options] == [option.name for option in stream.options]
    for one, other in zip(plain.options, stream.options, strict=True):
        assert (one.least, one.most, one.default, one.kind) == (
            other.least, other.most, other.default, other.kind
        )  # fmt: skip


def test_a_command_finds_its_operation() -> None:
    """A command without a stream endpoint has one operation; an unknown one has none."""
    assert catalog.find("sdxl", stream=True).id == "sdxl"
    assert [operation.id for operation in catalog.COMMANDS] == list(COMMANDS)
    with pytest.raises(KeyError):
        catalog.find("dalle")


@operations
def test_the_options_have_their_fixed_names(operation: Operation) -> None:
    """Operators and scripts rely on the names of the options."""
    names = {option.name for option in operation.options}
    assert names == set(COMMANDS[operation.command].split())


@operations
def test_discords_limits(operation: Operation) -> None:
    """Names and texts within Discord's lengths, choices within 25, required options first."""
    assert 1 <= len(operation.summary) <= 100
    required = [option.required for option in operation.options]
    assert required == sorted(required, reverse=True)
    names = [option.name for option in operation.options]
    assert len(set(names)) == len(names)
    for option in operation.options:
        assert option.name.islower()
        assert option.name.replace("_", "").isalnum()
        assert len(option.name) <= 32
        assert 1 <= len(option.description) <= 100
        assert len(option.choices) <= 25
        assert option.kind != "text" or (option.most or 0) <= 6000


def test_the_mask_is_described_as_it_is_read() -> None:
    """Any polarity and painted copies are taken: the command names no colour that is not needed."""
    said = catalog.find("inpaint").option("mask").description
    assert "painted over" in said
    assert "white" not in said.lower()


@operations
def test_what_is_offered_is_accepted(operation: Operation) -> None:
    """Every default, choice and limit passes the option's own check."""
    for option in operation.options:
        if option.kind == "image":
            continue
        offered: list[object] = [*option.choices]
        offered += [] if option.default is None else [option.default]
        if option.kind in ("integer", "number"):
            offered += [limit for limit in (option.least, option.most) if limit is not None]
        for value in offered:
            assert option.check(value) == value
