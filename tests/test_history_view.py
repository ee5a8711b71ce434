"""The gallery's page: within Discord's limits, and every press says where it came from."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from discord import ui
from hypothesis import example, given
from hypothesis import strategies as st

from bot import history_view
from bot.catalog import OPERATIONS
from bot.history_view import ENTRIES, TEMPLATE, Look, Press, look, page
from storage.gallery import Entry, Page
from storage.job import Job

BIG = (1 << 63) - 1
ME = BIG - 5
LONGEST = max((operation.command for operation in OPERATIONS), key=len)


def job(number: int = 0, **changes: Any) -> Job:
    """A finished job with ids as long as they get."""
    known: dict[str, Any] = {
        "id": BIG - number, "request_id": BIG, "number": 0, "member_id": ME, "guild_id": BIG,
        "channel_id": BIG, "operation": "sdxl", "values": {"prompt": "a *fox*", "seed": 42},
        "lane": "free", "price": 0, "private": False, "upload_limit": 1, "draft_id": None,
        "parent_id": None, "set_size": 1, "spoiler": False, "deleted_at": None,
        "application_id": 9, "token": "", "state": "drawn", "attempt": 1, "tries": 0,
        "worker": None, "reporter": None, "message_id": BIG, "links": (), "receipt": None,
        "reason": None, "slot": None, "placed_at": 1_800_000_000_000, "started_at": None,
        "drawn_at": 1_800_000_005_000, "told_at": 1_800_000_006_000, "seconds": 1.0, "day": 1,
    }  # fmt: skip
    return Job(**(known | changes))


def full(look: Look, **changes: Any) -> ui.LayoutView:
    """The largest page there is."""
    jobs = [job(number, **changes) for number in range(ENTRIES + 2)]
    shown = Page(entries=tuple(Entry(job=one, favourite=False) for one in jobs), older=BIG)
    return page(shown, look, {one.id: "https://cdn.example/a.png" for one in jobs}, ME)


def buttons(view: ui.LayoutView) -> list[Any]:
    """Every button of the page."""
    return [item for item in view.walk_children() if isinstance(item, ui.Button)]


def texts(view: ui.LayoutView) -> str:
    """All that the page says."""
    return "\n".join(i.content for i in view.walk_children() if isinstance(i, ui.TextDisplay))


async def test_the_largest_page_is_within_discords_limits() -> None:
    """At most 40 components and 4,000 characters, every id its own and at most 100 characters."""
    widest = Look(before=BIG, words="🦊" * 16, command=LONGEST, favourites=True)
    view = full(widest, values={"prompt": "_" * 2000, "seed": 2**32 - 1})
    assert len(list(view.walk_children())) == 3 + 8 * ENTRIES + 1 <= 40
    assert len(texts(view)) <= 4000
    ids = [button.custom_id for button in buttons(view) if button.url is None]
    assert len(set(ids)) == len(ids)
    assert max(len(one.encode("utf-16-le")) // 2 for one in ids) <= 100
    assert view.is_finished()


def test_every_id_says_what_was_pressed_and_where() -> None:
    """A press is read from its id alone, with the page that it stood on."""
    here = Look(before=7, words="fox: in snow", command="sdxl", favourites=True)
    pressed = [history_view.read(b.custom_id) for b in buttons(full(here)) if b.url is None]
    assert pressed[:3] == [
        Press(verb="again", number=BIG, look=here),
        Press(verb="mark", number=BIG, look=here),
        Press(verb="delete", number=BIG, look=here),
    ]
    newest, older = pressed[-2:]
    assert newest is not None
    assert older is not None
    assert history_view.turned(newest) == Look(
        words="fox: in snow", command="sdxl", favourites=True
    )
    assert history_view.turned(older).before == BIG
    assert pressed[0] is not None
    assert history_view.turned(pressed[0]) == here


@example(words="x" * 80, number=BIG, favourites=True)
@example(words="🦊" * 80, number=BIG, favourites=True)
@given(words=st.text(max_size=80), number=st.integers(0, BIG), favourites=st.booleans())
def test_any_words_come_back_from_the_id(words: str, number: int, favourites: bool) -> None:
    """Whatever is searched for fits into the ids, and is found again in them."""
    here = replace(look(words=words, command=LONGEST, favourites=favourites), before=number)
    made = history_view.custom_id("unmark", number, here)
    assert len(made.encode("utf-16-le")) // 2 <= 100
    assert history_view.read(made) == Press(verb="unmark", number=number, look=here)
    short = " ".join(words.split())
    assert short.startswith(here.words)
    assert here.words == short or len(words.encode("utf-16-le", "replace")) > 62


@pytest.mark.parametrize(
    "forged",
    ["", "hist:", "hist:drop:1:0:0::", "hist:mark:x:0:0::", "hist:mark:1:0:2::", "job:mark:1",
     "hist:mark:1:0:0:SDXL:", f"hist:mark:1:0:0::{'x' * 33}", f"hist:mark:{'9' * 21}:0:0::"],
)  # fmt: skip
def test_other_ids_are_not_read(forged: str) -> None:
    """Only what this page writes is read."""
    assert history_view.read(forged) is None
    assert TEMPLATE.fullmatch(forged) is None


def test_the_text_is_as_typed_and_short() -> None:
    """Markdown of a prompt is not markdown of the page; date, model and seed stand before it."""
    view = full(Look())
    said = texts(view).split("\n")
    assert said[0] == "**Your pictures**"
    assert said[1] == "**Stable Diffusion XL** · <t:1800000005:f> · seed 42"
    assert said[2] == r"a \*fox\*"


def test_a_picture_without_a_link_is_said_in_words() -> None:
    """A deleted or private message has no thumbnail; a private one cannot be opened either."""
    shown = Page(
        entries=(
            Entry(job=job(1), favourite=True),
            Entry(job=job(2, private=True, values={"prompt": "x"}), favourite=False),
        ),
        older=None,
    )
    view = page(shown, Look(), {}, ME)
    assert "its message is gone" in texts(view)
    assert "No preview: private." in texts(view)
    labels = [button.label for button in buttons(view)]
    assert labels == ["Open", "Again", "★", "Delete", "Again", "☆", "Delete"]


def test_only_ones_own_pictures_have_delete() -> None:
    """Another member's picture among the favourites can be drawn again, not deleted."""
    shown = Page(entries=(Entry(job=job(member_id=5), favourite=True),), older=None)
    view = page(shown, look(favourites=True), {}, ME)
    assert [button.label for button in buttons(view)] == ["Open", "Again", "★"]


