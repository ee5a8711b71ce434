"""Whatever members type: it is drawn and shown as typed, or refused with the limit named."""

from __future__ import annotations

from typing import Any

import pytest

from playground.person import Person
from playground.refusal import ClientRefused
from playground.stage import Stage
from tests.wire import scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

AS_TYPED = [
    ("@everyone look at @here", r"\@everyone look at \@here"),
    ("```py\nprint(1)\n``` and `x`", "\\`\\`\\`py\nprint(1)\n\\`\\`\\` and \\`x\\`"),
    ("*bold* _it_ ~~no~~ ||s|| > q", r"\*bold\* \_it\_ \~\~no\~\~ \|\|s\|\| \> q"),
    ("שלום fox عالم", "שלום fox عالم"),
    ("a\u200bfox\u200b", "a\u200bfox\u200b"),
    ("right \u202eto left", "right \u202eto left"),
    ("👩\u200d🎨 in the ❄️", "👩\u200d🎨 in the ❄️"),
]


@pytest.mark.parametrize(("typed", "shown"), AS_TYPED, ids=range(len(AS_TYPED)))
async def test_a_prompt_is_shown_as_typed(
    shared: Stage, ada: Person, typed: str, shown: str
) -> None:
    """Pixazo gets the very words; the card shows them without markdown, and nobody is pinged."""
    message = await scene.drawn(await ada.command("sdxl", prompt=typed, **scene.SMALL))
    assert scene.embed(message)["description"] == shown
    assert scene.prompt_of(message) == typed
    assert len(scene.calls(shared.pixazo, typed)) == 1
    scene.nobody_pinged(shared)


async def test_mentions_ping_nobody(shared: Stage, ada: Person) -> None:
    """A prompt or a negative prompt that mentions people and roles pings none of them."""
    ben, guild = shared.discord.world.user("Ben"), shared.discord.world.guild("Cat Cafe")
    prompt = f"{ben.mention} and <@&{guild.id}> @everyone"
    reply = await ada.command("sdxl", prompt=prompt, negative_prompt=prompt, **scene.SMALL)
    await scene.drawn(reply)
    scene.nobody_pinged(shared)


@pytest.mark.parametrize("prompt", ["*" * 2000, "\u0394" * 2000, "x y " * 500], ids=range(3))
async def test_the_longest_prompt_is_drawn(shared: Stage, ada: Person, prompt: str) -> None:
    """2,000 characters are drawn, with 2,000 more to keep out, and fit Discord's limits."""
    reply = await ada.command("sdxl", prompt=prompt, negative_prompt=prompt, **scene.SMALL)
    message = await scene.drawn(reply)
    assert message.attachments[0].description is not None
    (call,) = scene.calls(shared.pixazo, prompt.strip())
    assert call.values["negative_prompt"] == prompt.strip()


async def test_a_prompt_of_6000_characters(shared: Stage, ada: Person) -> None:
    """Discord's client stops at the limit; forced past it, the answer is private and names it."""
    with pytest.raises(ClientRefused):
        await ada.command("sdxl", prompt="x" * 6000)
    reply = await ada.command("sdxl", prompt="x" * 6000, force=True)
    assert scene.refused(reply) == "`prompt` has 6,000 characters; 2,000 is the most."
    assert (await scene.quota(ada)).images == 100
    assert scene.calls(shared.pixazo, "x" * 6000) == []


@pytest.mark.parametrize("prompt", ["\u200b\u200b", "   ", "\u202e\ufeff"], ids=range(3))
async def test_a_prompt_without_words(ada: Person, prompt: str) -> None:
    """A prompt in which there is nothing to read is refused, and nothing is charged."""
    reply = await ada.command("sdxl", prompt=prompt, force=True)
    assert scene.refused(reply) == "`prompt` has no words in it."
    assert (await scene.quota(ada)).images == 100


LIMITS: list[tuple[str, dict[str, Any], str]] = [
    ("sdxl", {"steps": 21}, "`steps` must be from 1 to 20."),
    ("sdxl", {"steps": 0}, "`steps` must be from 1 to 20."),
    ("sdxl", {"width": 2048}, "`width` must be from 512 to 1536."),
    ("sdxl", {"guidance": 16}, "`guidance` must be from 1 to 15."),
    ("sdxl", {"seed": -1}, "`seed` must be from 0 to 4294967295."),
    ("lightning", {"height": 8}, "`height` must be from 512 to 1536."),
    ("sd3", {"steps": 29}, "`steps` must be from 1 to 28."),
    ("sd3", {"cfg": 20.5}, "`cfg` must be from 0 to 20."),
    ("sd35", {"steps": 19}, "`steps` must be from 20 to 100."),
    ("sd35", {"output_quality": 101}, "`output_quality` must be from 0 to 100."),
    ("sd35", {"prompt_strength": 1.5}, "`prompt_strength` must be from 0 to 1."),
]


@pytest.mark.parametrize(("command", "given", "sentence"), LIMITS, ids=range(len(LIMITS)))
async def test_a_limit_holds_on_both_sides(
    ada: Person, command: str, given: dict[str, Any], sentence: str
) -> None:
    """Discord's client enforces the range; a value forced past it is refused with the range."""
    with pytest.raises(ClientRefused):
        await ada.command(command, prompt="a fox", **given)
    reply = await ada.command(command, prompt="a fox", force=True, **given)
    assert scene.refused(reply) == sentence
    assert (await scene.quota(ada)).images == 100


@pytest.mark.parametrize("option", ["aspect_ratio", "output_format"])
async def test_a_choice_that_is_not_offered(ada: Person, option: str) -> None:
    """A choice forced past Discord's client is refused, and the choices are named."""
    given: dict[str, Any] = {option: "tiff"}
    with pytest.raises(ClientRefused):
        await ada.command("sd3", prompt="a fox", **given)
    reply = await ada.command("sd3", prompt="a fox", force=True, **given)
    assert scene.refused(reply).startswith(f"`{option}` must be one of ")


async def test_a_size_between_the_steps(ada: Person) -> None:
    """A side that is no multiple of 8 passes Discord's client and is refused with the rule."""
    reply = await ada.command("sdxl", prompt="a fox", width=1001)
    assert scene.refused(reply) == "`width` must be a multiple of 8."


async def test_an_option_that_is_missing(ada: Person) -> None:
    """A command without its prompt, forced past Discord's client, gets a sentence."""
    reply = await ada.command("sdxl", force=True)
    assert "type it anew" in scene.refused(reply)
