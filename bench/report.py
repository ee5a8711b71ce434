"""The table as Markdown: what BENCHMARKS.md says."""

from __future__ import annotations

from collections.abc import Iterable

from bench.figures import Figure
from bench.reasons import REASONS


def report(figures: Iterable[Figure], *, command: str, when: str, machine: str) -> str:
    """The whole document; a missed goal is followed by its reason."""
    found = list(figures)
    rows = "\n".join(_row(figure) for figure in found)
    return f"""# Benchmarks

Written by `{command}` on {when}. Everything is a ratio to something bare on the same machine in
the same run, so that the figures mean something on yours.

{machine}

| line | measured | goal | |
|---|---|---|---|
{rows}

## What the figures are made of

{_details(found)}

## Missed goals

{_missed(found)}
"""


def _row(figure: Figure) -> str:
    verdict = f"**{figure.verdict}**" if figure.verdict == "MISSED" else figure.verdict
    return f"| {figure.line} | {figure.measured} | {figure.wanted} | {verdict} |"


def _details(figures: Iterable[Figure]) -> str:
    return "\n".join(f"- {one.line}: {one.detail}." for one in figures if one.detail)


def _missed(figures: Iterable[Figure]) -> str:
    missed = [figure for figure in figures if figure.verdict == "MISSED"]
    if not missed:
        return "None."
    return "\n".join(f"- {one.line}: {one.measured} instead of {one.wanted}. {_why(one)}"
                     for one in missed)  # fmt: skip


def _why(figure: Figure) -> str:
    """The reason that is known for this line."""
    for start, reason in REASONS.items():
        if figure.line.startswith(start):
            return reason
    return "The reason is not known yet."
