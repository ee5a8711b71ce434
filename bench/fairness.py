"""Simulated: how much of the limit is used, how long newcomers wait, how equal the shares are."""

from __future__ import annotations

from bench import plot
from bench.figures import Figure, jain, quantile
from bench.orders import PER_MINUTE
from bench.scale import Scale
from bench.simulate import Run, alike, first_come, simulate, window_alone

NEWCOMER_EVERY_S = 20.0
MIXED = {1: 100, 2: 100, 3: 200, 4: 200, 5: 400}  # weights: single, double, fourfold share


async def measure(scale: Scale) -> list[Figure]:
    """The simulated lines of the table; draws the picture of the waits on the way."""
    minutes = scale.simulated_minutes
    runs = [
        await simulate(alike(heavy), minutes=minutes, newcomer_every_s=NEWCOMER_EVERY_S)
        for heavy in scale.heavy
    ]
    mixed = await simulate(MIXED, minutes=minutes)
    if scale.name == "whole":
        plot.waits(
            {run.heavy: [wait for wait, _ in run.waits] for run in runs},
            {heavy: first_come(heavy) for heavy in scale.heavy},
        )
    return [_utilisation(scale, [*runs, mixed]), _newcomers(runs), *_shares(runs, mixed)]


def _utilisation(scale: Scale, runs: list[Run]) -> Figure:
    alone = window_alone(PER_MINUTE, 24 if scale.name == "whole" else 4)
    claimed = min(run.utilisation() for run in runs)
    return Figure(
        line="steady utilisation / (N W/(W+D)), simulated",
        value=min(alone, claimed),
        sense=">=",
        goal=0.998,
        digits=4,
        detail=f"least of {len(runs)} runs of the real claim ({claimed:.4f}) and the window alone"
        f" ({alone:.4f}); {min(alone, claimed) * 60 / 60.5:.4f} of N per window",
    )


def _newcomers(runs: list[Run]) -> Figure:
    worst = [quantile(run.ratios(), 0.99) for run in runs]
    waits = ", ".join(
        f"{run.heavy}: {quantile([w for w, _ in run.waits], 0.5):.1f} s"
        f"/{quantile([w for w, _ in run.waits], 0.99):.1f} s"
        for run in runs
    )
    return Figure(
        line="newcomer p99 / ((members waiting + 1) · gap), behind 200 queued each",
        value=max(worst),
        sense="<=",
        goal=1.0,
        detail=f"worst over the crowds; p50/p99 by members with 200 queued: {waits}",
    )


def _shares(runs: list[Run], mixed: Run) -> list[Figure]:
    least = min(
        jain([run.served[member] for member in alike(run.heavy)]) for run in runs if run.heavy > 1
    )
    weighted = jain([mixed.served[member] / weight for member, weight in MIXED.items()])
    line = "Jain's index over backlogged members, simulated"
    return [
        Figure(line=line, value=least, sense=">=", goal=0.999, digits=4,
               detail=f"least over {[run.heavy for run in runs if run.heavy > 1]} members"),
        Figure(line=f"{line}, weights 1, 2 and 4", value=weighted, sense=">=", goal=0.999, digits=4,
               detail="of turns per weight"),
    ]  # fmt: skip
