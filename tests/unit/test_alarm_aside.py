"""What the platform is told of an alarm that is put aside."""

from __future__ import annotations

from cloud_bridge.wire import Narrator
from cloud_bridge.wire.documents import AlarmData
from edge.model import Covers, Kept
from tests.fakes.alarm_life import KEY, POLICY, AlarmLife, name_of
from tests.fakes.site import bare_site


def test_who_is_put_aside_calls_nobody_when_it_comes_again() -> None:
    """A latched alarm that is raised once more under a test is told, without the issue it has."""
    life = AlarmLife()
    narrator = Narrator(bare_site(POLICY), "1")
    life.raised(KEY, latch=True)
    life.cleared(KEY)
    life.window("test", None, Covers())
    [told] = life.raised(KEY, latch=True)
    said = narrator.tell(Kept(number=9, event=told.event, trusted_clock=True, alarm=told.alarm))
    assert name_of(told) == "realarmed"
    assert life.alarms.active[KEY].issue is not None
    assert isinstance(said.data, AlarmData)
    assert said.data.issue is None
    assert said.data.notice is None
