"""Logging in to Discord, and in one line for the bot's owner what kept it from that."""

from __future__ import annotations

import aiohttp
import discord
from discord.ext import commands

from bot.complaint import one_line
from bot.config import Settings
from bot.errors import StartError


async def login(client: discord.Client, settings: Settings) -> None:
    """Log in at the address that the settings name, and set the client up.

    Raises StartError. A defect of ours in setting the client up is raised as it is.
    """
    where = settings.discord_api_url
    discord.http.Route.BASE = where
    try:
        await client.login(settings.discord_token.get_secret_value())
    except discord.LoginFailure as error:
        raise StartError(
            "DISCORD_TOKEN: Discord refuses it; copy it anew from the portal"
        ) from error
    except commands.ExtensionError:
        raise
    except discord.DiscordException as error:
        raise StartError(f"The login at {where} failed: {one_line(error)}") from error
    except (aiohttp.ClientError, OSError) as error:
        raise StartError(f"Discord cannot be reached at {where}: {one_line(error)}") from error
    except (LookupError, TypeError, ValueError) as error:  # discord.py reads what it expects
        if client.application is not None:  # it has read all that tells who the bot is
            raise
        raise StartError(f"What answers at {where} is not Discord: {one_line(error)}") from error
