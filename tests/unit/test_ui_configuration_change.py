"""A change of the configuration: what it says, what follows from it, what two at once become."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import HTTPException
from hypothesis import given
from hypothesis import strategies as st

from edge.api.ui.change.course import amiss, course
from edge.api.ui.change.effects import effects
from edge.api.ui.change.merge import merged
from edge.api.ui.change.mistakes import MOST_SHOWN, lines_of, mistakes
from edge.api.ui.change.sections import SECTIONS
from edge.api.ui.change.sides import sides
from edge.api.ui.change.typed import Change, Edit, decode
from edge.config.whole_file import SiteFile
from edge.errors import Problem
from edge.model import Text
from edge.versions import Changes, Files, Trial, Version
from tests.fakes.small_site import SITE

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)


def files(text: str, name: str = "site.yaml") -> Files:
    """A configuration of one file."""
    return Files(site=name, contents={name: text.encode()})


def test_what_differs_stands_side_by_side() -> None:
    """A changed line stands beside what it was; what only came or went has nothing beside it."""
    [found] = sides(files("a\nb\nc\nd\n"), files("a\nB\nc\nd\ne\n"))
    assert (found.added, found.removed, found.state) == (2, 1, "changed")
    rows = [(row.kind, row.old, row.new, row.before, row.after) for row in found.rows[1:]]
    assert rows == [
        ("same", 1, 1, "a", "a"),
        ("changed", 2, 2, "b", "B"),
        ("same", 3, 3, "c", "c"),
        ("same", 4, 4, "d", "d"),
        ("changed", 0, 5, "", "e"),
    ]


def test_a_difference_without_end_is_cut() -> None:
    """Of a table that is another altogether the first rows are shown, and how many are not."""
    many = "".join(f"{n}\n" for n in range(5_000))
    [found] = sides(files("", "t.csv"), files(many, "t.csv"))
    assert len(found.rows) == 2_000
    assert found.more == 3_001


def test_what_matters_most_is_told_first() -> None:
    """What cannot be done comes before what is lost for a while, and that before what is new."""
    changed = Changes(
        links_changed=("bus-1", "bus-2"),
        devices_added=("lift-2",),
        rules_removed=("old",),
        sections=("alarms", "policies"),
        page=True,
        needs_restart=(Text("不行", "not while it runs"),),
    )
    found = effects(changed)
    assert [each.tone for each in found[:3]] == ["life_safety", "fault", "fault"]
    words = [each.words.en for each in found]
    assert words[0] == "not while it runs"
    assert "bus-1, bus-2" in words[2]
    assert "Changed: alarms of devices" not in words  # those of the new device come with it
    assert "Changed: what alarms become" in words
    [nothing] = effects(Changes())
    assert nothing.tone == "good"


def test_two_changes_of_different_lines_come_together() -> None:
    """Neither is lost; the same change of both is one change."""
    base = "a\nb\nc\nd\n"
    assert merged(base, "A\nb\nc\nd\n", "a\nb\nc\nd\ne\n") == "A\nb\nc\nd\ne\n"
    assert merged(base, "a\nb\nC\nd\n", "a\nb\nC\nd\n") == "a\nb\nC\nd\n"
    assert merged(base, "a\nb\nc\n", "A\nb\nc\nd\n") == "A\nb\nc\n"


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("a\nX\nc\nd\n", "a\nY\nc\nd\n"),
        ("a\nX\nc\nd\n", "a\nc\nd\n"),
        ("a\nX\nb\nc\nd\n", "a\nY\nb\nc\nd\n"),
        ("a\nX\nc\nd\n", "a\nb\nY\nd\n"),
    ],
)
def test_two_changes_that_touch_are_left_to_a_person(mine: str, theirs: str) -> None:
    """The same line, what stands beside it, two lines put in at one place."""
    assert merged("a\nb\nc\nd\n", mine, theirs) is None


TEXTS = st.lists(st.sampled_from("abcd"), max_size=8).map(
    lambda lines: "".join(f"{each}\n" for each in lines)
)


@given(TEXTS, TEXTS)
def test_a_change_of_one_alone_is_that_change(base: str, mine: str) -> None:
    """Whoever did not change anything does not stand in the way."""
    assert merged(base, mine, base) == mine
    assert merged(base, base, mine) == mine
    assert merged(base, mine, mine) == mine


def test_an_item_goes_into_its_place_whatever_else_has_changed() -> None:
    """The others' change of another item stays; a whole file has to be brought together."""
    base = files(SITE)
    theirs = files(SITE.replace("电箱", "总电箱"))
    item = Edit(
        what="item",
        name="devices",
        key="fire-1",
        text="id: fire-1\nlink: fire\nprofile: panels/gb26875\nname: {zh: 主机, en: Panel}\n"
        "address: {address: 8}\n",
    )
    whole = Edit(what="file", name="site.yaml", text=SITE.replace("Fire panel", "Panel"))
    for edit in (item, whole):
        change = Change(edits=(edit,)).onto(base, theirs)
        assert change is not None
        text = change.on(theirs).text()
        assert "总电箱" in text
        assert "en: Panel" in text
    again = Edit(what="file", name="site.yaml", text=SITE.replace("电箱", "电柜"))
    assert Change(edits=(again,)).onto(base, theirs) is None


