"""The machine that the figures were measured on, in words."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "discord.py", "aiosqlite", "asyncpg", "pgserver", "aiolimiter", "limits", "pyrate-limiter",
)  # fmt: skip


def described() -> str:
    """Processor, memory, system and versions on one line each."""
    libraries = ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name)))
    return "\n".join(
        (
            f"- {_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB",
            f"- {platform.system()} {platform.release()}, Python {platform.python_version()},"
            f" SQLite {sqlite3.sqlite_version}",
            f"- {libraries}",
        )
    )


def load() -> float:
    """How many processes wanted the processor over the last minute."""
    return os.getloadavg()[0]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
