"""Cuts the power of journal and history for as long as one likes: other chances each time."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from time import monotonic, process_time
from typing import Final

import structlog

from edge.history.keeping import USUAL
from tests.fakes import power_cut_history as history
from tests.fakes import power_cut_journal as journal
from tests.fakes.power_cut import power_cut
from tests.fakes.power_cut_search import Findings, examined

SECONDS: Final = 60.0


def lives_of_a_journal(folder: Path, seed: int) -> Findings:
    """Two lives, the power cut at each step of them, now and then twice.

    Once only on a disk that is not powersafe: what SQLite writes between two commits, so that a
    torn write does not spoil the one before it, the start after a cut takes away.
    """
    careful = seed % 3 > 0
    with journal.short_memory(), power_cut(careful=careful, pages=4 + seed % 20) as disk:
        disk.watch(folder / "run")
        story = journal.Story(disk, folder / "run", seed)
        story.life()
        story.life()
        again = 37 if careful else 0
        return examined(disk, folder / "found", journal.broken_promises, seed=seed, again=again)


def lives_of_a_history(folder: Path, seed: int) -> Findings:
    """The same of a history; every other one forgets."""
    careful, keeping = seed % 3 > 0, history.SHORT if seed % 2 else USUAL
    with history.busy(), power_cut(careful=careful, pages=4 + seed % 20) as disk:
        disk.watch(folder / "run")
        story = history.Story(disk, folder / "run", seed, keeping)
        story.life()
        story.life()
        again, found = 97 if careful else 0, folder / "found"
        return examined(disk, found, history.broken_promises, seed=seed, each=0.5, again=again)


def tell(name: str, lives: Callable[[Path, int], Findings], seconds: float) -> bool:
    """Cut for so long, and print one line; return whether nothing was lost."""
    cuts = losses = 0
    begun, spent = monotonic(), process_time()
    for seed in count():
        with tempfile.TemporaryDirectory() as folder:
            findings = lives(Path(folder), seed)
        cuts, losses = cuts + findings.cuts, losses + findings.losses
        for broken in findings.broken.values():
            sys.stdout.write(f"{json.dumps({'name': name, 'seed': seed, 'broken': broken})}\n")
        if monotonic() - begun > seconds:
            break
    per_minute = round(cuts / (process_time() - spent) * 60)
    line = {"name": name, "cuts": cuts, "losses": losses, "lives": 2 * seed + 2}
    sys.stdout.write(f"{json.dumps({**line, 'cuts_a_minute': per_minute})}\n")
    sys.stdout.flush()
    return not losses


def main() -> None:
    """Cut for some seconds each, 60 where none are given; status 1 when something is lost."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    kept = [
        tell("journal", lives_of_a_journal, seconds),
        tell("history", lives_of_a_history, seconds),
    ]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
