"""Logging in: what is Discord's trouble, and what is a defect of ours."""

from __future__ import annotations

from typing import cast

import discord
import pytest
from discord.ext import commands

from bot.config import Settings
from bot.errors import StartError
from bot.login import login


class Client:
    """A client whose login fails, before or after it knows which application it is."""

    def __init__(self, error: Exception, application: object) -> None:
        self._error = error
        self.application = application

    async def login(self, token: str) -> None:
        """Fail."""
        assert token == "a-token"
        raise self._error


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What a start needs; and the address that discord.py asks is put back afterwards."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setenv("DISCORD_TOKEN", "a-token")
    monkeypatch.setenv("PIXAZO_API_KEY", "a-key")
    return Settings.load()


@pytest.mark.parametrize(
    ("error", "application", "kind"),
    [
        (KeyError("id"), None, StartError),
        (KeyError("id"), object(), KeyError),
        (commands.NoEntryPointError("cogs.generate"), object(), commands.NoEntryPointError),
        (discord.DiscordException("no gateway"), object(), StartError),
        (ConnectionResetError(), object(), StartError),
    ],
)
async def test_a_defect_of_ours_keeps_its_traceback(
    settings: Settings, error: Exception, application: object, kind: type[Exception]
) -> None:
    """One line is for what Discord does; what our own setting up raises is raised as it is."""
    with pytest.raises(kind):
        await login(cast(discord.Client, Client(error, application)), settings)
