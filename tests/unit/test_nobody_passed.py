"""A resident who agreed to be watched over has not passed their gates for days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from edge.errors import ConfigError
from edge.model import Access, AccessDecision, Quality
from edge.rules.nobody_passed import BUILT_IN, NobodyPassedOptions
from tests.fakes.rule_life import RuleLife, at, device, reading
from tests.fakes.site import bare_site

HOUR = 3600.0
DAY = 24 * HOUR
KEY = "call-1/10027/nobody_passed"
SITE = bare_site(
    devices=dict(
        [
            device("g1", link="net-1"),
            device("g2", link="net-2"),
            device("call-1", kind="call_button", building="b1"),
        ]
    )
)
RESIDENT: dict[str, Any] = {
    "id": "10027",
    "gates": ("g1", "g2"),
    "after": "3d",
    "agreed": "2026-05-01 signed, folder 7",
    "device": "call-1",
}


def options(**changes: Any) -> NobodyPassedOptions:
    """One resident, with these changes."""
    return NobodyPassedOptions.model_validate({"residents": ({**RESIDENT, **changes},)})


def life(*online: str, **changes: Any) -> RuleLife:
    """The resident's watch, with these gates online from the beginning."""
    of = RuleLife(lambda: BUILT_IN.build(SITE, options(**changes)))
    for gate in online:
        of.tell(0, reading(f"{gate}/online", value=True))
    return of


def hear(of: RuleLife, hours: float, name: str, *, up: bool) -> None:
    """A gate or a link is lost or back after so many hours."""
    of.tell(hours * HOUR, reading(f"{name}/online", value=up))


def sign(
    of: RuleLife,
    hours: float,
    *,
    made: float | None = None,
    person: str = "10027",
    decision: AccessDecision = "granted",
) -> None:
    """Somebody at the first gate; `made` is the hour of a record that the gate had stored."""
    stamp = at((hours if made is None else made) * HOUR)
    of.tell(hours * HOUR, Access(device="g1", decision=decision, at=stamp, person=person))


def hours(of: RuleLife, until: float = 24 * 30) -> list[tuple[float, str]]:
    """What was said, in hours, when this many have passed."""
    of.wait(until * HOUR)
    return [(seconds / HOUR, word) for seconds, word, _ in of.story]


def test_nobody_is_watched_over_unasked() -> None:
    """The default is no one; an entry without the record of the agreement is refused."""
    assert list(BUILT_IN.build(SITE, NobodyPassedOptions())) == []
    for missing in ("agreed", "id", "gates", "device"):
        less = {key: value for key, value in RESIDENT.items() if key != missing}
        with pytest.raises(ValidationError):
            NobodyPassedOptions.model_validate({"residents": (less,)})
    for wrong in ({"agreed": ""}, {"gates": ()}, {"id": "Wang Xiaoming"}, {"after": "11h"}):
        with pytest.raises(ValidationError):
            options(**wrong)


@pytest.mark.parametrize("wrong", [{"gates": ("g1", "g7")}, {"device": "call-7"}])
def test_a_gate_that_does_not_exist_is_refused(wrong: dict[str, Any]) -> None:
    """A watch that hears nothing must not look like one."""
    with pytest.raises(ConfigError, match="there is no device"):
        list(BUILT_IN.build(SITE, options(**wrong)))


def test_three_days_without_a_sign() -> None:
    """To the second; a later sign ends it, and the time begins anew."""
    of = life("g1", "g2")
    assert hours(of, 71.999) == []
    assert hours(of, 100) == [(72, "raised")]
    sign(of, 110)
    assert hours(of, 300) == [(72, "raised"), (110, "cleared"), (182, "raised")]


@pytest.mark.parametrize("decision", ["granted", "denied", "duress"])
def test_any_sign_of_the_person_counts(decision: AccessDecision) -> None:
    """Refused at a gate is a sign of life too; a name beside the id does not matter."""
    of = life("g1")
    sign(of, 50, decision=decision, person="10027 王")
    assert hours(of, 121.9) == []
    assert hours(of) == [(122, "raised")]


@pytest.mark.parametrize("person", ["10028", "1002", "", "王 10027"])
def test_others_are_no_sign_of_the_person(person: str) -> None:
    """Only the id itself, in the place of the id."""
    of = life("g1")
    sign(of, 50, person=person)
    assert hours(of) == [(72, "raised")]


