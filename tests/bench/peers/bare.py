"""The bare loop that an alarm's way is held against: read, put it on the disk, publish."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Final

from edge.drivers.gb26875.frames import Frame, Framer
from simulators.ports import LOOPBACK
from tests.bench.fire_frames import DIALECT
from tests.bench.peers.mqtt_line import MqttLine

TOPIC: Final = "bare/alarm"
BODY: Final = 1200
"""Bytes of an event as it is published."""


def main() -> None:
    """Take one connection at PORT: `… PORT BROKER_PORT FILE`.

    Everything that has come is one write, one sync, and a message for each frame.
    """
    port, broker = int(sys.argv[1]), int(sys.argv[2])
    line = MqttLine(LOOPBACK, broker, (), "bench-bare")
    framer = Framer(DIALECT.max_app_data)
    with socket.create_server((LOOPBACK, port)) as door, Path(sys.argv[3]).open("ab", 0) as file:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        caller, _ = door.accept()
        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := caller.recv(65536):
            frames = [found for found in framer.feed(data) if isinstance(found, Frame)]
            bodies = [b"%d " % frame.serial + b"x" * BODY for frame in frames]
            file.write(b"".join(bodies))
            os.fdatasync(file.fileno())
            for body in bodies:
                line.say(TOPIC, body)


if __name__ == "__main__":
    main()
