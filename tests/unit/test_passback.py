"""Let in twice without having gone out."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config import load
from edge.errors import ConfigError
from edge.model import Access, AccessDecision, Quality
from edge.rules import passback
from edge.rules.passback import BUILT_IN, PassbackOptions, PassbackState
from tests.fakes.rule_life import RuleLife, at, device, reading
from tests.fakes.site import bare_site
from tests.source_tree import ROOT

HOUR = 3600.0
SITE = bare_site(
    devices=dict(
        [
            device("b1-in", building="b1", direction="in"),
            device("b1-out", building="b1", direction="out"),
            device("north-in", direction="in", link="north"),
            device("south-in", direction="in", link="south"),
            device("south-out", direction="out", link="south"),
            device("b2-in", building="b2", direction="in"),
            device("b2-both", building="b2"),
            device("b3-in", building="b3", direction="in"),
        ]
    )
)


def life() -> RuleLife:
    """All gates of the site."""
    return RuleLife(lambda: BUILT_IN.build(SITE, PassbackOptions()))


def passes(
    seconds: float, gate: str, person: str = "7", decision: AccessDecision = "granted"
) -> Access:
    """Somebody at a gate, at that second of its clock."""
    return Access(device=gate, decision=decision, at=at(seconds), person=person)


def play(*passages: tuple[float, str], of: RuleLife | None = None) -> list[tuple[float, str, str]]:
    """One person's way through the gates."""
    of = of or life()
    for seconds, gate in passages:
        of.tell(seconds, passes(seconds, gate))
    of.wait(100 * HOUR)
    return of.story


def test_gates_are_paired_where_every_way_is_known() -> None:
    """A building with a gate for both ways, or with no way out, is not followed."""
    rules = list(BUILT_IN.build(SITE, PassbackOptions()))
    assert [rule.id for rule in rules] == [".passback/b1", ".passback/site"]
    watched = {kind.partition("/")[0] for kind in rules[1].kinds}
    assert watched == {"north-in", "south-in", "south-out"}
    assert list(BUILT_IN.build(SITE, PassbackOptions(enabled=False))) == []


def test_the_site_file_says_which_way(tmp_path: Path) -> None:
    """`direction` of a device reaches the rules; a third word is refused."""
    folder = tmp_path / "riverside"
    shutil.copytree(ROOT / "simulators/sites/riverside", folder)
    text = (folder / "site.yaml").read_text()
    for name, word in (("site.yaml", "in"), ("wrong.yaml", "up")):
        told = text.replace("{device_id: '1001'}", f"{{device_id: '1001'}}\n    direction: {word}")
        (folder / name).write_text(told)
    devices = load(folder / "site.yaml").site.devices
    assert (devices["gate-1"].direction, devices["gate-3"].direction) == ("in", "")
    with pytest.raises(ConfigError, match="direction"):
        load(folder / "wrong.yaml")


def test_in_and_in_again_is_told() -> None:
    """At the gate of the second entry, for a minute; a way out between makes it good."""
    assert play((0, "north-in"), (60, "south-in")) == [
        (60, "raised", "south-in/passback"),
        (120, "cleared", "south-in/passback"),
    ]
    assert play((0, "north-in"), (50, "south-out"), (60, "south-in")) == []


def test_the_same_gate_twice_at_once_is_one_entry() -> None:
    """A face that is seen again within ten seconds; later it is another person with it."""
    assert play((0, "b1-in"), (10, "b1-in")) == []
    assert [word for _, word, _ in play((0, "b1-in"), (11, "b1-in"))] == ["raised", "cleared"]


def test_places_are_of_their_own() -> None:
    """In through the perimeter, then into the building: two places, once each."""
    assert play((0, "north-in"), (60, "b1-in")) == []


def test_who_came_in_long_ago_may_have_left_unseen() -> None:
    """Twelve hours are remembered, no more."""
    assert len(play((0, "b1-in"), (12 * HOUR, "b1-in"))) == 2
    assert play((0, "b1-in"), (12 * HOUR + 1, "b1-in")) == []


def test_a_grant_under_duress_is_a_passage_and_a_denial_is_none() -> None:
    """Who was refused has not come in."""
    of = life()
    of.tell(0, passes(0, "b1-in", decision="denied"))
    of.tell(60, passes(60, "b1-in", decision="duress"))
    assert of.story == []
    of.tell(120, passes(120, "b1-in"))
    assert len(of.raised) == 1


