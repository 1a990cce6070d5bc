"""Messages that wait for the disk: acknowledged once, and not for ever."""

from __future__ import annotations

from collections.abc import Callable

from edge.mqtt_held import MOST_HELD, PATIENCE_S, Held


class Broker:
    """Notes what is acknowledged, on a clock that is set by hand."""

    def __init__(self) -> None:
        self.at = 0.0
        self.acknowledged: list[int] = []
        self.held = Held(lambda: self.at)

    def receive(self, count: int) -> list[Callable[[], None]]:
        """So many messages, numbered."""
        return [
            self.held.take(lambda number=number: self.acknowledged.append(number))  # type: ignore[misc]
            for number in range(count)
        ]


def test_what_is_kept_is_acknowledged_once() -> None:
    """Whoever asks again changes nothing."""
    broker = Broker()
    first, second = broker.receive(2)
    second()
    first()
    first()
    assert broker.acknowledged == [1, 0]


def test_a_dead_disk_makes_nobody_deaf() -> None:
    """Beyond the last few, the oldest are let go in their order, and never twice."""
    broker = Broker()
    acks = broker.receive(MOST_HELD + 4)
    broker.held.relieve()
    assert broker.acknowledged == []  # a slow disk is waited for
    broker.at = PATIENCE_S + 0.1
    broker.held.relieve()
    assert broker.acknowledged == [0, 1, 2, 3]
    acks[0]()
    acks[4]()
    assert broker.acknowledged == [0, 1, 2, 3, 4]


def test_few_messages_wait_for_as_long_as_it_takes() -> None:
    """They are held back for the promise: what is not on disk is not acknowledged."""
    broker = Broker()
    broker.receive(MOST_HELD)
    broker.at = 3600.0
    broker.held.relieve()
    assert broker.acknowledged == []
