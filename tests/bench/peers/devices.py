"""Lean Modbus TCP devices: far cheaper than what reads them, and watching when they are read."""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import sys
from time import monotonic, monotonic_ns
from typing import Any, Final

STAMPS_A_SECOND: Final = 2_000
"""What a register counts: half milliseconds of the machine's monotonic clock, modulo 65,536."""
WORST_MS: Final = 10_000
REQUEST: Final = struct.Struct(">HHHBBHH")
HEAD: Final = struct.Struct(">HHHBBB")


def host(number: int) -> str:
    """Every device has an address of its own, as on a site; all of them are this machine's."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def stamp() -> int:
    """What every register reads at this instant."""
    return monotonic_ns() * STAMPS_A_SECOND // 1_000_000_000 & 0xFFFF


class Devices:
    """All devices in one loop over epoll, without an object or a task for each request."""

    def __init__(self, port: int, count: int, period_s: float, changing: int) -> None:
        self._changing = changing
        self._period = period_s
        self._epoll = select.epoll()
        self._doors: dict[int, socket.socket] = {}
        self._callers: dict[int, socket.socket] = {}
        self._last: dict[int, float] = {}
        self._first_at: float | None = None
        self._late = [0] * (WORST_MS + 1)
        self._reads = 0
        for number in range(count):
            door = socket.create_server((host(number), port))
            door.setblocking(False)  # noqa: FBT003 - the standard library's signature
            self._doors[door.fileno()] = door
            self._epoll.register(door, select.EPOLLIN)
        self._epoll.register(0, select.EPOLLIN)

    def serve(self) -> None:
        """Answer until stdin ends."""
        while True:
            for number, _ in self._epoll.poll():
                if number in self._callers:
                    self._answer(number)
                elif number in self._doors:
                    self._let_in(self._doors[number])
                elif not self._report():
                    return

    def _let_in(self, door: socket.socket) -> None:
        caller, _ = door.accept()
        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._callers[caller.fileno()] = caller
        self._epoll.register(caller, select.EPOLLIN)

    def _answer(self, number: int) -> None:
        """Answer all requests of one chunk; those that are cut in two count as lost."""
        caller = self._callers[number]
        try:
            data = caller.recv(4096)
        except ConnectionError:
            data = b""
        if not data:
            self._epoll.unregister(number)
            del self._callers[number]
            self._last.pop(number, None)
            caller.close()
            return
        if len(data) == REQUEST.size:
            caller.send(answer_to(data, self._changing))
            self._note(number, 1)
        else:
            requests = [data[at : at + 12] for at in range(0, len(data) - 11, 12)]
            caller.send(b"".join(answer_to(each, self._changing) for each in requests))
            self._note(number, len(requests))

    def _note(self, number: int, reads: int) -> None:
        now = monotonic()
        self._reads += reads
        last = self._last.get(number)
        self._last[number] = now
        if last is None:
            self._first_at = self._first_at or now
            return
        late = (now - last - self._period) * 1000
        self._late[0 if late < 0 else min(int(late) + 1, WORST_MS)] += 1

    def _report(self) -> bool:
        """Answer a line of stdin; false at its end."""
        if not os.read(0, 4096):
            return False
        said: dict[str, Any] = {
            "at": monotonic(),
            "first_at": self._first_at,
            "reads": self._reads,
            "callers": len(self._callers),
            "late_p50_ms": quantile(self._late, 0.5),
            "late_p99_ms": quantile(self._late, 0.99),
            "late_max_ms": quantile(self._late, 1.0),
        }
        self._late = [0] * (WORST_MS + 1)
        self._reads = 0
        sys.stdout.write(f"{json.dumps(said)}\n")
        sys.stdout.flush()
        return True


def answer_to(request: bytes, changing: int) -> bytes:
    """So many registers hold the instant at which they were read, the others nothing."""
    transaction, protocol, _, unit, function, _, count = REQUEST.unpack(request)
    head = HEAD.pack(transaction, protocol, 3 + 2 * count, unit, function, 2 * count)
    stamped = min(changing, count)
    return bytes(head + stamp().to_bytes(2, "big") * stamped + bytes(2 * (count - stamped)))


def quantile(counts: list[int], share: float) -> int | None:
    """Of a histogram by whole milliseconds; none where nothing was counted."""
    wanted, seen = share * sum(counts), 0
    for value, count in enumerate(counts):
        seen += count
        if count and seen >= wanted:
            return value
    return None


def main() -> None:
    """Be so many devices at one port: `… PORT COUNT PERIOD_MS CHANGING`.

    A line on stdin is answered with one JSON object of what happened since the last.
    """
    port, count, period_ms, changing = (int(word) for word in sys.argv[1:5])
    devices = Devices(port, count, period_ms / 1000, changing)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    devices.serve()


if __name__ == "__main__":
    main()
