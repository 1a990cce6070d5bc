"""The process in which the client of the database runs: lines come in, answers go out."""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from typing import BinaryIO, Final

from cloud_bridge.series_server import Busy, InfluxServer, Refused, Target, TooLarge
from edge.errors import LinkDown

LENGTH: Final = struct.Struct(">I")
"""Stands before everything that goes either way: how many bytes follow."""

NICE: Final = 10
"""Readings of last night wait for whatever happens now."""


def main() -> None:
    """Answer until nobody asks any more: first where to write to, then what, then either.

    Signals that a terminal or systemd sends to all processes at once are the gateway's to answer.
    """
    os.nice(NICE)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    server: InfluxServer | None = None
    while (frame := _frame(asked)) is not None:
        answer: dict[str, object] = {}
        try:
            if frame.startswith(b"{") or server is None:
                if server is not None:
                    server.close()
                server = None
                server = InfluxServer(Target(**json.loads(frame)))
            else:
                answer["left_out"] = server.write(frame)
        except Busy as busy:
            answer = {"error": "busy", "reason": str(busy), "pause_s": busy.pause_s}
        except LinkDown as lost:
            answer = {"error": "lost", "reason": str(lost)}
        except Refused as refusal:
            error = "too_large" if isinstance(refusal, TooLarge) else "refused"
            answer = {"error": error, "reason": str(refusal)}
        answer["connections"] = server.connections if server else 0
        body = json.dumps(answer).encode()
        answers.write(LENGTH.pack(len(body)) + body)
        answers.flush()


def _frame(stream: BinaryIO) -> bytes | None:
    """What is asked next; none when whoever asks is gone."""
    head = stream.read(LENGTH.size)
    return stream.read(*LENGTH.unpack(head)) if len(head) == LENGTH.size else None


if __name__ == "__main__":
    main()
