"""What a bot without the message content intent may not read.

Source: Discord's page "Message Content Privileged Intent" and its 2026 guide, which does not
exempt replies to a slash command's answer.
"""

from __future__ import annotations

from playground.messages import ORDINARY, REPLY, Json, Message
from playground.places import User

MESSAGE_CONTENT = 1 << 15


def readable(message: Message, bot: User) -> bool:
    """Whether the bot may read this message without the intent."""
    if message.author is bot or message.channel.guild is None:
        return True
    if bot not in message.mentions:
        return False
    answered = message.reference
    ordinary = answered is not None and answered.type in (ORDINARY, REPLY)
    named = bot.id in message.content
    return named or (ordinary and answered is not None and answered.author is bot)


def redacted(answer: Json, message: Message, bot: User) -> Json:
    """The message's JSON with everything blank that the bot may not read."""
    if not readable(message, bot):
        answer = {**answer, "content": "", "embeds": [], "attachments": [], "components": []}
    if answer.get("referenced_message") and message.reference:
        inner = redacted(answer["referenced_message"], message.reference, bot)
        answer = {**answer, "referenced_message": inner}
    return answer
