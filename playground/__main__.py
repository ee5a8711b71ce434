"""Try everything on this machine, with no account: a page, or one of the other entrances."""

from __future__ import annotations

import time

_BEGAN = time.perf_counter()  # before the rest is read in, which is part of the wait

import argparse  # noqa: E402
import asyncio  # noqa: E402
import importlib  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402

from playground import page  # noqa: E402
from playground.pixazo import Terms  # noqa: E402
from playground.stage import KEY, stage  # noqa: E402

ENTRANCES = {"tour": "playground.tour", "screenshots": "playground.screenshots"}
PORT = 8088


async def play(folder: Path, port: int) -> int:
    """Open everything, say where, and wait for Ctrl-C; returns the exit status."""
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    terms = Terms(key=KEY, realistic=True)
    async with (
        stage(folder, terms=terms, started=False) as whole,
        page.opened(whole, port=port) as address,
    ):
        try:
            await whole.start()
        except TimeoutError:
            print(f"The bot did not start:\n{whole.bot.log}", file=sys.stderr)
            return 1
        ready = time.perf_counter() - _BEGAN
        print(f"The playground is at {address} (usable after {ready:.1f} s). Ctrl-C ends it.")
        sys.stdout.flush()
        await stopped.wait()
        print("Closing …")
    return 0


def main() -> int:
    """Choose the entrance; without a word it is the page."""
    if len(sys.argv) > 1 and sys.argv[1] in ENTRANCES:
        module = importlib.import_module(ENTRANCES[sys.argv.pop(1)])
        return int(module.main() or 0)
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="0 picks a free one")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="playground-") as folder:
        try:
            return asyncio.run(play(Path(folder), chosen.port))
        except OSError as error:
            print(f"Port {chosen.port} cannot be used ({error}). Try --port 0.", file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
