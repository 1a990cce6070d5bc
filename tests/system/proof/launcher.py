"""`whistle` with something about it: `… launcher [--clock FILE] [--torn FOLDER] … run SITE`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.system.proof.false_clock import FalseClock


def main() -> int:
    """Prepare, then run the gateway as anybody would."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clock", type=Path)
    parser.add_argument("--torn", type=Path)
    parser.add_argument("--sabotage", default="")
    words, rest = parser.parse_known_args()
    if words.clock:
        FalseClock(words.clock).show()
    if words.torn:
        from tests.system.proof.torn_disk import obeying  # noqa: PLC0415 - after the clock is set

        obeying(words.torn.resolve())
    if words.sabotage:
        from tests.system.proof.sabotage import SABOTAGES  # noqa: PLC0415 - the same

        SABOTAGES[words.sabotage]()
    from edge.__main__ import main as whistle  # noqa: PLC0415 - the same

    return whistle(rest)


if __name__ == "__main__":
    sys.exit(main())
