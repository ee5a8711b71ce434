"""The Discord client: loads the cogs, syncs changed commands, answers every error in one place."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import cast

import discord
import yarl
from discord import app_commands
from discord.ext import commands

from bot import answering, errors, render
from bot.answering import Interaction
from bot.delivery import Delivery
from bot.editor import Editor
from bot.forms import Forms
from bot.patience import PASSING
from bot.progress import Progress
from bot.rights import Closed
from bot.studio import Studio
from bot.taps import Taps
from storage import notes, recovery
from storage.job import Job

log = logging.getLogger(__name__)

COGS = (
    "cogs.imagine",
    "cogs.generate",
    "cogs.inpaint",
    "cogs.editing",
    "cogs.replies",
    "cogs.actions",
    "cogs.redraw",
    "cogs.account",
    "cogs.history",
    "cogs.mydata",
)
# Nothing can be said to these interactions any more (Discord's error codes).
OVER = {10015: "unknown webhook", 10062: "unknown interaction", 50027: "the token is too old"}
NOT_TAKEN = "Discord did not take the answer. Please try again."
OUR_FAULT = (
    "Something broke on our side, and the log has the details for the owner. "
    "If a picture was under way it still arrives; `/quota` shows what you have left."
)
_SENTENCES: dict[type[BaseException], str] = {
    app_commands.TransformerError: "One of the options could not be read. Please check its value.",
    app_commands.CommandSignatureMismatch: "This command has just changed. Please type it anew.",
    app_commands.CommandNotFound: "This command is gone. Please pick one from the list.",
    app_commands.CheckFailure: "You may not use this here.",
}


class Tree(app_commands.CommandTree["Bot"]):
    """The commands; whatever one of them raises is answered here."""

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer the member, privately."""
        await answer_error(interaction, error)


class Bot(commands.AutoShardedBot):
    """One connection to Discord (of one or several shards), and what the cogs reach through it."""

    def __init__(
        self,
        *,
        studio: Studio,
        editor: Editor,
        message_content: bool,
        shard_count: int | None,
        shard_ids: list[int] | None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(
                guilds=True,
                guild_messages=True,
                dm_messages=True,
                message_content=message_content,
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=shard_count,
            shard_ids=cast(list[int], shard_ids),  # None is what discord.py means by "all"
        )
        self.studio = studio
        self.editor = editor
        self.forms = Forms(answer_error)
        self.taps = Taps()
        self.sharing: set[int] = set()  # requests whose public message is being posted
        self.delivery = Delivery(self, studio)
        self.progress = Progress(studio, self.delivery)

    async def setup_hook(self) -> None:
        """Load every cog, find the gateway where it is not Discord's own, sync commands."""
        self.add_listener(self.forms.on_interaction, "on_interaction")
        for name in COGS:
            await self.load_extension(name)
        if not discord.http.Route.BASE.startswith("https://discord.com/"):
            _, address, _ = await self.http.get_bot_gateway()
            discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)
        await self._sync()

    async def on_message(self, message: discord.Message) -> None:
        """Read no text commands: a mention is for cogs/replies.py."""

    async def enter(self, jobs: tuple[Job, ...]) -> None:
        """Put jobs whose answer was deferred in line, and report on them."""
        for job in jobs:
            self.progress.follow(job)
            try:
                await self.delivery.ready(job)
            except Exception:  # it is accepted: whatever went wrong, the desk goes on with it
                log.exception("job %s is put in line later", job.id)
                await self.studio.memory.keep(recovery.drop_worker(job))

    async def _sync(self) -> None:
        """Send the commands when they differ from those sent last: Discord counts creations."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        fingerprint = hashlib.sha256(
            json.dumps([self.application_id, payload], sort_keys=True).encode()
        ).hexdigest()
        database = self.studio.database
        if await database.run(notes.read("commands")) == fingerprint:
            return
        synced = await self.tree.sync()
        await database.run(notes.write("commands", fingerprint))
        log.info("%d commands were sent to Discord", len(synced))


async def answer_error(interaction: Interaction, error: BaseException) -> None:
    """Tell a member what an error means, privately; the one place where errors become answers."""
    cause = error.__cause__ if isinstance(error, app_commands.CommandInvokeError) else error
    cause = cause or error
    sentence = _sentence(cause)
    if sentence is OUR_FAULT:
        log.error("a member's request failed", exc_info=cause)
    if sentence is NOT_TAKEN:
        log.warning("Discord did not take an answer: %s", cause)
        if getattr(cause, "code", None) in OVER:
            return
    ordered = sentence not in (OUR_FAULT, NOT_TAKEN) and not isinstance(cause, Closed)
    try:
        await answering.refuse(interaction, render.refusal(sentence, ordered=ordered))
    except (discord.HTTPException, *PASSING) as failed:
        log.warning("a member could not be told of an error: %s", failed)


def _sentence(error: BaseException) -> str:
    """Find the words for an error along its classes, most specific first."""
    if isinstance(error, errors.BotError):
        return str(error)
    if isinstance(error, (discord.HTTPException, *PASSING)):
        return NOT_TAKEN
    for kind in type(error).__mro__:
        if kind in _SENTENCES:
            return _SENTENCES[kind]
    return OUR_FAULT
