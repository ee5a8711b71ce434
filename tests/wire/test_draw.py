"""Drawing from words: every operation from the member's command to the picture, over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from playground.person import Person
from playground.stage import Stage
from tests.wire import scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Command, options, and the request that the provider's page documents for them.
SENT: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "sd35": (
        "sd35",
        {"steps": 30, "cfg": 6.5, "aspect_ratio": "16:9"},
        {
            "aspect_ratio": "16:9",
            "cfg": 6.5,
            "steps": 30,
            "output_format": "webp",
            "output_quality": 90,
            "prompt_strength": 0.85,
        },
    ),
    "sd3": (
        "sd3",
        {"negative_prompt": "snow", "output_format": "jpg", "output_quality": 70},
        {
            "negativePrompt": "snow",
            "steps": 28,
            "cfg": 3.5,
            "aspect_ratio": "1:1",
            "output_format": "jpg",
            "output_quality": 70,
            "prompt_strength": 0.85,
        },
    ),
    "sdxl": (
        "sdxl",
        {"negative_prompt": "dogs", "width": 640, "height": 512, "steps": 9, "seed": 7},
        {
            "negative_prompt": "dogs",
            "width": 640,
            "height": 512,
            "num_steps": 9,
            "guidance_scale": 5,
            "seed": 7,
        },
    ),
    "lightning": (
        "lightning",
        {"width": 512, "height": 640, "guidance": 8, "seed": 0},
        {"width": 512, "height": 640, "num_steps": 20, "guidance": 8, "seed": 0},
    ),
    "lightning-stream": (
        "lightning",
        {"width": 512, "height": 512, "negative_prompt": "fog", "seed": 1, "stream": True},
        {
            "negativePrompt": "fog",
            "width": 512,
            "height": 512,
            "num_steps": 20,
            "guidance": 5,
            "seed": 1,
        },
    ),
}


@pytest.mark.parametrize("operation", SENT)
async def test_an_operation_end_to_end(shared: Stage, ada: Person, operation: str) -> None:
    """Pixazo gets exactly the documented fields, and the member the picture that Pixazo drew."""
    command, given, wire = SENT[operation]
    prompt = f"a fox for {operation}"
    message = await scene.drawn(await ada.command(command, prompt=prompt, **given))
    (call,) = scene.calls(shared.pixazo, prompt)
    assert call.operation == operation
    assert call.values == {"prompt": prompt, **wire}
    image = scene.opened(message)
    assert message.attachments[0].size_px is not None
    if "width" in given:
        assert image.size == (given["width"], given["height"])
    assert image.format == {"sd35": "WEBP", "sd3": "JPEG"}.get(operation, "PNG")
    price = "$0.20" if operation.startswith("sd3") else "free"
    assert f" s · {price} · 99 of 100 left today" in scene.footer(message)
    assert scene.prompt_of(message) == prompt


async def test_the_card_shows_what_made_the_picture(ada: Person) -> None:
    """Model, size, steps, guidance, seed and what was kept out stand on the card."""
    reply = await ada.command(
        "sdxl", prompt="a fox", negative_prompt="dogs", seed=5, steps=7, guidance=9, **scene.SMALL
    )
    message = await scene.drawn(reply)
    assert scene.embed(message)["title"] == "Stable Diffusion XL"
    assert scene.fields(message) == {
        "Size": "512 x 512",
        "Steps": "7",
        "Guidance": "9",
        "Seed": "5",
        "Kept out": "dogs",
    }


async def test_the_picture_is_attached_and_shown(shared: Stage, ada: Person) -> None:
    """The embed shows the attached file, whose name is plain and whose alt text is the prompt."""
    reply = await ada.command("sdxl", prompt="Füchse & <b>Schnee</b>: 100 %", **scene.SMALL)
    message = await scene.drawn(reply)
    (file,) = message.attachments
    assert scene.embed(message)["image"]["url"] == f"attachment://{file.filename}"
    assert file.filename.replace("-", "").replace(".", "").isalnum()
    assert file.filename.isascii()
    assert file.description == "Füchse & <b>Schnee</b>: 100 % (drawn by Stable Diffusion XL)"
    assert shared.discord.world.warnings == []


async def test_a_seed_makes_the_picture_again(ada: Person) -> None:
    """The seed that the bot chose is shown, and asking for it gives the same picture."""
    first = await scene.drawn(await ada.command("lightning", prompt="a hill", **scene.SMALL))
    seed = scene.seed_of(first)
    reply = await ada.command("lightning", prompt="a hill", seed=seed, **scene.SMALL)
    again = await scene.drawn(reply)
    assert again.attachments[0].read() == first.attachments[0].read()


@pytest.mark.parametrize("command", ["sd3", "sd35"])
async def test_no_seed_is_invented(shared: Stage, ada: Person, command: str) -> None:
    """A model that takes no seed is sent none and shows none."""
    message = await scene.drawn(await ada.command(command, prompt=f"seedless {command}"))
    assert "Seed" not in scene.fields(message)
    (call,) = scene.calls(shared.pixazo, f"seedless {command}")
    assert "seed" not in call.values


async def test_discord_hears_of_it_at_once(ada: Person) -> None:
    """ "Thinking…" comes first, within Discord's three seconds; the same message becomes final."""
    reply = await ada.command("sdxl", prompt="soon", **scene.SMALL)
    assert reply.acked_after is not None
    placeholder = reply.message
    assert await scene.drawn(reply) is placeholder
    assert reply.followups == []


