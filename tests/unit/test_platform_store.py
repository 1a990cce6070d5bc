"""The platform's store: each event once, and what becomes of alarms, issues and notices."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from cloud_bridge.contract.examples import AT, FIRST, RAISED, SITE, example_events, narrator
from cloud_bridge.wire import Address, Receipt, encode_batch
from simulators.platform import report, views
from simulators.platform.instants import instant, micros
from simulators.platform.intake import judge
from simulators.platform.issues import WrongStep
from simulators.platform.receipts import merge
from simulators.platform.store import Store
from tests.fakes.platform_events import Clock, body, cleared, keep, raised, told_back

ISSUE = f"gw-1/{FIRST}/issue"


@pytest.fixture
def clock() -> Clock:
    """A second after the example alarm."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """An empty store."""
    store = Store(str(tmp_path / "platform.db"), clock.now)
    yield store
    store.close()


def test_stored_once_receipted_each_time(store: Store) -> None:
    """A copy is answered again and counted as a copy, not as an event."""
    [first] = keep(store, raised(FIRST))
    [second] = keep(store, raised(FIRST))
    assert first == second == Receipt(stored=(f"gw-1/{FIRST}",))
    counts = report.counts(store.connection)
    assert counts.events == 1
    assert counts.by_type == {"community.alarm.raised.v1": 1}
    assert counts.redelivered == 1
    assert counts.issues == counts.notices == 1


def test_copy_within_one_transaction_is_a_copy(store: Store) -> None:
    """The same event twice in one group is stored once."""
    keep(store, raised(FIRST), raised(FIRST))
    assert report.counts(store.connection).events == 1
    assert report.counts(store.connection).redelivered == 1


def test_two_sites_may_name_their_gateways_alike(store: Store) -> None:
    """The same id from another source is another event, alarm, issue and notice."""
    keep(store, raised(FIRST), body(RAISED, FIRST, replace(SITE, id="lakeside")))
    counts = report.counts(store.connection)
    assert (counts.events, counts.redelivered) == (2, 0)
    assert (counts.issues, counts.notices) == (2, 2)
    store.step_issue("lakeside", ISSUE, "accepted", "Li", "property")
    shown = views.view(store.connection, micros(AT))
    assert {(card.site, card.state) for card in shown.issues} == {
        ("riverside", "new"),
        ("lakeside", "accepted"),
    }
    assert [one.site for one in store.untold()] == ["lakeside"]


def test_bad_event_in_a_batch_stops_no_other(store: Store) -> None:
    """One receipt says both: what is stored, what is refused and why."""
    good, bad = raised(FIRST), raised(FIRST + 1).replace(b'"severity":900', b'"severity":0')
    [receipt] = keep(store, encode_batch([bad, good]))
    assert receipt.stored == (f"gw-1/{FIRST}",)
    assert [refusal.id for refusal in receipt.refused] == [f"gw-1/{FIRST + 1}"]
    assert "severity" in receipt.refused[0].reason
    assert report.counts(store.connection).refused == 1


def test_events_of_another_gateway_are_refused_on_this_topic() -> None:
    """Nobody stores events under somebody else's name."""
    judged = judge(raised(FIRST), Address("riverside", "gw-2", "events/life_safety"))
    assert not judged.taken
    assert "not whose topic" in judged.refused[0].reason


def test_store_survives_being_closed(tmp_path: Path, clock: Clock) -> None:
    """What was receipted is there after a restart, and still known."""
    path = str(tmp_path / "again.db")
    first = Store(path, clock.now)
    keep(first, raised(FIRST))
    first.close()
    second = Store(path, clock.now)
    keep(second, raised(FIRST))
    assert report.counts(second.connection).events == 1
    assert report.counts(second.connection).redelivered == 1
    second.close()


def test_latency_is_from_the_source_to_the_commit(store: Store, clock: Clock) -> None:
    """The instant that counts is the one after the commit."""
    instants = iter([clock.at, clock.at + timedelta(seconds=2)])
    store._now = lambda: next(instants)
    keep(store, raised(FIRST))
    [latency] = report.latencies(store.connection)
    assert latency.at == AT
    assert latency.seconds == 3.0
    assert latency.lane == "life_safety"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["raise first", "clear first"])
def test_raise_and_clear_meet_in_either_order(store: Store, order: tuple[int, int]) -> None:
    """A clear that overtakes its raise leaves no alarm active and no notice out."""
    bodies = (raised(FIRST), cleared(FIRST + 1, FIRST))
    for index in order:
        keep(store, bodies[index])
    shown = views.view(store.connection, micros(AT))
    assert shown.figures.active == 0
    assert shown.alarms == ()
    [notice] = report.notices(store.connection)
    assert notice.state == "withdrawn"
    [issue] = report.issues(store.connection, micros(AT))
    assert issue.state == "new"
    assert issue.alarm_cleared
    [card] = shown.issues
    assert card.title.en == "Person trapped in Lift 1, Building 1"
    assert card.cleared == (AT + timedelta(minutes=9)).timestamp()


