"""Why a fire counts as confirmed or not yet, and what the gates were told, as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from edge.model import Record
from edge.rules.engine import Engine
from edge.rules.fire import BUILT_IN, FireOptions
from tests.fakes.accounts import why
from tests.fakes.fire import CONFIRMED, HAND, SITE, FireLife, alarm, burning, over
from tests.fakes.rule_life import reading

PAIR = (
    "two detectors of one zone, or one by hand and any other"
    " (one that ended by itself counts for 5min)"
)
SMOKE = "smoke 5-1 (detector, zone fire-3/1-1-5, b3/5)"
ANOTHER = "✗ missing: another detector of zone fire-3/1-1-5, b3/5, or one by hand in the building"
STARTED = alarm("10-1", name="started", category="fire.started")
ASIDE = alarm("1-1-5-2", suppressed=("out_of_service",))


@pytest.mark.parametrize(
    ("records", "heard"),
    [
        ([], ["✗ two independent devices are missing"]),
        ([alarm("1-1-5-1", about="smoke 5-1")], [f"✓ {SMOKE}  (since 00:00:10)", ANOTHER]),
        (
            [alarm("1-1-6-3", about=HAND)],
            [
                f"✓ {HAND} (by hand, zone fire-3/1-1-6)  (since 00:00:10)",
                "✗ any detector of the building is missing",
            ],
        ),
        (
            [alarm("", name="device_fire")],
            [
                "✓ fire-3/device_fire (panel, zone b3)  (since 00:00:10)",
                "✗ two independent devices are missing",
            ],
        ),
        (
            [alarm("1-1-5-1", about="smoke 5-1"), ASIDE],
            [
                f"✓ {SMOKE}  (since 00:00:10)",
                ANOTHER,
                "✗ the alarm fire-3/1-1-5-2/fire, out of service",
            ],
        ),
    ],
)
def test_not_confirmed_names_who_gives_alarm_and_what_is_missing(
    records: Sequence[Record], heard: Sequence[str]
) -> None:
    """Each device with its zones, and the one that would make it a fire."""
    life = FireLife(SITE)
    life.tell(10, *records)
    first, pair, *rest = why(life.engine, CONFIRMED, 11)
    assert (first, pair) == ("Fire confirmed: is not active", f"  ✗ {PAIR}")
    assert [line.strip() for line in rest[: len(heard)]] == heard
    assert rest[len(heard)] == "  ✗ the panel acts while a fire alarm is on"


def test_a_detector_that_ended_by_itself_counts_until_its_window_is_over() -> None:
    """The end of the window stands beside it; after that it is no longer there."""
    life = FireLife(SITE)
    life.tell(10, alarm("1-1-5-1", about="smoke 5-1"))
    life.tell(20, over("1-1-5-1"))
    _, _, smoke, missing, *_ = why(life.engine, CONFIRMED, 21)
    assert smoke == f"    ✓ {SMOKE}, has ended  (since 00:00:10, changes at 00:05:10)"
    assert missing.strip() == ANOTHER
    assert "    ✗ two independent devices are missing" in why(life.engine, CONFIRMED, 310)


def test_confirmed_by_two_or_by_the_panel() -> None:
    """Which of the two it was can be seen, and other buildings are not on fire."""
    life = burning()
    first, pair, *_ = why(life.engine, CONFIRMED, 11)
    assert (first, pair) == ("Fire confirmed: is active", f"  ✓ {PAIR}")
    assert why(life.engine, "b1/fire_confirmed", 11)[0] == "Fire confirmed: is not active"
    assert why(life.engine, "site/fire_confirmed", 11)[0] == "Fire confirmed: is not active"
    linked = FireLife(SITE)
    linked.tell(10, alarm("1-1-5-1"), STARTED)
    lines = why(linked.engine, CONFIRMED, 11)
    assert (lines[0], lines[1]) == ("Fire confirmed: is active", f"  ✗ {PAIR}")
    assert lines[-4:] == [
        "  ✓ the panel acts while a fire alarm is on",
        "    ✓ a fire alarm is on here",
        "    ✓ equipment has been started",
        "      ✓ the alarm fire-3/10-1/started",
    ]


def test_a_gate_from_the_command_to_its_opening() -> None:
    """Told when, until when it has to be open, not open in time, open at last."""
    key, contact, life = "gate-3/did_not_open", "gate-3/door_open", burning()
    lines = why(life.engine, key, 11, {contact: False})
    assert lines[0].endswith(": is not active")
    assert lines[1:] == [
        "  ✓ a fire is confirmed that concerns it",
        "    ✓ the alarm b3/fire_confirmed",
        "  ✓ it was told to release, so many times  [now 1]  (since 00:00:10, changes at 00:00:40)",
        "  ✗ it has not opened by the time it has to  (changes at 00:00:20)",
        "    ✗ gate-3/door_open says open  [now no]",
    ]
    life.wait(25)
    lines = why(life.engine, key, 25, {contact: False})
    assert lines[0].endswith(": is active")
    assert lines[4] == "  ✓ it has not opened by the time it has to"
    life.tell(26, reading(contact, value=True))
    lines = why(life.engine, key, 27, {contact: True})
    assert lines[0].endswith(": is not active")
    assert lines[-1] == "    ✓ gate-3/door_open says open  [now yes]"


def test_a_gate_that_no_fire_concerns_and_one_without_a_contact() -> None:
    """The first was told nothing; the second has no contact to be shown."""
    life = burning()
    assert why(life.engine, "gate-1/did_not_open", 11)[1:] == [
        "  ✗ a fire is confirmed that concerns it",
        "  ✗ it was told to release, so many times  [now 0]",
        "  ✗ it has not opened by the time it has to",
    ]
    assert why(life.engine, "gate-4/did_not_open", 11)[-2:] == [
        "  ✓ it was told to open, so many times  [now 1]  (since 00:00:10, changes at 00:00:15)",
        "  ✗ it has not opened by the time it has to  (changes at 00:00:20)",
    ]


def test_a_restart_changes_no_account() -> None:
    """What is kept is what a person reads: the same from the journal as from the gateway."""
    life = burning()
    keys = (CONFIRMED, "gate-3/did_not_open", "gate-4/did_not_open")
    before = [why(life.engine, key, 11) for key in keys]
    life.engine = Engine(BUILT_IN.build(SITE, FireOptions()))
    assert life.engine.restore(life.disk) == []
    assert [why(life.engine, key, 11) for key in keys] == before