@pytest.mark.parametrize(
    ("made", "link"),
    [
        (job(guild_id=1, channel_id=2, message_id=3), "https://discord.com/channels/1/2/3"),
        (job(guild_id=None, channel_id=2, message_id=3), "https://discord.com/channels/@me/2/3"),
        (job(private=True), None),
        (job(message_id=None), None),
    ],
)
def test_links_to_messages(made: Job, link: str | None) -> None:
    """A message is linked where a member can see it."""
    assert history_view.message_link(made) == link


def test_an_empty_page_says_so() -> None:
    """No picture at all, and none in this part, are different sentences."""
    nothing = page(Page(entries=(), older=None), look(words="f_x", command="sd3"), {}, ME)
    assert texts(nothing) == "**Your pictures · Stable Diffusion 3 · “f\\_x”**\nNone yet."
    further = page(Page(entries=(), older=5), Look(), {}, ME)
    assert "older ones" in texts(further)
    assert [button.label for button in buttons(further)] == ["Older"]


def test_a_command_stands_for_its_twins() -> None:
    """Searching by a model finds what its stream endpoint drew."""
    assert look(command="lightning").operations == ("lightning", "lightning-stream")
    assert look().operations == ()
    assert look(command="nothing").operations == ()


def test_the_spoiler_stays_covered() -> None:
    """A picture that was posted as a spoiler is one in the gallery."""
    view = full(Look(), spoiler=True)
    covers = [i.spoiler for i in view.walk_children() if isinstance(i, ui.Thumbnail)]
    assert covers == [True] * ENTRIES


def test_the_export_is_a_file_that_json_reads() -> None:
    """All tables are in it; a large one is compressed."""
    tables = {"pictures": [{"id": 1, "options": {"prompt": "лиса"}}], "days": []}
    name, data = history_view.export_file(ME, tables, 1 << 20)
    assert name.endswith(".json")
    assert json.loads(data)["pictures"] == tables["pictures"]
    assert "лиса" in data.decode()
    small, packed = history_view.export_file(ME, tables, 10)
    assert small.endswith(".json.gz")
    assert gzip.decompress(packed) == data
