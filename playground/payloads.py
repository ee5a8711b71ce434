"""The JSON of Discord's objects, made from the world's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playground.interactions import SUBMIT, Interaction
from playground.media import attachment_json, embed_json, media_json
from playground.messages import Json, Message
from playground.places import ALL, EVERYBODY, MANAGE_MESSAGES, Channel, Guild, Role, User

if TYPE_CHECKING:
    from playground.world import World

_JOINED = "2024-01-01T00:00:00+00:00"


def stamp(seconds: float) -> str:
    """ISO 8601 in UTC, from Unix seconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def user_json(user: User) -> Json:
    """A User object."""
    return {
        "id": user.id,
        "username": user.name.lower(),
        "global_name": user.name,
        "discriminator": "0",
        "avatar": None,
        "bot": user.bot,
        "public_flags": 0,
    }


def member_json(guild: Guild, user: User) -> Json:
    """A Member object without its user."""
    return {
        "roles": [role.id for role in guild.role_of.get(user, [])],
        "joined_at": _JOINED,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "nick": None,
        "avatar": None,
        "pending": False,
        "premium_since": None,
        "communication_disabled_until": None,
    }


def role_json(role: Role, position: int) -> Json:
    """A Role object."""
    mine = EVERYBODY if role.name == "@everyone" else role.permissions
    return {
        "id": role.id,
        "name": role.name,
        "permissions": str(mine),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": True,
        "flags": 0,
    }


def channel_json(channel: Channel, bot: User) -> Json:
    """A Channel object; a channel closed to the bot has an overwrite that says so."""
    answer: Json = {"id": channel.id, "type": channel.type, "last_message_id": None, "flags": 0}
    if channel.guild is None:
        recipients = [user_json(channel.recipient)] if channel.recipient else []
        return {**answer, "recipients": recipients}
    overwrites = []
    if channel.bot_permissions is not None:
        denied = EVERYBODY & ~channel.bot_permissions
        overwrites = [{"id": bot.id, "type": 1, "allow": "0", "deny": str(denied)}]
    return {
        **answer,
        "guild_id": channel.guild.id,
        "name": channel.name,
        "topic": None,
        "position": channel.guild.channels.index(channel),
        "nsfw": channel.nsfw,
        "parent_id": None,
        "rate_limit_per_user": 0,
        "permission_overwrites": overwrites,
    }


def guild_json(guild: Guild, bot: User) -> Json:
    """A Guild object as in GUILD_CREATE: of the members only the bot, as without that intent."""
    level = 3 if guild.upload_limit >= 100 << 20 else 2 if guild.upload_limit >= 50 << 20 else 0
    return {
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner.id if guild.owner else None,
        "roles": [role_json(role, n) for n, role in enumerate(guild.roles)],
        "channels": [channel_json(channel, bot) for channel in guild.channels],
        "members": [{**member_json(guild, bot), "user": user_json(bot)}],
        "member_count": len(guild.members),
        "premium_tier": level,
        "unavailable": False,
        "large": False,
        "joined_at": _JOINED,
        "preferred_locale": guild.locale,
        "features": [],
        "emojis": [],
        "stickers": [],
        "threads": [],
        "voice_states": [],
        "presences": [],
        "verification_level": 0,
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "nsfw_level": 0,
        "system_channel_flags": 0,
    }


def message_json(world: World, message: Message, *, nested: bool = False) -> Json:
    """A Message object as its author sees it; ``nested`` leaves out the referenced message."""
    answer: Json = {
        "id": message.id,
        "channel_id": message.channel.id,
        "type": message.type,
        "author": user_json(message.author),
        "content": message.content,
        "timestamp": stamp(message.created),
        "edited_timestamp": stamp(message.edited) if message.edited else None,
        "tts": False,
        "pinned": False,
        "flags": message.flags,
        "mention_everyone": message.pinged_everyone,
        "mention_roles": [],
        "mentions": [user_json(user) for user in message.mentions],
        "attachments": [attachment_json(world, a) for a in message.loose],
        "embeds": [embed_json(world, message, embed) for embed in message.embeds],
        "components": media_json(world, message),
    }
    if message.nonce is not None:
        answer["nonce"] = message.nonce
    if message.metadata:
        answer |= {
            "interaction_metadata": message.metadata,
            "webhook_id": world.application_id,
            "application_id": world.application_id,
        }
    if message.reference:
        answer["message_reference"] = {
            "type": 0,
            "message_id": message.reference.id,
            "channel_id": message.channel.id,
        }
        if not nested and world.settings.resolved:
            gone = message.reference.deleted
            answer["referenced_message"] = (
                None if gone else message_json(world, message.reference, nested=True)
            )
    return answer


def bot_permissions(channel: Channel, bot: User) -> int:
    """What the application may do there."""
    return channel.permissions_of(bot) if channel.guild else EVERYBODY | MANAGE_MESSAGES


def interaction_json(world: World, interaction: Interaction) -> Json:
    """An INTERACTION_CREATE payload."""
    channel, user = interaction.channel, interaction.user
    answer: Json = {
        "id": interaction.id,
        "application_id": world.application_id,
        "type": interaction.type,
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": channel.id,
        "channel": channel_json(channel, world.bot),
        "locale": user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "attachment_size_limit": interaction.size_limit,
        "authorizing_integration_owners": interaction.owners,
        "context": 0 if channel.guild else 1,
        "app_permissions": str(bot_permissions(channel, world.bot)),
    }
    if interaction.message:
        answer["message"] = message_json(world, interaction.message)
    guild = channel.guild
    return answer | (_guild_side(guild, channel, user) if guild else {"user": user_json(user)})


def _guild_side(guild: Guild, channel: Channel, user: User) -> Json:
    mine = channel.permissions_of(user) & ALL
    return {
        "guild_id": guild.id,
        "guild_locale": guild.locale,
        "guild": {"id": guild.id, "locale": guild.locale, "features": []},
        "member": {**member_json(guild, user), "user": user_json(user), "permissions": str(mine)},
    }


def metadata_json(interaction: Interaction) -> Json:
    """The ``interaction_metadata`` that answers carry."""
    answer: Json = {
        "id": interaction.id,
        "type": interaction.type,
        "user": user_json(interaction.user),
        "authorizing_integration_owners": interaction.owners,
    }
    if interaction.type == SUBMIT and interaction.metadata:
        answer["triggering_interaction_metadata"] = interaction.metadata
    elif interaction.message:
        answer["interacted_message_id"] = interaction.message.id
    return answer


def application_json(world: World) -> Json:
    """The application, as /applications/@me and /oauth2/applications/@me give it."""
    return {
        "id": world.application_id,
        "name": world.bot.name,
        "description": "",
        "icon": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user_json(world.owner),
        "flags": 0,
        "team": None,
        "summary": "",
        "bot": user_json(world.bot),
        "approximate_guild_count": len(world.guilds),
    }
