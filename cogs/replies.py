"""Replying to a picture with "@bot make it winter": the bot asks where, in private."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import candidates, editor_view, showing, words
from bot.catalog import find
from bot.errors import BotError
from bot.patience import PASSING, patiently
from storage.job import Job

if TYPE_CHECKING:
    from bot.client import Bot

log = logging.getLogger(__name__)

NO_WORDS = "Reply to a picture and say what to change: `@bot make it winter`."
HIDDEN = "I cannot see the picture of that message from here. " + candidates.HOW
GONE = "The message that you replied to is gone. Reply to another one with a picture."
UNSEEN = "Discord did not show me the message that you replied to. Please reply again in a minute."
FETCH_WITHIN = 20.0  # seconds
SAID = "Mark what should change: "


async def setup(bot: Bot) -> None:
    """Listen to the messages that mention the bot."""
    replies = Replies(bot)
    bot.add_listener(replies.on_message, "on_message")


class Replies:
    """Answers replies that mention the bot; other messages are none of its business."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def on_message(self, message: discord.Message) -> None:
        """Answer a reply to a picture with a button that only its author can use."""
        machine = message.author.bot or message.webhook_id is not None
        if machine or message.type is not discord.MessageType.reply:
            return
        if not self._mentioned(message):
            return
        try:
            text, view = await self._answer(message)
        except BotError as error:
            text, view = str(error), None
        except discord.Forbidden:
            text, view = HIDDEN, None
        except (discord.HTTPException, *PASSING) as error:
            log.info("the message that a reply is to was not shown: %s", error)
            text, view = UNSEEN, None
        try:
            await message.reply(text, view=view or discord.utils.MISSING, mention_author=False)
        except (discord.HTTPException, *PASSING) as error:
            log.info("a reply was not answered: %s", error)

    def _mentioned(self, message: discord.Message) -> bool:
        """Whether the text itself mentions the bot: a reply's ping alone does not count."""
        return self._mention() in message.content.replace("<@!", "<@")

    def _mention(self) -> str:
        # Of old applications the bot's user has another id than the application itself.
        return f"<@{self._bot.user.id if self._bot.user else self._bot.application_id}>"

    async def _answer(self, message: discord.Message) -> tuple[str, ui.View | None]:
        prompt = message.content.replace("<@!", "<@").replace(self._mention(), "").strip()
        if not prompt:
            return NO_WORDS, None
        target = await self._target(message)
        if target is None:
            return GONE, None
        if candidates.is_hidden(target):
            return HIDDEN, None
        values = find("inpaint").validate({"prompt": prompt})
        job = await self._shown_by(target)
        draft = await self._bot.editor.begin(
            message.author.id,
            values,
            spoiler=job.spoiler if job else False,
            candidates=candidates.of(target),
            parent_id=job.id if job else None,
        )
        button = ui.Button[Any](
            label="Choose where",
            style=discord.ButtonStyle.primary,
            custom_id=editor_view.custom_id("open", draft.id),
        )
        view = ui.View(timeout=None)
        view.add_item(button)
        view.stop()
        return SAID + words.shown(prompt, 300), view

    async def _shown_by(self, target: discord.Message) -> Job | None:
        """Return what drew the picture, if the bot did."""
        ours = self._bot.user is not None and target.author.id == self._bot.user.id
        first = next(showing.job_ids(target), None) if ours else None
        return await self._bot.studio.job(first) if first is not None else None

    async def _target(self, message: discord.Message) -> discord.Message | None:
        """Return the message that was replied to; None when it is gone.

        Raises Forbidden where the bot may not read it, and what else Discord answers.
        """
        reference = message.reference
        if reference is None or reference.message_id is None:
            return None
        if reference.resolved is None:  # Discord mostly sends it along, and need not
            number = reference.message_id
            try:
                return await patiently(
                    lambda: message.channel.fetch_message(number), within=FETCH_WITHIN
                )
            except discord.NotFound:
                return None
        return reference.resolved if isinstance(reference.resolved, discord.Message) else None
