"""The detector as a process: `python -m edge.vision.detect.service`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from edge import logs
from edge.local_socket import listen
from edge.vision.detect.serving import Serving
from edge.vision.humble import be_humble

WAITING: Final = 64
"""Connections that may wait to be taken: every camera of a site at once."""


def main(words: list[str] | None = None) -> int:
    """Serve until the process that started this one is gone, or ends it."""
    arguments = _parser().parse_args(words)
    parent = os.getppid()
    logs.configure(arguments.log)
    be_humble("whistle-detect")
    serving = Serving(arguments.models, arguments.workers)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: serving.over.set())
    with listen(Path(arguments.socket), WAITING) as listening:
        serving.run(listening, alive=lambda: os.getppid() == parent)
    with suppress(OSError):
        Path(arguments.socket).unlink()
    return 1 if serving.broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="edge.vision.detect.service", description=__doc__)
    parser.add_argument("--socket", required=True, help="where cameras connect")
    parser.add_argument(
        "--models", type=Path, action="append", required=True, help="a folder; may be given again"
    )
    parser.add_argument("--workers", type=int, default=1, help="pictures looked at at once")
    parser.add_argument("--log", choices=["text", "json"], default="text", help="form of the log")
    return parser


if __name__ == "__main__":
    sys.exit(main())