async def test_what_is_left_counts_down(ada: Person) -> None:
    """Every picture takes one image, a paid one its price too; /quota and the card agree."""
    await scene.drawn(await ada.command("sdxl", prompt="one", **scene.SMALL))
    second = await scene.drawn(await ada.command("sd3", prompt="two"))
    assert "98 of 100 left" in scene.footer(second)
    left = await scene.quota(ada)
    assert (left.images, left.money) == (98, "$0.80 of $1.00 left")
    assert (left.waiting, left.held) == ("0 of 10", None)


async def test_a_private_answer(ada: Person) -> None:
    """Only the member sees what was drawn with private: True."""
    reply = await ada.command("sdxl", prompt="secret", private=True, **scene.SMALL)
    assert reply.ephemeral
    message = await scene.drawn(reply)
    assert message.ephemeral_to is ada.user
    ben = ada.at(ada.channel)
    ben.user = ada.world.user("Ben")
    assert message not in ben.messages()


async def test_in_direct_messages(shared: Stage) -> None:
    """The commands work in a direct talk with the bot too."""
    eve = shared.discord.person("Eve", dm=True)
    message = await scene.drawn(await eve.command("sdxl", prompt="hi", **scene.SMALL))
    assert message.channel.recipient is eve.user
    assert (await scene.quota(eve)).images == 99


async def test_sizes_are_suggested(ada: Person) -> None:
    """Width and height suggest good sizes, first those that fit the other side."""
    widths = await ada.autocomplete("sdxl", "width", "")
    assert {1024, 1344, 768, 1280} <= {choice["value"] for choice in widths}
    assert all(choice["value"] % 8 == 0 for choice in widths)
    fitting = await ada.autocomplete("sdxl", "width", "", height=768)
    assert fitting[0]["value"] == 1344
    typed = await ada.autocomplete("lightning", "height", "13")
    assert [choice["value"] for choice in typed] == [1344]
    assert await ada.autocomplete("sdxl", "width", "7x") is not None


async def test_two_at_once(shared: Stage, ada: Person) -> None:
    """Two orders of one member are two pictures, each with its own answer."""
    first = await ada.command("sdxl", prompt="left one", seed=1, **scene.SMALL)
    second = await ada.command("sdxl", prompt="right one", seed=1, **scene.SMALL)
    assert scene.embed(await scene.drawn(second))["description"] == "right one"
    assert scene.embed(await scene.drawn(first))["description"] == "left one"
    assert (await scene.quota(ada)).images == 98
