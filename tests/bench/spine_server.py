"""Lean Modbus TCP devices in a process of their own, so that what they cost is not counted."""

from __future__ import annotations

import asyncio
import struct
import sys
from typing import Final, cast

READ: Final = struct.Struct(">HHHBBHH")
"""Transaction, protocol, length, unit, function, address, count."""

HEAD: Final = struct.Struct(">HHHBBB")


class Registers(asyncio.Protocol):
    """Answers each read at once; the first so many registers have another value each time."""

    def __init__(self, changing: int) -> None:
        self._changing = changing
        self._count = 0
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A gateway is there."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is none by class

    def data_received(self, data: bytes) -> None:
        """One or more whole requests: a lean client sends nothing else."""
        assert self._transport is not None
        answers = b""
        for start in range(0, len(data), READ.size):
            transaction, _, _, unit, function, _, count = READ.unpack_from(data, start)
            self._count = (self._count + 1) % 50_000
            body = struct.pack(
                f">{count}H",
                *[self._count + n if n < self._changing else n for n in range(count)],
            )
            answers += HEAD.pack(transaction, 0, 3 + len(body), unit, function, len(body)) + body
        self._transport.write(answers)


async def main() -> None:
    """Serve on a free port, print it, end when standard input does."""
    changing = int(sys.argv[1])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Registers(changing), "127.0.0.1", 0, backlog=8192)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    from edge.loop import new_loop

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(main())