def test_issue_goes_its_way_one_step_after_the_other(store: Store, clock: Clock) -> None:
    """Each step is kept with who and when; the next waits until this one is told back."""
    keep(store, raised(FIRST))
    store.step_issue("riverside", ISSUE, "accepted", "Li", "property")
    clock.at += timedelta(minutes=3)
    store.step_issue("riverside", ISSUE, "resolved", "Wang", "property")
    [step] = store.untold()
    assert (step.site, step.gateway, step.update.step) == ("riverside", "gw-1", "1")
    assert (step.update.state, step.update.by) == ("accepted", "Li")
    assert step.update.alarm == f"gw-1/{FIRST}"
    keep(store, body(told_back("1"), FIRST + 1))
    [step] = store.untold()
    assert (step.update.state, step.update.by) == ("resolved", "Wang")
    assert step.update.at == AT + timedelta(minutes=3, seconds=1)
    [card] = views.view(store.connection, micros(clock.at)).issues
    assert card.responded == (AT + timedelta(seconds=1)).timestamp()
    assert card.closed == clock.at.timestamp()
    assert card.next == ()
    assert not card.told
    keep(store, body(told_back("2"), FIRST + 2))
    assert store.untold() == []
    assert views.view(store.connection, micros(clock.at)).issues[0].told


def test_only_its_own_gateway_tells_a_step_back(store: Store) -> None:
    """Another site's word, another issue's, or one that names no step, ends no resending."""
    keep(store, raised(FIRST))
    store.step_issue("riverside", ISSUE, "accepted", "Li", "property")
    other = replace(SITE, id="lakeside")
    keep(store, body(told_back("1"), FIRST + 1, other))
    keep(store, body(replace(told_back("1"), number=FIRST + 9), FIRST + 2))
    keep(store, body(replace(told_back("1"), turn=2), FIRST + 3))
    keep(store, body(told_back(""), FIRST + 4))
    keep(store, body(told_back("01"), FIRST + 5))
    assert [one.update.step for one in store.untold()] == ["1"]


def test_wrong_step_changes_nothing(store: Store) -> None:
    """What is closed stays closed; what is unknown is said to be."""
    keep(store, raised(FIRST))
    with pytest.raises(WrongStep, match="new cannot become resolved"):
        store.step_issue("riverside", ISSUE, "resolved", "Li", "property")
    with pytest.raises(KeyError):
        store.step_issue("riverside", "gw-1/1/issue", "accepted", "Li", "property")
    assert store.untold() == []


def test_overdue_is_by_response_then_by_resolution(store: Store, clock: Clock) -> None:
    """Late to answer stays late; in time is in time until the resolution is due."""
    keep(store, raised(FIRST))
    db = store.connection

    def overdue(minutes: float) -> bool:
        return report.issues(db, micros(AT + timedelta(minutes=minutes)))[0].overdue

    assert not overdue(4.9)
    assert overdue(5.1)
    clock.at = AT + timedelta(minutes=4)
    store.step_issue("riverside", ISSUE, "accepted", "Li", "property")
    assert not overdue(59)
    assert overdue(61)
    assert views.view(db, micros(AT + timedelta(minutes=61))).figures.overdue == 1


def test_draft_waits_for_a_person(store: Store) -> None:
    """A draft is published once, by somebody."""
    [policy] = SITE.policies
    assert policy.notice is not None
    draft = replace(policy, notice=replace(policy.notice, publish="draft"))
    keep(store, body(RAISED, FIRST, replace(SITE, policies=(draft,))))
    [notice] = report.notices(store.connection)
    assert notice.state == "draft"
    store.publish_notice("riverside", notice.id)
    assert report.notices(store.connection)[0].state == "published"
    with pytest.raises(KeyError):
        store.publish_notice("riverside", notice.id)


def test_notice_ends_when_it_says(store: Store) -> None:
    """What is past its end is no longer shown as out."""
    keep(store, raised(FIRST))
    during = views.view(store.connection, micros(AT + timedelta(hours=3)))
    after = views.view(store.connection, micros(AT + timedelta(hours=5)))
    assert (during.notices[0].state, during.figures.published) == ("published", 1)
    assert (after.notices[0].state, after.figures.published) == ("ended", 0)


def test_view_shows_every_kind_of_event(store: Store) -> None:
    """Each type has its line in both languages, and the page's JSON can be read."""
    bodies = [narrator().encode(kept) for kept in example_events()]
    keep(store, encode_batch(bodies))
    shown = views.view(store.connection, micros(AT))
    assert len(shown.events) == len(bodies)
    assert all(line.text.zh and line.text.en for line in shown.events)
    assert shown.buildings[0].name.zh == "1号楼"
    assert json.loads(views.encode(shown))["figures"]["events"] == len(bodies)


def test_event_of_a_later_type_is_stored_and_shown(store: Store) -> None:
    """An older platform keeps what a newer gateway says."""
    later = raised(FIRST).replace(b"alarm.raised.v1", b"alarm.forgotten.v1")
    [receipt] = keep(store, later)
    assert receipt.stored == (f"gw-1/{FIRST}",)
    [line] = views.view(store.connection, micros(AT)).events
    assert line.type == "community.alarm.forgotten.v1"


def test_merged_receipts_say_the_same_within_the_bound() -> None:
    """Many receipts become few, in order, none beyond what the contract allows."""
    parts = [Receipt(stored=tuple(f"g/{n + i}" for i in range(200))) for n in range(0, 1200, 200)]
    merged = list(merge([*parts, Receipt()]))
    assert [len(receipt.stored) for receipt in merged] == [400, 400, 400]
    assert [one for receipt in merged for one in receipt.stored] == [f"g/{n}" for n in range(1200)]
    assert list(merge([Receipt()])) == []


def test_instants_keep_microseconds() -> None:
    """No rounding on the way to disk and back."""
    at = AT + timedelta(microseconds=1)
    assert instant(micros(at)) == at
    assert msgspec.json.encode(instant(micros(at))).endswith(b'250001Z"')
