"""What members do and see, with a real discord.py bot on the other side."""

from __future__ import annotations

import pytest

from playground.local_discord import LocalDiscord
from playground.person import Person
from playground.refusal import ClientRefused
from playground.uploads import Upload

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_command_is_deferred_and_edited_with_a_file(ada: Person) -> None:
    """A slash command is acknowledged, shows its progress and ends with the picture."""
    reply = await ada.command("draw", prompt="a fox", steps=30)
    assert reply.failed is None
    assert reply.acked_after is not None
    message = await reply.until(lambda m: m.attachments)
    assert message.attachments[0].read().startswith(b"\x89PNG")
    assert message.attachments[0].description == "a fox"
    assert message.loose == []
    assert [v.text for v in message.history][:2] == ["thinking…", "1st in the queue"]
    assert "Steps: 30" in message.text()
    assert "[Update]" in message.text()


async def test_private_answer_is_seen_by_one_member(shared: LocalDiscord, ada: Person) -> None:
    """An ephemeral answer is on the asking member's screen only."""
    reply = await ada.command("draw", prompt="a secret", private=True)
    message = await reply.until(lambda m: m.attachments)
    ben = shared.person("Ben", ada.channel)
    assert reply.ephemeral
    assert ada.sees(message)
    assert not ben.sees(message)
    with pytest.raises(ClientRefused):
        await ben.press(message, label="Update")


async def test_bot_token_cannot_fetch_a_private_answer(ada: Person) -> None:
    """Ephemeral messages do not exist for the bot's token: 10008."""
    reply = await ada.command("odd", what="hidden")
    await reply.until(lambda m: m.content == "404 10008")


async def test_button_updates_its_message(ada: Person) -> None:
    """A button can change the message that it stands under."""
    message = await (await ada.command("draw", prompt="x")).until(lambda m: m.attachments)
    reply = await ada.press(message, label="Update")
    assert reply.message is message
    assert message.content == "updated"


async def test_selects_give_options_and_users(shared: LocalDiscord, ada: Person) -> None:
    """A string select carries its option, a user select the member."""
    message = await (await ada.command("draw", prompt="x")).until(lambda m: m.attachments)
    picked = await ada.select(message, "pick", ["b"])
    assert picked.message
    assert picked.message.content == "picked b"
    ben = shared.world.user("Ben")
    chosen = await ada.select(message, "who", [ben])
    assert chosen.message
    assert chosen.message.content == "chose Ben"
    with pytest.raises(ClientRefused):
        await ada.select(message, "pick", ["c"])


async def test_modal_takes_a_text_and_a_file(ada: Person) -> None:
    """A modal opens filled in, and its text and uploaded file reach the bot."""
    message = await (await ada.command("draw", prompt="x")).until(lambda m: m.attachments)
    modal = (await ada.press(message, custom_id="form")).modal
    assert modal
    assert modal.field("Words").filled_in == "hello"
    reply = await ada.submit(modal, {"File": Upload("dog.png", b"12345")})
    assert reply.message
    assert reply.message.content == "hello [5]"
    modal = (await ada.press(message, custom_id="form")).modal
    again = await ada.submit(modal, {"words": "bye"})
    assert again.message
    assert again.message.content == "bye []"
    with pytest.raises(ClientRefused):
        await ada.submit(modal, {"Words": ""})


async def test_autocomplete_suggests_and_sends_the_number(ada: Person) -> None:
    """Autocomplete asks the bot; the option then takes any number."""
    choices = await ada.autocomplete("suggest", "width", "68")
    assert choices == [{"name": "768 px", "value": 768}]
    reply = await ada.command("suggest", width=768)
    assert reply.message
    assert reply.message.content == "768 wide"


async def test_file_option_is_downloadable_by_the_bot(ada: Person) -> None:
    """A file option reaches the bot with a link that works, its name tidied."""
    reply = await ada.command("weigh", file=Upload("my dog.png", b"123"))
    assert reply.message
    assert reply.message.content == "my_dog.png 3 image/png"


