"""The picture of the README: how long a newcomer waits behind members with long queues."""

from __future__ import annotations

from pathlib import Path

from bench.figures import quantile

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "fair-share.png"
OURS, THEIRS, BOUND = "#2a6f97", "#c1554d", "#8a8a8a"


def waits(fair: dict[int, list[float]], first_come: dict[int, float]) -> bool:
    """Draw the newcomers' waits (s) by number of heavy members; False without matplotlib."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("Agg")
    from matplotlib import pyplot

    crowds = sorted(fair)
    figure, axes = pyplot.subplots(figsize=(8, 4.5), dpi=120, layout="constrained")
    axes.plot(crowds, [first_come[n] for n in crowds], "s--", color=THEIRS,
              label="first come, first served")  # fmt: skip
    axes.plot(crowds, [(n + 1) * 60.5 / 60 for n in crowds], ":", color=BOUND,
              label="promise: one round, (members + 1) × 1.01 s")  # fmt: skip
    low, high = ([quantile(fair[n], share) for n in crowds] for share in (0.5, 0.99))
    axes.plot(crowds, high, "v-", color=OURS, alpha=0.6, label="fair share, 99 of 100 wait less")
    axes.plot(crowds, low, "o-", color=OURS, label="fair share, median")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(crowds, [str(n) for n in crowds])
    axes.minorticks_off()
    ticks = {0.5: "0.5 s", 1: "1 s", 5: "5 s", 15: "15 s", 60: "1 min", 600: "10 min", 3600: "1 h"}
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set_xlabel("members with 200 pictures in line")
    axes.set_ylabel("a newcomer waits for the turn")
    axes.set_title("One newcomer, one picture, 60 requests a minute (simulated)", fontsize=11)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE)
    pyplot.close(figure)
    return True
