"""One hostile device beside eleven ordinary links: what they notice of it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.bench.hostile.beats import WITHIN
from tests.bench.hostile.bytes_of import DEEDS
from tests.bench.hostile.run import Outcome, play
from tests.bench.peers.processes import program

MINUTES: Final = 1.0
CONFIRMED_S: Final = 1.0
"""What a panel or gate says is on disk and answered by then, all but one in a hundred times."""
QUIET_SHARE: Final = 0.2
"""Of the time with the device: so long the links are looked at before it comes."""


def told(outcome: Outcome, seconds: float) -> dict[str, Any]:
    """Return what is printed; the goal is met where `ratio` is 1 at most."""
    quiet, beside = outcome.quiet, outcome.beside
    off = {name: after.off(quiet.periods[name]) for name, after in beside.periods.items()}
    worst = max(off, key=lambda name: off[name])
    slowest = max(each.p99_s for each in beside.waits.values())
    return {
        "name": "hostile.others_beside",
        "seconds": seconds,
        "links": len(beside.periods) + len(beside.waits),
        "worst_polled": worst,
        "period_quiet_s": quiet.periods[worst].mean_s,
        "period_beside_s": beside.periods[worst].mean_s,
        "period_off": off[worst],
        "period_p99_quiet_s": max(each.p99_s for each in quiet.periods.values()),
        "period_p99_beside_s": max(each.p99_s for each in beside.periods.values()),
        "confirmed_mean_quiet_s": max(each.mean_s for each in quiet.waits.values()),
        "confirmed_mean_beside_s": max(each.mean_s for each in beside.waits.values()),
        "confirmed_p99_quiet_s": max(each.p99_s for each in quiet.waits.values()),
        "confirmed_p99_beside_s": slowest,
        "unconfirmed": sum(outcome.unconfirmed.values()),
        "gateway_starts": outcome.gateway_starts,
        "deeds": dict(outcome.deeds),
        "reference": "a tenth of the period; a second to be confirmed in",
        "reference_off": WITHIN,
        "reference_s": CONFIRMED_S,
        "ratio": max(off[worst] / WITHIN, slowest / CONFIRMED_S),
        "goal": 1.0,
    }


def main() -> None:
    """Print one JSON object; end with 1 where the goal is missed, or a word is unconfirmed."""
    words = argparse.ArgumentParser(prog="python -m tests.bench.bench_hostile")
    words.add_argument("--minutes", type=float, default=MINUTES)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--only", choices=DEEDS, action="append", default=[], metavar="DEED")
    asked = words.parse_args()
    if not program("mosquitto"):
        sys.stderr.write("需要 mosquitto，跳过 / this takes mosquitto: skipped\n")
        return
    seconds = asked.minutes * 60
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        playing = play(
            Path(folder), seconds * QUIET_SHARE, seconds, asked.seed, asked.only or DEEDS
        )
        outcome = asyncio.run(playing)
    line = told(outcome, seconds)
    sys.stdout.write(f"{json.dumps(_rounded(line))}\n")
    sys.exit(line["ratio"] > line["goal"] or line["unconfirmed"] > 0)


def _rounded(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _rounded(value) for key, value in tree.items()}
    return round(tree, 3) if isinstance(tree, float) else tree


if __name__ == "__main__":
    main()