async def test_context_menu_shows_the_whole_message(ada: Person) -> None:
    """A message command gets content and files without the content intent."""
    said = await ada.say("secret words", files=[Upload("a.png", b"1")])
    reply = await ada.menu("Quote", said)
    assert reply.message
    assert reply.message.content == "> secret words 1"


async def test_message_content_is_hidden_unless_mentioned(ada: Person) -> None:
    """Without the intent only mentions are readable, and not what they reply to."""
    said = await ada.say("hidden", files=[Upload("a.png", b"1")])
    await ada.finds(lambda m: m.content == "heard '' 0 -")
    await ada.say("@bot hi", reply_to=said)
    heard = await ada.finds(lambda m: "hi" in m.content and m.author.bot)
    assert heard.content.endswith("hi' 0")


async def test_reply_to_an_ordinary_message_is_readable(ada: Person) -> None:
    """A pinging reply to a normal message of the bot is readable, to a slash answer it is not."""
    answer = (await ada.command("odd", what="plain")).message
    plain = await ada.finds(lambda m: m.content == "an ordinary message")
    await ada.say("nice one", reply_to=plain)
    await ada.finds(lambda m: "heard 'nice one'" in m.content)
    await ada.say("no ping", reply_to=plain, ping=False)
    await ada.finds(lambda m: m.content == "heard '' 0 an ordinary message")
    assert answer is not None
    assert answer.ephemeral_to is ada.user
    public = await (await ada.command("odd", what="followup")).until(lambda m: m.content)
    await ada.say("unheard", reply_to=public)
    await ada.finds(lambda m: "heard ''" in m.content)


async def test_direct_messages_work(shared: LocalDiscord) -> None:
    """Commands and messages work in the bot's direct messages, fully readable."""
    dm = shared.person("Ben", dm=True)
    await dm.say("hello there")
    await dm.finds(lambda m: m.content == "heard 'hello there' 0 -")
    reply = await dm.command("draw", prompt="in private")
    await reply.until(lambda m: m.attachments)
    assert len(dm.messages()) == 3


async def test_client_refuses_what_discord_would(ada: Person) -> None:
    """Ranges, lengths, types and required options are checked before the bot hears of it."""
    wrong: list[dict[str, object]] = [
        {},
        {"prompt": ""},
        {"prompt": "x" * 101},
        {"prompt": "x", "steps": 51},
        {"prompt": "x", "steps": "many"},
        {"prompt": "x", "colour": 1},
        {"prompt": "x", "steps": 0},
    ]
    before = len(ada.world.interactions)
    for values in wrong:
        with pytest.raises(ClientRefused):
            await ada.command("draw", **values)  # type: ignore[arg-type]  # wrong on purpose
    assert len(ada.world.interactions) == before
    reply = await ada.command("draw", force=True, prompt="x", steps=51)
    assert len(ada.world.interactions) == before + 1
    assert reply.interaction.data["options"]


async def test_pings_are_what_allowed_mentions_say(ada: Person) -> None:
    """Only who is allowed is pinged, and everyone never without the permission."""
    said = (await ada.command("odd", what="ping")).message
    assert said
    assert said.pinged == [ada.user]
    assert not said.pinged_everyone


async def test_components_v2_resolve_their_files(shared: LocalDiscord, ada: Person) -> None:
    """A layout with a gallery is accepted and its picture gets a link."""
    said = (await ada.command("odd", what="modern")).message
    assert said
    assert said.text().startswith("Look\n(picture: attachment://fox.png)")
    assert shared.world.unknown == []


async def test_staff_may_delete_and_the_files_go(shared: LocalDiscord, ada: Person) -> None:
    """Manage Messages deletes another's message; its file links answer 404."""
    said = await ada.say("look", files=[Upload("a.txt", b"1")])
    with pytest.raises(ClientRefused):
        await shared.person("Ben", ada.channel).delete(said)
    await shared.person("Mo", ada.channel).delete(said)
    assert not ada.sees(said)
    assert shared.world.shelf.get(said.attachments[0].id) is None
