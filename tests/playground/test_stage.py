"""The stage and its bot: what is noticed of a bot that does not do what it should."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.config import Settings
from playground import process
from playground.__main__ import _close
from playground.bot_switch import BotSwitch
from playground.interrupts import Interrupts
from playground.process import BotEnded, BotProcess
from playground.stage import Stage, stage

DEAF = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""


async def deaf(whole: Stage) -> None:
    """Start a bot in the stage's folder that does not hear SIGTERM."""
    (whole.bot.folder / "bot.py").write_text(DEAF)
    await whole.bot.start()
    async with asyncio.timeout(20):
        while "deaf" not in whole.bot.log:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("letters", [str.upper, str.lower])
async def test_the_bot_gets_no_setting_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letters: Callable[[str], str]
) -> None:
    """Of all settings in this process's own environment none reaches it, only the given one."""
    for name in Settings.names():
        monkeypatch.setenv(letters(name), "ours")
    monkeypatch.setenv("PLAYGROUND_TEST", "kept")
    (tmp_path / "bot.py").write_text("import json, os; print(json.dumps(dict(os.environ)))")
    bot = BotProcess(folder=tmp_path, settings={"LOG_LEVEL": "INFO"})
    await bot.start()
    assert await bot.ended() == 0
    given = json.loads(bot.log)
    assert {name for name in given if name.upper() in Settings.names()} == {"LOG_LEVEL"}
    assert given["LOG_LEVEL"] == "INFO"
    assert given["PLAYGROUND_TEST"] == "kept"


async def test_a_bot_that_ends_at_once_is_not_waited_for(tmp_path: Path) -> None:
    """Its end is the answer, with its status; the panel's switch shows its last words."""
    (tmp_path / "bot.py").write_text("raise SystemExit('boom')")
    async with stage(tmp_path, started=False) as whole:
        with pytest.raises(BotEnded, match="status 1"):
            await whole.start()
        switch = BotSwitch(whole)
        await switch.turn("start")
        assert switch.mood == "down"
        assert "boom" in switch.trouble


async def test_a_bot_is_killed_without_a_signal_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows has neither SIGKILL nor SIGCONT; there too the second Ctrl-C is the end."""
    monkeypatch.setattr(process, "signal", SimpleNamespace(SIGTERM=signal.SIGTERM))
    async with stage(tmp_path, started=False) as whole:
        await deaf(whole)
        interrupts = Interrupts()
        interrupts.insisted.set()
        await _close(whole, interrupts)
        assert not whole.bot.running


async def test_a_bot_that_does_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After its time it is killed, which is said as what it is."""
    monkeypatch.setattr(process, "STOP_WITHIN", 0.1)
    async with stage(tmp_path, started=False) as whole:
        await deaf(whole)
        await _close(whole, Interrupts())
        assert not whole.bot.running
    assert "did not end by itself, so it was killed" in capsys.readouterr().err
