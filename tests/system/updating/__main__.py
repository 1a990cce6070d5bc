"""Updates under power cuts, as many as one likes: `python -m tests.system.updating --cuts 99`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.system.updating.story import play


def main() -> None:
    """Play it, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()

    def tell(what: str) -> None:
        sys.stdout.write(f"{time.monotonic() - began:7.1f} s  {what}\n")
        sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="whistle-updating-") as folder:
        seen = play(Path(folder), asked.cuts, asked.events, asked.seed, tell)
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(seen.kinds).items()))
    tell(f"{len(seen.cuts)} power cuts; {seen.kept} events kept before; delivered: {told}")


if __name__ == "__main__":
    main()
