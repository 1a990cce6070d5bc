"""The head of an alarm's page: what caused it, in words, of one that is on and one that is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from edge.api.documents import AlarmDetail
from edge.api.event_documents import EventView
from edge.api.ui.alarms.head import head_of, head_of_past, windows_of
from edge.model import Alarm, Cause, Covers, Lane, SuppressionBegan, Value
from tests.fakes.drawn import alarm, device, site_of

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
SITE = site_of(device("bin", "sensors/bin"), device("gate", "gates/mqtt_face", building="b"))


def caused(by: Cause, key: str = "bin/full") -> Alarm:
    """An alarm with this cause."""
    one = alarm(key, Lane.INFO)
    return replace(one, raised=replace(one.raised, cause=by))


@pytest.mark.parametrize(
    ("point", "value", "unit", "limit", "name", "said", "compared"),
    [
        ("bin/fill_percent", 91.5, "%", 85, "bin Fill level", "91.5 %", "85 %"),
        ("bin/tamper", True, "", True, "bin Tamper", "yes", None),
        ("gate", "access.duress", "", None, "gate", "access.duress", None),
    ],
)
def test_a_cause_is_a_name_a_value_and_a_limit(  # noqa: PLR0913, PLR0917 - what is compared
    point: str,
    value: Value,
    unit: str,
    limit: Value | None,
    name: str,
    said: str,
    compared: str | None,
) -> None:
    """A limit that says nothing is left out; a device's own word is no value of a point."""
    cause = head_of(caused(Cause(point=point, value=value, unit=unit, limit=limit)), SITE).cause
    assert cause is not None
    assert (cause.name.en, cause.value.en) == (name, said)
    assert (cause.limit.en if cause.limit else None) == compared


def test_one_that_is_over_is_read_back_from_its_raise() -> None:
    """With the words, the place and the cause that it had then."""
    both = {"zh": "满溢", "en": "full"}
    says: dict[str, Any] = {
        "location": {"text": {"zh": "东门", "en": "East gate"}},
        "device": {"id": "bin"},
        "alarm": {"key": "bin/full", "category": "waste.full", "text": both},
        "cause": {"point": "bin/fill_percent", "value": 92, "unit": "%", "text": both},
    }
    raised = EventView(
        number=7,
        at=AT,
        kind="alarm.raised",
        lane=Lane.INFO,
        subject="bin/fill_percent",
        kept_at=None,
        deliveries=(),
        event={"severity": 200, "data": says},
    )
    past = AlarmDetail(id=7, key="bin/full", alarm=None, timeline=(raised,), comments=())
    head = head_of_past(past, SITE)
    assert head is not None
    assert (head.text.en, head.place.en, head.severity, head.device) == (
        "full",
        "East gate",
        200,
        "bin",
    )
    assert head.cause is not None
    assert head.cause.value.en == "92 %"
    assert head_of_past(past.model_copy(update={"timeline": ()}), SITE) is None


def test_what_covers_it_is_said() -> None:
    """Only windows that are about this alarm, with who opened them and why."""
    here, there = (
        SuppressionBegan(
            id=name, why="test", covers=Covers(device=name), by="王工", reason="monthly", at=AT
        )
        for name in ("bin", "gate")
    )
    [line] = windows_of(caused(Cause(point="bin/x", value=1)), SITE, [here, there])
    assert (line.why.en, line.by, line.reason) == ("test", "王工", "monthly")