def test_two_persons_at_one_gate_are_two_occurrences() -> None:
    """The first one's ends when the second one's begins; nobody is hidden behind another."""
    of = life()
    for seconds, person in [(0, "7"), (1, "8"), (60, "7"), (61, "8")]:
        of.tell(seconds, passes(seconds, "b1-in", person))
    of.wait(HOUR)
    key = "b1-in/passback"
    assert of.story == [
        (60, "raised", key),
        (61, "cleared", key),
        (61, "raised", key),
        (121, "cleared", key),
    ]
    assert [each.cause.value for each in of.raised] == ["7", "8"]


def test_a_name_beside_the_id_is_not_passed_on() -> None:
    """Where names are forwarded the alarm still holds the id alone."""
    of = life()
    for seconds in (0, 60):
        of.tell(seconds, passes(seconds, "b1-in", "7 王小明"))
    assert of.raised[0].cause.value == "7"
    assert "王" not in str(of.raised)


def test_without_an_id_nobody_is_followed() -> None:
    """Two strangers are not the same person."""
    of = life()
    for seconds in (0, 60):
        of.tell(seconds, passes(seconds, "b1-in", ""), passes(seconds, "b1-in", "  "))
    assert of.story == []


def test_while_a_gate_is_lost_nobody_is_accused() -> None:
    """Somebody may have gone out there; afterwards everybody begins anew."""
    for lost in ("south-out", "south"):
        of = life()
        of.tell(0, passes(0, "north-in"), reading(f"{lost}/online", value=False))
        of.tell(60, passes(60, "north-in"), reading(f"{lost}/online", value=True))
        of.tell(120, passes(120, "north-in"))
        assert of.story == []
        of.tell(180, passes(180, "north-in"))
        assert len(of.raised) == 1


def test_a_doubtful_word_on_a_gate_counts_as_lost() -> None:
    """Better to say nothing."""
    of = life()
    of.tell(0, passes(0, "b1-in"))
    of.tell(1, reading("b1-out/online", None, quality=Quality.BAD))
    assert play((60, "b1-in"), of=of) == []


def test_what_a_gate_had_stored_makes_a_person_unknown() -> None:
    """A record of hours ago is neither an entry nor proof of one."""
    of = life()
    of.tell(0, passes(0, "b1-in"))
    of.tell(9000, passes(1000, "b1-in"))
    of.tell(9001, passes(9001, "b1-in"))
    assert of.story == []
    slow = life()
    slow.tell(0, passes(-120, "b1-in"))
    slow.tell(60, passes(-60, "b1-in"))
    assert len(slow.raised) == 1


def test_who_is_inside_is_never_written_down() -> None:
    """The disk knows of alarms that are on; after a restart everybody begins anew."""
    of = life()
    of.tell(0, passes(0, "b1-in", "secret-7"))
    assert not any(b"secret" in body for body in of.disk.values())
    of.killed(30)
    assert play((60, "b1-in"), of=of) == []
    of.tell(100 * HOUR, passes(100 * HOUR, "b1-in"))
    of.tell(100 * HOUR + 60, passes(100 * HOUR + 60, "b1-in"))
    of.killed(100 * HOUR + 70)
    of.killed(100 * HOUR + 80)
    of.wait(200 * HOUR)
    assert [(s - 100 * HOUR, word) for s, word, _ in of.story] == [(60, "raised"), (120, "cleared")]
    state = msgspec.json.decode(of.disk[".passback/b1"], type=PassbackState)
    assert state == PassbackState()


def test_a_crowd_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more than can be remembered those who came first are forgotten."""
    monkeypatch.setattr(passback, "MOST", 50)
    of = life()
    for number in range(60):
        of.tell(1 + number / 1000, passes(1, "b1-in", f"p{number}"))
    assert len(of.engine._states[".passback/b1"].inside) == 50
    of.tell(60, passes(60, "b1-in", "p9"))
    assert of.story == []
    of.tell(60, passes(60, "b1-in", "p50"))
    assert len(of.raised) == 1


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=40))
def test_every_second_way_in_is_told_and_nothing_else(way: list[tuple[str, bool]]) -> None:
    """Against a plain count of who is inside."""
    of, inside, expected = life(), set[str](), []
    for number, (person, goes_in) in enumerate(way):
        seconds = 100.0 * number
        of.tell(seconds, passes(seconds, "b1-in" if goes_in else "b1-out", person))
        if goes_in and person in inside:
            expected.append((seconds, person))
        inside = inside | {person} if goes_in else inside - {person}
    assert [((each.at - at(0)).total_seconds(), each.cause.value) for each in of.raised] == expected
