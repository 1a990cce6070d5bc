"""What a demonstration asks at its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cloud_bridge.contract.examples import AT, FIRST, RAISED
from cloud_bridge.wire import Status
from edge.model import Access
from simulators.platform import report
from simulators.platform.store import Store
from tests.fakes.platform_events import Clock, body, cleared, keep, raised


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    store = Store(str(tmp_path / "platform.db"), Clock().now)
    yield store
    store.close()


def test_gaps_are_numbers_that_never_came(store: Store) -> None:
    """The report finds what is missing between first and last."""
    keep(store, raised(FIRST), cleared(FIRST + 1, FIRST))
    assert report.gaps(store.connection) == []
    keep(store, body(Access(device="gate-1", decision="closed", at=AT), FIRST + 5))
    assert report.gaps(store.connection) == [report.Gap("gw-1", FIRST + 2, FIRST + 4)]


def test_alarm_raised_twice_without_a_clear_is_found(store: Store) -> None:
    """Twice with a clear between is right, without one it is a fault of the gateway."""
    keep(store, raised(FIRST), cleared(FIRST + 1, FIRST), raised(FIRST + 2))
    assert report.raised_twice(store.connection) == {}
    keep(store, raised(FIRST + 3))
    assert report.raised_twice(store.connection) == {RAISED.alarm: 1}


def test_origins_are_listed_once_and_doubles_are_found(store: Store) -> None:
    """What devices told can be looked for by their own name of it."""
    one = Access(device="gate-1", decision="granted", at=AT, origin="gate-1/rec/1")
    keep(store, body(one, FIRST), body(replace(one, origin="gate-1/rec/2"), FIRST + 1))
    assert report.origins(store.connection) == {"gate-1/rec/1", "gate-1/rec/2"}
    assert report.doubled_origins(store.connection) == {}
    keep(store, body(one, FIRST + 2))
    assert report.doubled_origins(store.connection) == {"gate-1/rec/1": 2}


def test_latest_status_counts(store: Store) -> None:
    """A gateway has one status, the last one."""
    store.keep_status(Status(site="riverside", gateway="gw-1", online=True, readings=7))
    store.keep_status(Status(site="riverside", gateway="gw-1", online=False))
    [status] = report.statuses(store.connection)
    assert not status.online
