"""Try everything on this machine, with no account: a page, or one of the other entrances."""

from __future__ import annotations

import signal
import time

_BEGAN = time.perf_counter()  # before the rest is read in, which is part of the wait
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C has nothing to tidy up yet

import argparse  # noqa: E402
import asyncio  # noqa: E402
import importlib  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402

from playground import browser, page  # noqa: E402
from playground.first import first  # noqa: E402
from playground.interrupts import Interrupts  # noqa: E402
from playground.listening import PortTaken  # noqa: E402
from playground.pixazo import Terms  # noqa: E402
from playground.process import BotEnded  # noqa: E402
from playground.stage import KEY, Stage, stage  # noqa: E402

ENTRANCES = {"tour": "playground.tour", "screenshots": "playground.screenshots"}
PORT = 8088
INTERRUPTED = 130  # what a shell says of a program that Ctrl-C ended


async def play(folder: Path, port: int, *, shown: bool) -> int:
    """Open everything, say or show where, and wait for Ctrl-C; returns the exit status."""
    terms = Terms(key=KEY, realistic=True)
    with Interrupts.heard() as interrupts:
        async with stage(folder, terms=terms, started=False) as whole:
            try:
                async with page.opened(whole, port=port) as address:
                    return await _open(whole, address, interrupts, shown=shown)
            finally:
                await _close(whole, interrupts)


async def _open(whole: Stage, address: str, interrupts: Interrupts, *, shown: bool) -> int:
    """Start the bot and wait until it shall all end."""
    try:
        started = await first(interrupts.asked.wait(), whole.start())
    except (TimeoutError, BotEnded) as error:
        print(f"The bot did not start ({error}):\n{whole.bot.log}", file=sys.stderr)
        return 1
    if started:
        ready = time.perf_counter() - _BEGAN
        print(f"The playground is at {address} (usable after {ready:.1f} s). Ctrl-C ends it.")
        sys.stdout.flush()
        if shown:
            browser.show(address)
        await interrupts.asked.wait()
    return 0


async def _close(whole: Stage, interrupts: Interrupts) -> None:
    """End the bot, in its own time or, when that is insisted on, at once."""
    if not whole.bot.running:
        return
    whole.pixazo.resume()  # what was held back would only be waited for
    print("Closing … the bot has 20 s for what it is drawing. Ctrl-C again cuts that short.")
    sys.stdout.flush()
    try:
        insisted = await first(whole.bot.stop(), interrupts.insisted.wait())
    except TimeoutError:
        print("The bot did not end by itself, so it was killed.", file=sys.stderr)
        return
    if insisted:
        await whole.bot.kill()
        print("Cut short: the bot was killed.")


def main() -> int:
    """Choose the entrance; without a word it is the page."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return _entered()
    except KeyboardInterrupt:
        return INTERRUPTED


def _entered() -> int:
    if len(sys.argv) > 1 and sys.argv[1] in ENTRANCES:
        module = importlib.import_module(ENTRANCES[sys.argv.pop(1)])
        return int(module.main() or 0)
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help="0 picks a free one")
    parser.add_argument("--no-open", action="store_true", help="only say where, open no browser")
    chosen = parser.parse_args()
    shown = not chosen.no_open and browser.watched()
    with tempfile.TemporaryDirectory(prefix="playground-") as folder:
        try:
            return asyncio.run(play(Path(folder), chosen.port, shown=shown))
        except PortTaken as error:
            print(f"{error}. Try --port 0.", file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
