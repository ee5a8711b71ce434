"""The real bot as a process of its own: started, stopped, killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.config import Settings

ROOT = Path(__file__).resolve().parent.parent
STOP_WITHIN = 25.0  # seconds; the bot promises 20
OWN = frozenset(Settings.names())

# With the leash a bot does not outlive a playground that was killed.
LEASH = ("-I", "-S", str(ROOT / "playground" / "leash.py")) if sys.platform == "linux" else ()


class BotEnded(Exception):
    """The bot ended when it should have gone on; says with which status."""


@dataclass(kw_only=True)
class BotProcess:
    """``python -m bot`` with these settings and nothing of this process's own settings.

    It runs in ``folder``, where its database and its log are kept over restarts.
    """

    folder: Path
    settings: Mapping[str, str]
    arguments: tuple[str, ...] = ()
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def log(self) -> str:
        """Everything the process has written, over all its starts."""
        return self._log_path.read_text(errors="replace") if self._log_path.exists() else ""

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The process's id; raises RuntimeError when it was never started."""
        return self._started().pid

    async def start(self) -> None:
        """Start it; what it says is waited for elsewhere."""
        with self._log_path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *LEASH,
                "-m",
                "bot",
                *self.arguments,
                cwd=self.folder,
                env=self._environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(self._started().kill)

    async def stop(self) -> int:
        """End it as a service manager would; return its exit status."""
        return await self._end(self._started().terminate)

    async def ended(self, within: float = 20.0) -> int:
        """Wait until it ends by itself; return its exit status. Raises TimeoutError."""
        async with asyncio.timeout(within):
            return await self.exit()

    async def exit(self) -> int:
        """Wait, however long, until it ends; return its exit status."""
        return await self._started().wait()

    async def _end(self, way: Callable[[], None]) -> int:
        process = self._started()
        if process.returncode is None:
            if hasattr(signal, "SIGCONT"):  # one that was stopped would not hear that it shall end
                process.send_signal(signal.SIGCONT)
            way()
        try:
            async with asyncio.timeout(STOP_WITHIN):
                return await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise

    def _started(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the bot was never started")
        return self._process

    def _environment(self) -> dict[str, str]:
        # The bot reads its settings in capitals and in small letters.
        inherited = {name: value for name, value in os.environ.items() if name.upper() not in OWN}
        paths = [str(ROOT), *filter(None, [inherited.get("PYTHONPATH")])]
        return {**inherited, "PYTHONPATH": os.pathsep.join(paths), **self.settings}

    @property
    def _log_path(self) -> Path:
        return self.folder / "bot.log"
