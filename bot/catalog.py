"""The seven operations of the gateway, as rows: everything else is derived from them.

Source of every fact: the provider's page "Stable Diffusion API"; its request examples where it
contradicts itself, and for the defaults that it does not state. It leaves open, and ours are: how
long prompts are, that sizes are multiples of 8, the seed's range, the aspects but 1:1, 3:2 and
16:9, SD3's png, the ranges of SD 3.5's cfg and prompt_strength (SD3's), and every range of
lightning and inpainting (SDXL's; inpainting is made for sides of at most 1024).
"""

from __future__ import annotations

from bot.spec import SEED_MOST, Operation, Option

PROMPT_MOST = 2000  # the text encoders read far less
ASPECTS = ("1:1", "16:9", "9:16", "3:2", "2:3", "4:5", "5:4", "21:9", "9:21")


def _prompt(description: str = "What to draw") -> Option:
    return Option(
        name="prompt",
        wire="prompt",
        kind="text",
        description=description,
        required=True,
        most=PROMPT_MOST,
    )


def _negative(wire: str, description: str = "What to keep out of the picture") -> Option:
    return Option(
        name="negative_prompt", wire=wire, kind="text", description=description, most=PROMPT_MOST
    )


def _side(name: str, *, default: int | None = 1024, least: int = 512, most: int = 1536) -> Option:
    return Option(
        name=name,
        wire=name,
        kind="integer",
        description=f"{name.capitalize()} in pixels, a multiple of 8",
        default=default,
        least=least,
        most=most,
        multiple=8,
    )


def _steps(wire: str, *, default: int, least: int, most: int) -> Option:
    return Option(
        name="steps",
        wire=wire,
        kind="integer",
        description="Refinement steps: more take longer and show more detail",
        default=default,
        least=least,
        most=most,
    )


def _guidance(wire: str) -> Option:
    return Option(
        name="guidance",
        wire=wire,
        kind="integer",
        description="How closely to follow the prompt; 5 to 8 is usual",
        default=5,
        least=1,
        most=15,
    )


def _cfg(default: float) -> Option:
    return Option(
        name="cfg",
        wire="cfg",
        kind="number",
        description="How closely to follow the prompt: higher is stricter",
        default=default,
        least=0,
        most=20,
    )


SEED = Option(
    name="seed",
    wire="seed",
    kind="integer",
    description="The same seed and settings make the same picture; left out, the bot picks one",
    least=0,
    most=SEED_MOST,
)
ASPECT = Option(
    name="aspect_ratio",
    wire="aspect_ratio",
    kind="text",
    description="The shape of the picture",
    default="1:1",
    choices=ASPECTS,
)
QUALITY = Option(
    name="output_quality",
    wire="output_quality",
    kind="integer",
    description="Compression quality of the file; no effect on png",
    default=90,
    least=0,
    most=100,
)
STRENGTH = Option(
    name="prompt_strength",
    wire="prompt_strength",
    kind="number",
    description="How much the result may differ from an input picture",
    default=0.85,
    least=0,
    most=1,
)


def _format(*choices: str) -> Option:
    return Option(
        name="output_format",
        wire="output_format",
        kind="text",
        description="The format of the file",
        default="webp",
        choices=choices,
    )


_LIGHTNING = (
    _prompt(),
    _negative("negativePrompt"),
    _side("width"),
    _side("height"),
    _steps("num_steps", default=20, least=1, most=20),
    _guidance("guidance"),
    SEED,
)


