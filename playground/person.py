"""A member of a server at their client: the only way in which members act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from playground import options
from playground.command_rules import CHAT, MESSAGE_MENU, USER_MENU
from playground.component_rules import BUTTON, LINK, PREMIUM, SELECTS
from playground.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMIT
from playground.messages import REPLY, Json, Message
from playground.modal import Modal, check_count, check_field, submission
from playground.options import Resolved
from playground.payloads import message_json, metadata_json
from playground.places import ADMINISTRATOR, MANAGE_MESSAGES, SEND, Channel, User
from playground.refusal import ClientRefused
from playground.reply import Reply
from playground.uploads import Upload

if TYPE_CHECKING:
    from playground.world import World


class Person:
    """One member in one channel. What Discord's client forbids raises ClientRefused."""

    def __init__(self, world: World, user: User, channel: Channel) -> None:
        self.world = world
        self.user = user
        self.channel = channel

    def at(self, channel: Channel) -> Person:
        """The same member in another channel."""
        return Person(self.world, self.user, channel)

    # commands

    def commands(self, kind: int = CHAT) -> list[Json]:
        """The commands that this member's client offers here."""
        offered = self.world.commands_in(self.channel.guild)
        return [c for c in offered if c["type"] == kind and self._may_use(c)]

    def _may_use(self, command: Json) -> bool:
        where = 0 if self.channel.guild else 1
        contexts = command.get("contexts")
        if contexts is not None and where not in contexts:
            return False
        needs = command.get("default_member_permissions")
        if self.channel.guild is None or needs is None:
            return self.channel.guild is not None or command.get("dm_permission") is not False
        mine = self.channel.permissions_of(self.user)
        wanted = int(needs) or ADMINISTRATOR
        return wanted & mine == wanted

    def _command(self, name: str, kind: int) -> Json:
        for command in self.commands(kind):
            if command["name"] == name:
                return command
        raise ClientRefused(f"no command {name!r} here: {[c['name'] for c in self.commands(kind)]}")

    async def command(self, name: str, /, *, force: bool = False, **values: Any) -> Reply:
        """Send a slash command ("group sub" for subcommands) and wait for the acknowledgement.

        Options that are None are left out. ``force`` sends values that the client would refuse.
        """
        head, *path = name.split() or [""]
        command = self._command(head, CHAT)
        node, way = options.leaf(command, path)
        given = {key: value for key, value in values.items() if value is not None}
        if not force:
            options.check(node, given, self._limit())
        resolved = self._resolved()
        sent = options.wire_options(node, given, resolved)
        return await self._act(COMMAND, self._invoked(command, options.nested(way, sent), resolved))

    async def autocomplete(self, name: str, option: str, text: str, /, **others: Any) -> list[Json]:
        """The suggestions for an option while ``text`` is typed: dicts with name and value."""
        head, *path = name.split() or [""]
        command = self._command(head, CHAT)
        node, way = options.leaf(command, path)
        asked = next((o for o in node["options"] if o["name"] == option), None)
        if asked is None or not asked.get("autocomplete"):
            raise ClientRefused(f"the option {option!r} of {name!r} has no autocomplete")
        resolved = self._resolved()
        sent = options.wire_options(node, {**others, option: text}, resolved, focused=option)
        data = self._invoked(command, options.nested(way, sent), resolved)
        reply = await self._act(AUTOCOMPLETE, data)
        if reply.failed:
            raise TimeoutError(reply.failed)
        return reply.choices

    async def menu(self, name: str, target: Message | User) -> Reply:
        """Use a context menu command on a message or a user."""
        on_user = isinstance(target, User)
        command = self._command(name, USER_MENU if on_user else MESSAGE_MENU)
        resolved = self._resolved()
        if isinstance(target, Message):
            self._look(target)
            resolved.objects["messages"] = {target.id: message_json(self.world, target)}
        else:
            resolved.put(target)
        data = {**self._invoked(command, [], resolved), "target_id": target.id}
        del data["options"]
        return await self._act(COMMAND, data)

    def _invoked(self, command: Json, sent: list[Json], resolved: Resolved) -> Json:
        data = {
            "id": command["id"],
            "name": command["name"],
            "type": command["type"],
            "options": sent,
        }
        if command.get("guild_id"):
            data["guild_id"] = command["guild_id"]
        return {**data, "resolved": resolved.objects} if resolved.objects else data

    # components

    async def press(
        self, message: Message, *, label: str | None = None, custom_id: str | None = None
    ) -> Reply:
        """Press the button with that label or custom_id."""
        self._look(message)
        buttons = [part for part in message.parts() if part["type"] == BUTTON]
        for part in buttons:
            if (label is not None and part.get("label") == label) or (
                custom_id is not None and part.get("custom_id") == custom_id
            ):
                return await self._component(message, part, {})
        labels = [(part.get("label"), part.get("custom_id")) for part in buttons]
        raise ClientRefused(f"no button {label or custom_id!r}: {labels}")

    async def select(self, message: Message, custom_id: str, values: Sequence[Any]) -> Reply:
        """Choose in a select: option values, or users, roles, channels."""
        self._look(message)
        for part in message.parts():
            if part["type"] in SELECTS and part["custom_id"] == custom_id:
                check_count(part, list(values))
                resolved = self._resolved()
                chosen: Json = {"values": [resolved.put(value) for value in values]}
                if resolved.objects:
                    chosen["resolved"] = resolved.objects
                return await self._component(message, part, chosen)
        raise ClientRefused(f"no select {custom_id!r} in:\n{message.text()}")

    async def _component(self, message: Message, part: Json, more: Json) -> Reply:
        if part.get("disabled") or part.get("style") in (LINK, PREMIUM):
            raise ClientRefused(f"{part.get('label') or part.get('custom_id')!r} cannot be pressed")
        data = {
            "custom_id": part["custom_id"],
            "component_type": part["type"],
            "id": part["id"],
            **more,
        }
        return await self._act(COMPONENT, data, message=message)

    async def submit(
        self, modal: Modal | None, values: Mapping[str, Any] | None = None, *, force: bool = False
    ) -> Reply:
        """Send a modal; ``values`` by custom_id or label, the rest as it was filled in.

        File uploads take an Upload or a list of them.
        """
        if modal is None or modal.source.user is not self.user:
            raise ClientRefused("no modal is open")
        given = {field.custom_id: field.filled_in for field in modal.fields()}
        for name, value in (values or {}).items():
            one = isinstance(value, Upload | User | Channel)
            given[modal.field(name).custom_id] = [value] if one else value
        for field in modal.fields() if not force else []:
            check_field(field, given[field.custom_id])
        resolved = self._resolved()
        for key, value in given.items():
            if isinstance(value, list | tuple):
                given[key] = [resolved.put(item) for item in value]
        data: Json = {"custom_id": modal.custom_id, "components": submission(modal, given)}
        if resolved.objects:
            data["resolved"] = resolved.objects
        return await self._act(
            SUBMIT, data, message=modal.source.message, metadata=metadata_json(modal.source)
        )

    async def _act(self, kind: int, data: Json, **extra: Any) -> Reply:
        interaction = self.world.interact(kind, self.user, self.channel, data, **extra)
        return await Reply(self.world, interaction).acknowledged()

    # messages

    async def say(
        self,
        text: str,
        *,
        reply_to: Message | None = None,
        files: Sequence[Upload] = (),
        ping: bool = True,
    ) -> Message:
        """Write a message; ``@bot`` and ``@Name`` become mentions, ``ping`` is a reply's."""
        if not self.channel.permissions_of(self.user) & SEND:
            raise ClientRefused(f"{self.user.name} may not write in #{self.channel.name}")
        if reply_to is not None:
            self._look(reply_to)
        text = text.replace("@bot", self.world.bot.mention)
        for user in self.channel.guild.members if self.channel.guild else []:
            text = text.replace(f"@{user.name}", user.mention)
        allowed = {"parse": ["users", "roles", "everyone"], "replied_user": ping}
        return self.world.post(
            self.channel,
            self.user,
            {"content": text, "allowed_mentions": allowed},
            list(files),
            reference=reply_to,
            type=REPLY if reply_to else 0,
        )

    async def delete(self, message: Message) -> None:
        """Delete an own message, another's with Manage Messages, or dismiss a private answer."""
        self._look(message)
        staff = self.channel.guild and self.channel.permissions_of(self.user) & MANAGE_MESSAGES
        if message.author is not self.user and not staff and not message.ephemeral_to:
            raise ClientRefused(f"{self.user.name} may not delete this message")
        self.world.delete(message)

    def sees(self, message: Message) -> bool:
        """Whether the message is on this member's screen when they look there."""
        mine = message.ephemeral_to in (None, self.user)
        return mine and not message.deleted and message.channel.open_to(self.user)

    def messages(self) -> list[Message]:
        """What this member sees in the channel, oldest first."""
        return [m for m in self.world.in_channel(self.channel) if self.sees(m)]

    async def finds(self, wanted: Callable[[Message], Any], timeout: float = 10.0) -> Message:  # noqa: ASYNC109
        """The newest message here that satisfies ``wanted``, as soon as there is one.

        Raises TimeoutError that shows what is in the channel instead.
        """
        return await self.world.changes.when(
            lambda: next((m for m in reversed(self.messages()) if wanted(m)), None),
            timeout=timeout,
            explain=lambda: (
                f"not within {timeout} s; the channel shows:\n"
                + "\n---\n".join(m.text() for m in self.messages())
            ),
        )

    def _look(self, message: Message) -> None:
        if not self.sees(message) or message.channel is not self.channel:
            raise ClientRefused(f"{self.user.name} does not see this message here")

    def _limit(self) -> int:
        guild = self.channel.guild
        return guild.upload_limit if guild else self.world.settings.dm_limit

    def _resolved(self) -> Resolved:
        return Resolved(world=self.world, guild=self.channel.guild)
