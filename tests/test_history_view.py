"""The gallery's page: within Discord's limits, and every press says where it came from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from discord import ui
from hypothesis import example, given
from hypothesis import strategies as st

from bot import history_view
from bot.catalog import OPERATIONS
from bot.history_view import ENTRIES, TEMPLATE, Look, Press, Preview, look, page
from storage.gallery import Entry, Page
from storage.job import Job
from tests.jobs import BIG, job

ME = BIG - 5
LONGEST = max((operation.command for operation in OPERATIONS), key=len)


def picture(number: int = 0, **changes: Any) -> Job:
    """A picture of mine."""
    known = {"id": BIG - number, "member_id": ME, "values": {"prompt": "a *fox*", "seed": 42}}
    return job(**(known | changes))


def full(look: Look, **changes: Any) -> ui.LayoutView:
    """The largest page there is."""
    jobs = [picture(number, **changes) for number in range(ENTRIES + 2)]
    shown = Page(entries=tuple(Entry(job=one, favourite=False) for one in jobs), older=BIG)
    link = Preview(link="https://cdn.example/a.png")
    return page(shown, look, {one.id: link for one in jobs})


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
    assert said[1] == "**Stable Diffusion XL** · <t:1800000005:R> · seed 42"
    assert said[2] == r"a \*fox\*"


def test_a_picture_without_a_link_is_said_in_words() -> None:
    """What has no thumbnail says why; a private or deleted message cannot be opened either."""
    gone, private = picture(1), picture(2, private=True, values={"prompt": "x"})
    shown = Page(
        entries=(Entry(job=gone, favourite=True), Entry(job=private, favourite=False)), older=None
    )
    why = {
        gone.id: Preview(missing="its message is gone", gone=True),
        private.id: Preview(missing="private"),
    }
    view = page(shown, Look(), why)
    assert "No preview: its message is gone." in texts(view)
    assert "No preview: private." in texts(view)
    labels = [button.label for button in buttons(view)]
    assert labels == ["Again", "★", "Delete", "Again", "☆", "Delete"]


@pytest.mark.parametrize(
    ("made", "link"),
    [
        (picture(guild_id=1, channel_id=2, message_id=3), "https://discord.com/channels/1/2/3"),
        (
            picture(guild_id=None, channel_id=2, message_id=3),
            "https://discord.com/channels/@me/2/3",
        ),
        (picture(private=True), None),
        (picture(message_id=None), None),
    ],
)
def test_links_to_messages(made: Job, link: str | None) -> None:
    """A message is linked where a member can see it."""
    assert history_view.message_link(made) == link


def test_an_empty_page_says_so() -> None:
    """No picture at all, and none in this part, are different sentences."""
    nothing = page(Page(entries=(), older=None), look(words="f_x", command="sd3"), {})
    assert texts(nothing) == "**Your pictures · Stable Diffusion 3 · “f\\_x”**\nNone yet."
    further = page(Page(entries=(), older=5), Look(), {})
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
