"""Runs `whistle` with a sampler inside."""

from __future__ import annotations

import atexit
import signal
import sys
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType
from typing import Final

from edge.__main__ import main as whistle

EVERY_S: Final = 0.001
"""Of the processor's time, not of the clock's: what waits is not seen."""

seen: Counter[tuple[CodeType, ...]] = Counter()


def sample(_: int, frame: FrameType | None) -> None:
    """Count the stack of the main thread, in which the event loop runs."""
    stack: list[CodeType] = []
    while frame is not None:
        stack.append(frame.f_code)
        frame = frame.f_back
    seen[tuple(stack)] += 1


def turn(_number: int, _frame: FrameType | None) -> None:
    """Begin to sample, or end it."""
    begun = signal.getitimer(signal.ITIMER_PROF)[1]
    every_s = 0.0 if begun else EVERY_S
    signal.setitimer(signal.ITIMER_PROF, every_s, every_s)


def told(code: CodeType) -> str:
    """A frame in a line: `edge/pipeline.py:_step`."""
    path = Path(code.co_filename)
    parts = path.parts
    for top in ("edge", "cloud_bridge", "site-packages", f"python3.{sys.version_info[1]}"):
        if top in parts:
            start = parts.index(top) + (top not in {"edge", "cloud_bridge"})
            return f"{'/'.join(parts[start:])}:{code.co_name}"
    return f"{path.name}:{code.co_name}"


def main() -> None:
    """Run `whistle`: `python -m tests.bench.sampling OUT`, then its own words.

    Sampling begins at one SIGUSR1 and ends at the next. When all is over OUT holds a line for each
    stack that was seen, outermost frame first, with how often.
    """
    out = Path(sys.argv.pop(1))

    def write() -> None:
        lines = (
            f"{';'.join(told(code) for code in reversed(stack))} {count}"
            for stack, count in seen.items()
        )
        out.write_text("\n".join(lines), "utf-8")

    atexit.register(write)
    signal.signal(signal.SIGPROF, sample)
    signal.signal(signal.SIGUSR1, turn)
    sys.exit(whistle())


if __name__ == "__main__":
    main()