def test_a_change_survives_the_form() -> None:
    """What a browser carries from step to step comes back as it was; what it makes up does not."""
    change = Change(
        edits=(Edit(what="file", name="profiles/a.yaml", text='中文 "quoted"\n\ttab\n'),),
        back="/add/name?zh=%E6%A2%AF",
        device="lift-2",
    )
    assert decode(change.encode()) == change
    for nonsense in ("", "[]", '{"edits":[]}', '{"edits":[{"what":"rm","name":"/"}]}', "{" * 5_000):
        with pytest.raises(HTTPException, match="not complete"):
            decode(nonsense)


def test_a_mistake_stands_beside_its_line() -> None:
    """In the order of the files, the site file first; of more than anybody reads the first ones."""
    held = Files(
        site="site.yaml", contents={"site.yaml": b"a: 1\nb: 2\n", "profiles/x.yaml": b"c\n"}
    )
    words = Text("错", "wrong")

    def problem(file: str, line: int) -> Problem:
        return Problem(file=file, line=line, what=words, remedy=words)

    found = mistakes(
        [problem("profiles/x.yaml", 1), problem("site.yaml", 2), problem("site.yaml", 9)], held
    )
    assert [(each.file, each.line, each.text) for each in found] == [
        ("site.yaml", 2, "b: 2"),
        ("site.yaml", 9, ""),
        ("profiles/x.yaml", 1, "c"),
    ]
    assert lines_of(found, "site.yaml") == "2 9"
    assert len(mistakes([problem("site.yaml", n) for n in range(500)], held)) == MOST_SHOWN


def test_why_a_link_is_not_up_is_told_in_words() -> None:
    """What the operating system says is no help to a technician."""
    told = amiss(
        Text("x", "the link bus-9 is not up: [Errno 111] Connect call failed ('10.0.0.9', 502)")
    )
    assert "bus-9" in told.what.zh
    assert "Errno" not in told.what.en
    assert "port" in told.remedy.en
    other = Text("设备没有应答", "the device does not answer")
    assert amiss(other).what == other


def test_a_change_is_followed_to_its_end_and_beyond() -> None:
    """While it is on trial, from the trial; after a restart, from what was written down."""
    version = Version(
        number=3,
        at=AT,
        by="wang",
        note="why",
        etag="e",
        state="rolled_back",
        reason=Text("断", "lost"),
    )
    trial = Trial(state="watching", version=3, by="wang", until=AT + timedelta(seconds=24))
    live = course(3, trial, version, AT, None)
    assert (live.how, live.left, live.over) == ("watching", timedelta(seconds=24), False)
    past = course(3, Trial(), version, AT, None)
    assert (past.how, past.reasons[0].what.en, past.over) == ("rolled_back", "lost", True)
    assert course(9, trial, None, AT, None).how == "unknown"


def test_every_section_of_a_site_file_is_on_the_page() -> None:
    """Whoever adds one to the file adds it there."""
    assert set(SECTIONS) == set(SiteFile.model_fields)
