"""Hears what a subject publishes: how many values, and how old each is when it arrives."""

from __future__ import annotations

import json
import os
import select
import sys
from time import monotonic
from typing import Final

from simulators.ports import LOOPBACK
from tests.bench.peers.devices import STAMPS_A_SECOND, quantile, stamp
from tests.bench.peers.hearing import Hearing, hearing_of, topics_of
from tests.bench.peers.mqtt_line import MqttLine

STAMP_MS: Final = 1000 / STAMPS_A_SECOND


class Listener:
    """Counts values by their age, and answers what the subject's platform would."""

    def __init__(self, line: MqttLine, hearing: Hearing) -> None:
        self._line = line
        self._hearing = hearing
        self._first_at: float | None = None
        self._begin()

    def _begin(self) -> None:
        self._ages: dict[int, int] = {}
        self._messages = 0
        self._bytes = 0
        self._alarms = 0

    def hear(self) -> None:
        """Take in what has come."""
        ages = self._ages
        for topic, payload in self._line.heard():
            heard = self._hearing(topic, payload)
            for to, answer in heard.answers:
                self._line.say(to, json.dumps(answer).encode())
            self._alarms += len(heard.alarms)
            if not heard.values:
                continue
            self._first_at = self._first_at or monotonic()
            self._messages += 1
            self._bytes += len(payload)
            now = stamp()
            for value in heard.values:
                age = (now - value) & 0xFFFF
                ages[age] = ages.get(age, 0) + 1

    def report(self) -> None:
        """Say what was heard since the last time."""
        counts = [self._ages.get(age, 0) for age in range(max(self._ages, default=0) + 1)]
        told = {
            "at": monotonic(),
            "first_at": self._first_at,
            "values": sum(counts),
            "messages": self._messages,
            "bytes": self._bytes,
            "alarms": self._alarms,
        }
        for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99), ("max_ms", 1.0)):
            age = quantile(counts, share)
            told[name] = None if age is None else age * STAMP_MS
        self._begin()
        sys.stdout.write(f"{json.dumps(told)}\n")
        sys.stdout.flush()


def main() -> None:
    """Listen until stdin ends: `… SUBJECT BROKER_PORT`.

    A line on stdin is answered with one JSON object of what was heard since the last.
    """
    subject, port = sys.argv[1], int(sys.argv[2])
    line = MqttLine(LOOPBACK, port, topics_of(subject), "bench-listener")
    listener = Listener(line, hearing_of(subject))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    poll = select.poll()
    poll.register(0, select.POLLIN)
    poll.register(line.socket, select.POLLIN)
    while True:
        for number, _ in poll.poll():
            if number == 0:
                if not os.read(0, 4096):
                    return
                listener.report()
            else:
                listener.hear()


if __name__ == "__main__":
    main()
