"""``python -m bench [--quick] [part …]``: measure, print the table, write BENCHMARKS.md.

Without parts everything is measured, and only then the whole table is written.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench import (
    admission,
    edits,
    fairness,
    growth,
    history,
    latency,
    machine,
    memory,
    postgres,
    preview,
    report,
    rivals,
    window,
)
from bench.figures import Figure
from bench.scale import QUICK, WHOLE, Scale

PARTS: Mapping[str, Callable[[Scale], Awaitable[list[Figure]]]] = {
    "window": window.measure,
    "fairness": fairness.measure,
    "admission": admission.measure,
    "growth": growth.measure,
    "history": history.measure,
    "postgres": postgres.measure,
    "rivals": rivals.measure,
    "latency": latency.measure,
    "edits": edits.measure,
    "memory": memory.measure,
    "preview": preview.measure,
}
WRITTEN = Path(__file__).resolve().parent.parent / "BENCHMARKS.md"


def main() -> None:
    """Run what was asked for."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # the killed hang up: no news
    parser = argparse.ArgumentParser(prog="python -m bench", description="The table of ratios.")
    parser.add_argument("--quick", action="store_true", help="a quick look; writes no file")
    parser.add_argument("parts", nargs="*", help=f"some of: {', '.join(PARTS)}")
    asked = parser.parse_args()
    unknown = set(asked.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    figures = _measured(asked.parts or list(PARTS), QUICK if asked.quick else WHOLE)
    if not asked.parts and not asked.quick:
        WRITTEN.write_text(_document(figures), encoding="utf-8")
        print(f"written: {WRITTEN.name}")


def _measured(parts: list[str], scale: Scale) -> list[Figure]:
    """Measure part after part, each in an event loop of its own, and print what is found."""
    figures: list[Figure] = []
    began = time.monotonic()
    for part in parts:
        found = asyncio.run(_part(part, scale))
        for figure in found:
            print(f"{figure.verdict:8} {figure.measured:>12}  {figure.wanted:9} {figure.line}")
            if figure.detail:
                print(f"{'':33}{figure.detail}", flush=True)
        figures += found
    print(f"{time.monotonic() - began:.0f} s, load now {machine.load():.1f}")
    return figures


async def _part(part: str, scale: Scale) -> list[Figure]:
    return await PARTS[part](scale)


def _document(figures: list[Figure]) -> str:
    return report.report(
        figures,
        command="python -m bench",
        when=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        machine=f"{machine.described()}\n- load {machine.load():.1f} at the end of the run",
    )


if __name__ == "__main__":
    main()
