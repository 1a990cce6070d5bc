"""The proof's checker: ledgers of a good run, and ledgers that must be judged bad."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.system.proof.checker import Verdict, judge
from tests.system.proof.facts import Facts, Fault, Received, Told, received_of, told_of
from tests.system.proof.keys import PARTS, verb_of
from tests.system.proof.latency import LIFE_SAFETY
from tests.system.proof.report import as_json, as_markdown, summary

FIRES = 30
EVERY_S = 2.0


def told(number: int, took: float | None = 0.1) -> Told:
    """A fire that its device sends at its turn, and is confirmed."""
    at = number * EVERY_S
    return Told(
        key=f"fire-1/{number}/raise",
        sent_at=at,
        acknowledged_at=None if took is None else at + took,
    )


def arrived(event: Told, after: float = 0.2, first: int | None = None) -> list[Received]:
    """Everything that has to arrive of an event; numbers follow the time unless one is given."""
    number = int(event.sent_at * 10) if first is None else first
    return [
        Received(
            id=f"gw/{number + place}",
            digest=f"{number + place}",
            key=event.key,
            part=part,
            lane=LIFE_SAFETY,
            at=event.sent_at + after,
        )
        for place, part in enumerate(PARTS[verb_of(event.key)], 1)
    ]


def facts(**changed: object) -> Facts:
    """A run in which nothing went wrong, unless something is changed."""
    events = [told(number) for number in range(FIRES)]
    received = [copy for event in events for copy in arrived(event)]
    return replace(Facts(told=events, received=received), **changed)  # type: ignore[arg-type] # by name


def failing(verdict: Verdict) -> list[str]:
    """The names of what must not be."""
    return list(verdict.failures)


GOOD = facts()


def test_a_run_in_which_all_arrives_is_good() -> None:
    """Nothing lost, nothing doubled, in order, in time."""
    verdict = judge(GOOD)
    assert failing(verdict) == []
    assert (verdict.acknowledged, verdict.received, verdict.copies) == (FIRES, 2 * FIRES, 0)
    assert verdict.latency.count == FIRES
    assert verdict.latency.p99 == pytest.approx(0.2)


@pytest.mark.parametrize("part", ["told", "alarm"])
def test_an_acknowledged_event_that_never_arrives_is_lost(part: str) -> None:
    """Its report alone is not enough, nor is its alarm alone."""
    received = [c for c in GOOD.received if (c.key, c.part) != ("fire-1/7/raise", part)]
    verdict = judge(facts(received=received))
    assert (failing(verdict), verdict.lost) == (["lost"], [f"fire-1/7/raise/{part}"])


def test_an_event_that_was_never_acknowledged_may_be_missing_but_is_told() -> None:
    """Nothing was promised of it; but in the end every device is answered."""
    received = [c for c in GOOD.received if c.key != "fire-1/7/raise"]
    events = [told(n, None) if n == 7 else told(n) for n in range(FIRES)]
    assert failing(judge(facts(told=events, received=received))) == ["unanswered"]


def test_what_no_device_has_sent_is_unknown() -> None:
    """An event out of nothing."""
    verdict = judge(facts(received=[*GOOD.received, *arrived(told(99))]))
    assert (failing(verdict), verdict.unknown) == (["unknown"], ["fire-1/99/raise"])


def test_copies_under_the_same_id_are_counted_and_harmless() -> None:
    """What is sent again has the id that it had."""
    verdict = judge(facts(received=[*GOOD.received, *GOOD.received[-4:]]))
    assert (failing(verdict), verdict.copies) == ([], 4)


def test_a_second_id_for_one_event_is_doubled() -> None:
    """A resent frame became two events."""
    again = arrived(told(FIRES - 1), first=900)
    verdict = judge(facts(received=[*GOOD.received, *again]))
    assert failing(verdict) == ["doubled"]
    assert len(verdict.doubled) == 2


@pytest.mark.parametrize("lost", [{"renames": True}, {"forgets": True}])
def test_a_copy_that_cannot_be_known_may_get_a_second_id(lost: dict[str, bool]) -> None:
    """The clock was moved, or the journal taken away; rather twice than not at all."""
    last = told(FIRES - 1)
    moved = Fault(kind="lost", began=last.sent_at, ended=last.sent_at + 1, **lost)
    again = arrived(last, first=900)
    assert "doubled" not in failing(judge(facts(received=[*GOOD.received, *again], faults=[moved])))


def test_two_contents_under_one_id_are_told() -> None:
    """A number was given twice."""
    forged = replace(GOOD.received[-1], digest="another")
    assert failing(judge(facts(received=[*GOOD.received, forged]))) == ["altered"]


def test_numbers_follow_the_order_at_the_source() -> None:
    """The second fire has a lower number than the first."""
    swapped = [
        replace(copy, id=f"gw/{10_000 - copy.number}") if copy.key == "fire-1/8/raise" else copy
        for copy in GOOD.received
    ]
    assert failing(judge(facts(received=swapped))) == ["misordered", "overtaken"]


def test_arriving_behind_a_later_one_needs_a_fault() -> None:
    """What is sent again may come late; without a fault nothing is sent again."""
    early = [c for c in GOOD.received if c.key != "fire-1/7/raise"]
    late = [replace(c, at=16.5) for c in arrived(told(7))]
    received = sorted([*early, *late], key=lambda each: each.at)
    assert "overtaken" in failing(judge(facts(received=received)))
    cut = Fault(kind="broker", began=13.9, ended=16.4)
    verdict = judge(facts(received=received, faults=[cut]))
    assert (failing(verdict), verdict.late) == ([], 2)


def test_alarms_are_timed_while_nothing_is_in_their_way() -> None:
    """A fault excuses what was sent from its begin until an alarm is in time again."""
    received = [c for e in GOOD.told for c in arrived(e, 3.0 if 20 <= e.sent_at <= 30 else 0.2)]
    assert failing(judge(facts(received=received))) == ["slow"]
    cut = Fault(kind="broker", began=20.0, ended=25.0)
    verdict = judge(facts(received=received, faults=[cut]))
    assert failing(verdict) == []
    assert [each.seconds for each in verdict.recoveries] == [pytest.approx(7.2)]
    harmless = replace(cut, cuts=False)
    assert failing(judge(facts(received=received, faults=[harmless]))) == ["slow"]


def test_a_gateway_that_does_not_come_back_is_stuck() -> None:
    """After the fault every alarm is late."""
    received = [c for e in GOOD.told for c in arrived(e, 3.0 if e.sent_at >= 20 else 0.2)]
    cut = Fault(kind="broker", began=19.0, ended=20.0)
    verdict = judge(facts(received=received, faults=[cut]))
    assert (failing(verdict), verdict.stuck) == (["stuck"], ["broker: never"])


def test_an_end_that_nobody_meant_fails() -> None:
    """The service has started it again; it must not have ended."""
    assert failing(judge(facts(deaths=["exit 1"]))) == ["deaths"]


def test_what_a_damaged_journal_held_is_counted_apart() -> None:
    """Only what was sent before; what came after has to be there."""
    received = [c for c in GOOD.received if c.key not in {"fire-1/3/raise", "fire-1/20/raise"}]
    damage = Fault(kind="damage", began=8.0, ended=9.0, forgets=True)
    verdict = judge(facts(received=received, faults=[damage]))
    assert (verdict.excused, len(verdict.lost)) == (2, 2)
    assert all(each.startswith("fire-1/20/") for each in verdict.lost)


def test_a_damaged_journal_excuses_nothing_that_had_time_to_arrive() -> None:
    """What was told minutes before is lost, whatever happened to the journal later."""
    received = [c for c in GOOD.received if c.key != "fire-1/3/raise"]
    damage = Fault(kind="damage", began=600.0, ended=601.0, forgets=True)
    verdict = judge(facts(received=received, faults=[damage]))
    assert (verdict.excused, len(verdict.lost)) == (0, 2)


def test_ledgers_become_facts() -> None:
    """Two lines of one event are one; what a device waits for has no time."""
    lines = [
        {"key": "a/1/raise", "sent_at": 1.0},
        {"key": "a/2/raise", "sent_at": 2.0},
        {"key": "a/1/raise", "sent_at": 1.0, "acknowledged_at": 3.0},
    ]
    assert told_of(lines) == [
        Told(key="a/1/raise", sent_at=1.0, acknowledged_at=3.0),
        Told(key="a/2/raise", sent_at=2.0),
    ]
    line = {"id": "gw/7", "digest": "d", "key": "k", "part": "told", "lane": "info", "at": 1.0}
    [copy] = received_of([line | {"type": "community.device.reported.v1"}])
    assert copy.number == 7


def test_a_report_says_what_failed() -> None:
    """For people and for programs."""
    bad = judge(facts(received=[c for c in GOOD.received if c.key != "fire-1/7/raise"]))
    page = as_markdown(bad, [], seed=7)
    assert "未通过 failed" in page
    assert "- fire-1/7/raise/alarm" in page
    assert '"passed": false' in as_json(bad, [], seed=7)
    assert "2 丢失 lost" in summary(bad)
    assert "通过 passed" in as_markdown(judge(GOOD), [], seed=7)
