"""Measures how many generated faults each detector of anomalies finds, how late, how it errs."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from tests.fakes.anomalies import DAYS, LEARN_DAYS, SIZES, WATCHED, Trial, trial
from tests.source_tree import ROOT

SERIES: Final = 3
"""Healthy series of each signal, and faults of each kind and size."""

MONTH: Final = 30.0

DOCUMENTS: Final = ("docs/anomalies.md", "docs/anomalies.zh-CN.md")
BEGIN: Final = "<!-- measured -->"
END: Final = "<!-- measured: end -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one detector on one signal and one kind of fault."""

    watch: str
    signal: str
    kind: str
    healthy: tuple[Trial, ...]
    faulty: tuple[Trial, ...]

    def found(self, size: float) -> tuple[int, int]:
        """Faults of a size that were told, and all of them."""
        own = [each for each in self.faulty if each.size == size]
        return sum(each.delay is not None for each in own), len(own)

    def figures(self) -> dict[str, object]:
        """All that is reported of it."""
        delays = sorted(each.delay for each in self.faulty if each.delay is not None)
        false = sum(each.false for each in (*self.healthy, *self.faulty))
        true = len(delays)
        months = len(self.healthy) * (DAYS - LEARN_DAYS) / MONTH
        return {
            "watch": self.watch,
            "signal": self.signal,
            "fault": self.kind,
            "healthy_months": round(months, 1),
            "false_a_month": round(sum(each.false for each in self.healthy) / months, 2),
            "faults": len(self.faulty),
            "precision": round(true / (true + false), 2) if true + false else None,
            "recall": round(true / len(self.faulty), 2),
            "found": {f"{size:g}": "{}/{}".format(*self.found(size)) for size in SIZES},
            "delay_h": round(median(delays) * 24, 1) if delays else None,
            "delay_h_most": round(delays[-1 - len(delays) // 10] * 24, 1) if delays else None,
        }


def results(series: int, seeds: str, watches: Iterable[str] = tuple(WATCHED)) -> Iterator[Result]:
    """Live through all series; `seeds` names those that no limit was chosen on."""
    for watch in watches:
        signals, kinds = WATCHED[watch]
        for signal in signals:
            healthy = tuple(trial(watch, signal, f"{seeds} {signal} {n}") for n in range(series))
            for kind in kinds:
                faulty = tuple(
                    trial(watch, signal, f"{seeds} {signal} {kind} {size} {n}", kind, size)
                    for size in SIZES
                    for n in range(series)
                )
                yield Result(watch=watch, signal=signal, kind=kind, healthy=healthy, faulty=faulty)


def table(rows: Sequence[dict[str, object]], head: Sequence[str]) -> str:
    """The rows as Markdown."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for row in rows:
        found = row["found"]
        assert isinstance(found, dict)
        cells = (
            f"`{str(row['watch']).partition(' ')[0]}`",
            f"{row['signal']}, {row['fault']}",
            *found.values(),
            _shown(row["recall"]),
            _shown(row["precision"]),
            f"{_shown(row['delay_h'])} / {_shown(row['delay_h_most'])}",
            _shown(row["false_a_month"]),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


HEADS: Final = {
    DOCUMENTS[0]: (
        *("watch", "signal, fault", "half", "as it matters", "double", "recall", "precision"),
        *("delay h, median / 9 of 10", "false a month"),
    ),
    DOCUMENTS[1]: (
        *("watch", "信号，故障", "一半", "值得关注", "两倍", "查全率", "查准率"),
        *("延迟（小时）中位 / 九成", "每月误报"),
    ),
}


def _shown(figure: object) -> str:
    return "–" if figure is None else f"{figure}"


def main() -> None:
    """Print a JSON object a line; write the tables into the documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=SERIES, help="of each kind and size")
    parser.add_argument("--seeds", default="report", help="a name; another one is other series")
    parser.add_argument("--only", nargs="*", default=list(WATCHED), help="detectors")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/")
    asked = parser.parse_args()
    rows = []
    for result in results(asked.series, asked.seeds, asked.only):
        rows.append(result.figures())
        sys.stdout.write(json.dumps(rows[-1], ensure_ascii=False) + "\n")
        sys.stdout.flush()
    for name, head in HEADS.items() if asked.write else ():
        write(ROOT / name, table(rows, head))


def write(document: Path, measured: str) -> None:
    """Put a table between the marks of a document."""
    text = document.read_text(encoding="utf-8")
    between = re.compile(f"(?<={re.escape(BEGIN)}\n).*?(?={re.escape(END)})", re.DOTALL)
    document.write_text(between.sub(f"{measured}\n", text), encoding="utf-8")


if __name__ == "__main__":
    main()
