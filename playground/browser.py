"""Shows an address in the browser of whoever sits at this machine, if anybody does."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
AWAY = ("CI", "SSH_CONNECTION")  # nobody sits here


def watched() -> bool:
    """Whether somebody reads this in a terminal, with a screen for windows beside it."""
    if not sys.stdout.isatty() or any(map(os.environ.get, AWAY)):
        return False
    return sys.platform in ("win32", "darwin") or any(map(os.environ.get, SCREENS))


def show(address: str) -> None:
    """Have the browser open the address; returns at once, and does no harm where there is none."""
    threading.Thread(target=_open, args=(address,), daemon=True).start()


def _open(address: str) -> None:
    """Run it away from the terminal: some browsers print, wait, or want the keyboard."""
    with suppress(OSError):
        subprocess.run(  # noqa: S603 - our own interpreter, our own address
            [sys.executable, "-I", "-m", "webbrowser", address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )
