"""Fuzzes parser after parser: `python -m tests.fuzz [--inputs N] [--minutes M] [PARSER…]`."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fuzz.catalogue import TARGETS
from tests.source_tree import ROOT

FOLDER: Final = ROOT / "build" / "fuzz"
"""Inputs that reach something new, by parser; the next run goes on from them."""
INPUTS: Final = 1_000_000
LED: Final = 1 / 10
"""Of the inputs."""
LED_TIME: Final = 1 / 3
"""Of the time, at most."""
MINUTES: Final = 60.0
HANGS_S: Final = 60
"""An input that is not done by then is a finding, however busy the machine is."""
MOST_MB: Final = 1024
INPUTS_RUN: Final = re.compile(r"stat::number_of_executed_units:\s+(\d+)")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one parser; `led` of its `inputs` were. `log` is all that was said."""

    name: str
    inputs: int
    led: int
    seconds: float
    found: bool
    log: Path

    def row(self) -> str:
        """A line of a table in Markdown."""
        outcome = f"**{self.log}**" if self.found else "0"
        counts = f"{self.inputs:,} | {self.led:,} | {self.seconds / 60:.1f}"
        return f"| `{self.name}` | {counts} | {outcome} |"


def fuzz(name: str, inputs: int, minutes: float) -> Result:
    """Run one parser until it has had enough, or something is found.

    It is led by the branches that an input reaches for a tenth of the inputs, or a third of the
    time; then goes on from what was found so, without counting, as fast as the parser is.
    """
    log = FOLDER / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    begun = time.monotonic()
    led, found = _run(name, log, round(inputs * LED), minutes * 60 * LED_TIME)
    fast = 0
    if not found:
        left = minutes * 60 - (time.monotonic() - begun)
        fast, found = _run(name, log, inputs - led, left, "--fast")
    return Result(name, led + fast, led, time.monotonic() - begun, found, log)


def _run(name: str, log: Path, inputs: int, seconds: float, *words: str) -> tuple[int, bool]:
    """Run it in a process of its own; return how many inputs it had, and if one is a finding."""
    corpus = FOLDER / name
    corpus.mkdir(exist_ok=True)
    command = [
        *(sys.executable, "-m", "tests.fuzz.one", *words, name, str(corpus)),
        *(f"-runs={inputs}", f"-max_total_time={max(1, round(seconds))}", "-print_final_stats=1"),
        *(f"-timeout={HANGS_S}", f"-rss_limit_mb={MOST_MB}", f"-artifact_prefix={FOLDER}/{name}-"),
    ]
    with log.open("ab") as said:
        ended = subprocess.run(command, cwd=ROOT, stdout=said, stderr=said, check=False)
    counted = INPUTS_RUN.findall(log.read_text("utf-8", "replace"))
    return int(counted[-1]) if counted else 0, ended.returncode != 0


def main() -> None:
    """Print a row for each parser; end with 1 where anything was found."""
    words = argparse.ArgumentParser(prog="python -m tests.fuzz")
    words.add_argument("--inputs", type=int, default=INPUTS, help="for each parser")
    words.add_argument("--minutes", type=float, default=MINUTES, help="for each parser, at most")
    words.add_argument("parsers", nargs="*", metavar="PARSER", help=", ".join(TARGETS))
    asked = words.parse_args()
    unknown = sorted(set(asked.parsers) - set(TARGETS))
    if unknown:
        words.error(f"no parser {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    found = False
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = [
            pool.submit(fuzz, name, asked.inputs, asked.minutes)
            for name in asked.parsers or TARGETS
        ]
        for run in runs:
            result = run.result()
            found |= result.found
            sys.stdout.write(f"{result.row()}\n")
            sys.stdout.flush()
    sys.exit(found)


if __name__ == "__main__":
    main()
