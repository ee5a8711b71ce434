"""The buttons under the bot's messages, as plain components whose custom id names a job.

They are answered by ``cogs/actions.py``, which reads the id, not an object in memory: so they work
after any restart. The views are stopped before they are sent, because discord.py would otherwise
dispatch a press to the view and to the DynamicItem as well (two answers to one interaction).
"""

from __future__ import annotations

import discord

from storage.job import Job


def custom_id(action: str, job_id: int) -> str:
    """Return the id of a button, for example ``job:cancel:123``; Discord allows 100 characters."""
    return f"job:{action}:{job_id}"


def cancel(job_id: int) -> discord.ui.View:
    """Return the one button of a waiting job."""
    return _view(
        discord.ui.Button(
            label="Cancel",
            style=discord.ButtonStyle.secondary,
            custom_id=custom_id("cancel", job_id),
        )
    )


def result(job: Job) -> discord.ui.View:
    """Return the buttons under a picture."""
    verbs = [("inpaint", "Inpaint")]
    if job.draft_id is not None:
        verbs.append(("compare", "Before / after"))
    return _view(
        *(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=custom_id(verb, job.id),
            )
            for verb, label in verbs
        )
    )


def _view(*buttons: discord.ui.Button[discord.ui.View]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()
    return view