def test_a_stored_record_counts_from_when_it_was_made() -> None:
    """Five hours old: the time goes on from there; older than what is known: nothing changes."""
    of = life("g1")
    sign(of, 50, made=45)
    sign(of, 51, made=20)
    assert hours(of) == [(45 + 72, "raised")]
    old = life("g1")
    sign(old, 50.5, made=-100)
    assert hours(old) == [(72, "raised")]
    late = life("g1")
    assert hours(late, 80) == [(72, "raised")]
    sign(late, 81, made=5)
    assert hours(late, 82) == [(72, "raised")]
    sign(late, 83, made=70)
    assert hours(late, 84) == [(72, "raised"), (83, "cleared")]
    ahead = life("g1")
    sign(ahead, 50, made=60)
    assert hours(ahead) == [(122, "raised")]


@pytest.mark.parametrize("name", ["g1", "net-1"])
def test_the_silence_of_a_dead_gate_is_not_the_persons(name: str) -> None:
    """While the only gate is lost, itself or by its link, the clock stands still."""
    of = life("g1")
    hear(of, 10.5, name, up=False)
    hear(of, 200, name, up=True)
    assert hours(of) == [(200 + 61.5, "raised")]


def test_one_gate_that_works_is_enough() -> None:
    """Another that is broken for weeks does not end the watch."""
    of = life("g1", "g2")
    hear(of, 1, "g1", up=False)
    assert hours(of) == [(72, "raised")]
    both = life("g1", "g2")
    hear(both, 10, "net-1", up=False)
    hear(both, 20, "g2", up=False)
    hear(both, 50, "g1", up=False)
    hear(both, 60, "net-1", up=True)
    hear(both, 70, "g2", up=True)
    assert hours(both) == [(72 + 50, "raised")]


def test_a_gate_that_was_never_heard_does_not_count() -> None:
    """A new watch begins when a gate first says that it is there; a doubtful word is none."""
    of = life()
    of.tell(HOUR, reading("g1/online", value=True, quality=Quality.BAD))
    assert hours(of, 500) == []
    hear(of, 600, "g1", up=True)
    assert hours(of) == [(672, "raised")]


def test_a_gateway_that_is_off_does_not_count() -> None:
    """Off from hour 10 to hour 500; at most the hour under way is forgotten."""
    of = life("g1")
    of.wait(10.5 * HOUR)
    of.killed(500 * HOUR)
    assert hours(of, 501) == []
    hear(of, 502, "g1", up=True)
    assert hours(of) == [(502 + 62, "raised")]


def test_an_alarm_outlives_a_restart() -> None:
    """It is not told twice, and a sign ends it."""
    of = life("g1")
    of.wait(80 * HOUR)
    of.killed(81 * HOUR)
    hear(of, 82, "g1", up=True)
    sign(of, 90)
    assert hours(of, 150) == [(72, "raised"), (90, "cleared")]


def test_it_shows_the_id_and_the_flat_and_no_more() -> None:
    """In both languages; the record of the agreement stays in the file."""
    of = life("g1", after="36h")
    of.wait(40 * HOUR)
    [alarm] = of.raised
    assert alarm.alarm == KEY
    assert (alarm.category, alarm.lane) == ("elder.nobody_passed", "life_safety")
    assert alarm.text.zh == "住户 10027 已 36 小时 没有通行记录，请上门看望"
    assert alarm.text.en == "Resident 10027 has not passed a gate for 36 hours: pay a visit"
    assert alarm.location is not None
    assert alarm.location.building == "b1"
    assert "signed" not in str(alarm)
    whole = life("g1")
    whole.wait(80 * HOUR)
    assert "已 3 天 没有" in whole.raised[0].text.zh


deeds = st.lists(
    st.tuples(st.integers(1, 40), st.sampled_from(["sign", "up", "down", "wait"])), max_size=25
)


@given(deeds)
def test_raised_exactly_when_the_counted_time_is_up(story: list[tuple[int, str]]) -> None:
    """Against plain counting of the hours in which the gate was up and no sign came."""
    of, hour, quiet, up = life("g1"), 0, 0, True
    for wait, deed in story:
        hour += wait
        quiet += wait if up else 0
        of.wait(hour * HOUR)
        assert (len(of.story) % 2 == 1) is (timedelta(hours=quiet) >= timedelta(days=3))
        if deed == "sign":
            sign(of, hour)
            quiet = 0
        elif deed in {"up", "down"}:
            up = deed == "up"
            hear(of, hour, "g1", up=up)
