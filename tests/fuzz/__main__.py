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
MINUTES: Final = 60.0
HANGS_S: Final = 60
"""An input that is not done by then is a finding, however busy the machine is."""
MOST_MB: Final = 1024
INPUTS_RUN: Final = re.compile(r"stat::number_of_executed_units:\s+(\d+)")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one parser; `log` is all that was said."""

    name: str
    inputs: int
    seconds: float
    found: bool
    log: Path

    def row(self) -> str:
        """A line of a table in Markdown."""
        outcome = f"**{self.log}**" if self.found else "0"
        return f"| `{self.name}` | {self.inputs:,} | {self.seconds / 60:.1f} | {outcome} |"


def fuzz(name: str, inputs: int, minutes: float) -> Result:
    """Run one parser in a process of its own until it has had enough, or something is found."""
    corpus = FOLDER / name
    corpus.mkdir(parents=True, exist_ok=True)
    log = FOLDER / f"{name}.log"
    command = [
        *(sys.executable, "-m", "tests.fuzz.one", name, str(corpus)),
        *(f"-runs={inputs}", f"-max_total_time={round(minutes * 60)}", "-print_final_stats=1"),
        *(f"-timeout={HANGS_S}", f"-rss_limit_mb={MOST_MB}", f"-artifact_prefix={FOLDER}/{name}-"),
    ]
    begun = time.monotonic()
    with log.open("wb") as said:
        ended = subprocess.run(command, cwd=ROOT, stdout=said, stderr=said, check=False)
    counted = INPUTS_RUN.search(log.read_text("utf-8", "replace"))
    done = int(counted[1]) if counted else 0
    return Result(name, done, time.monotonic() - begun, ended.returncode != 0, log)


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