def _inpainting(negative: str) -> tuple[Option, ...]:
    return (
        _prompt("What the marked part should become"),
        Option(
            name="image",
            wire="imageUrl",
            kind="image",
            description="The picture to repaint: PNG, JPEG or WEBP",
            required=True,
        ),
        Option(
            name="mask",
            wire="maskUrl",
            kind="image",
            description="A mask file, or a copy with the part painted over;"
            " the preview shows what it means",
            required=True,
        ),
        _negative(negative),
        _side("width", default=None, most=1024),
        _side("height", default=None, most=1024),
        _steps("num_steps", default=20, least=1, most=20),
        _guidance("guidance"),
        SEED,
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="sd35",
        command="sd35",
        title="Stable Diffusion 3.5 Large",
        summary="Draw with Stable Diffusion 3.5 Large: the best at text and detail",
        path="/sd3-5/v1/r-sd-3-5-large",
        price=200_000,
        image_field="output",
        seconds=30,
        colour=0x9B59B6,
        options=(
            _prompt(),
            ASPECT,
            _cfg(4.5),
            _steps("steps", default=40, least=20, most=100),
            _format("webp", "jpg", "png", "jpeg"),
            QUALITY,
            STRENGTH,
        ),
    ),
    Operation(
        id="sd3",
        command="sd3",
        title="Stable Diffusion 3",
        summary="Draw with Stable Diffusion 3",
        path="/sd3/v1/getData",
        price=200_000,
        image_field="output",
        seconds=30,
        colour=0x3498DB,
        options=(
            _prompt(),
            _negative("negativePrompt", "Changes SD3 pictures in unpredictable ways"),
            _steps("steps", default=28, least=1, most=28),
            _cfg(3.5),
            ASPECT,
            _format("webp", "jpg", "png"),
            QUALITY,
            STRENGTH,
        ),
    ),
    Operation(
        id="sdxl",
        command="sdxl",
        title="Stable Diffusion XL",
        summary="Draw with Stable Diffusion XL",
        path="/getImage/v1/getSDXLImage",
        price=0,
        image_field="imageUrl",
        seconds=10,
        colour=0x2ECC71,
        options=(
            _prompt(),
            _negative("negative_prompt"),
            _side("width"),
            _side("height"),
            _steps("num_steps", default=20, least=1, most=20),
            _guidance("guidance_scale"),
            SEED,
        ),
    ),
    Operation(
        id="lightning",
        command="lightning",
        title="SDXL Lightning",
        summary="Draw with SDXL Lightning: a picture in seconds",
        path="/sdxl_lightning/getImage/v1/getSDXLImage",
        price=0,
        image_field="imageUrl",
        seconds=4,
        colour=0xF1C40F,
        options=_LIGHTNING,
    ),
    Operation(
        id="lightning-stream",
        command="lightning",
        title="SDXL Lightning",
        summary="Draw with SDXL Lightning, by its stream endpoint",
        path="/sdxl_lightning/getImage/v1/getSDXLImageStream",
        price=0,
        image_field="imageUrl",
        seconds=4,
        colour=0xF1C40F,
        stream=True,
        options=_LIGHTNING,
    ),
    Operation(
        id="inpaint",
        command="inpaint",
        title="SD 1.5 Inpainting",
        summary="Repaint a part of a picture",
        path="/inpainting/v1/getImage",
        price=0,
        image_field="imageUrl",
        seconds=10,
        colour=0xE67E22,
        options=_inpainting("negative_prompt"),
    ),
    Operation(
        id="inpaint-stream",
        command="inpaint",
        title="SD 1.5 Inpainting",
        summary="Repaint a part of a picture, by the stream endpoint",
        path="/inpainting/v1/getImageStream",
        price=0,
        image_field="imageUrl",
        seconds=10,
        colour=0xE67E22,
        stream=True,
        options=_inpainting("negativePrompt"),
    ),
)

BY_ID = {operation.id: operation for operation in OPERATIONS}
COMMANDS = tuple(operation for operation in OPERATIONS if not operation.stream)


def find(command: str, *, stream: bool = False) -> Operation:
    """Return the operation that a command reaches; a command without a stream has only one.

    Raises KeyError for an unknown command.
    """
    twins = [operation for operation in OPERATIONS if operation.command == command]
    if not twins:
        raise KeyError(command)
    return next((twin for twin in twins if twin.stream == stream), twins[0])
