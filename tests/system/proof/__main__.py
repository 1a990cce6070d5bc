"""`python -m tests.system.proof --seed N --minutes M`: the proof, as long as it is wanted."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from simulators.broker import mosquitto
from tests.source_tree import ROOT
from tests.system.proof import loop_disk, own_network, report
from tests.system.proof.kinds import KINDS, available
from tests.system.proof.running import Run, run
from tests.system.proof.sabotage import FOUND_BY
from tests.system.proof.schedule import QUIET_S, Planned, plan
from tests.system.proof.short import SHORT, short_schedule


def main() -> int:
    """Run it; 0 when the promise was kept."""
    words = _words()
    if mosquitto() is None:
        sys.stderr.write("需要 mosquitto / this takes mosquitto\n")
        return 2
    own_network.enter()
    loop_disk.alone()
    usual = SHORT if words.short else FOUND_BY.get(words.sabotage, KINDS)
    kinds, lacking = available(words.kinds or usual)
    cards = [each.card for each in kinds]
    schedule = (
        short_schedule() if words.short else plan(words.seed, words.minutes * 60, cards, QUIET_S)
    )
    _announce(words.seed, schedule, lacking)
    folder = words.report or ROOT / "build" / "proof"
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=f"seed-{words.seed}-", dir=folder))
    verdict = asyncio.run(run(Run(folder=place, schedule=schedule, sabotage=words.sabotage)))
    told = {"seed": words.seed, "minutes": words.minutes, "sabotage": words.sabotage or "-"}
    told |= {"left_out": ", ".join(f"{name} ({why})" for name, why in lacking.items()) or "-"}
    (place / "report.md").write_text(report.as_markdown(verdict, schedule, **told), "utf-8")
    (place / "report.json").write_text(report.as_json(verdict, schedule, **told), "utf-8")
    sys.stdout.write(f"{report.summary(verdict)}\n{place / 'report.md'}\n")
    return 1 if verdict.failures else 0


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.system.proof",
        description="证明：已应答的报警不会丢失 / proves that no answered alarm is lost",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--report", type=Path, metavar="FOLDER")
    parser.add_argument("--short", action="store_true", help="半分钟 / half a minute")
    parser.add_argument("--sabotage", choices=sorted(FOUND_BY), default="")
    parser.add_argument("--kinds", nargs="+", choices=sorted(KINDS), metavar="KIND")
    return parser.parse_args()


def _announce(seed: int, schedule: tuple[Planned, ...], lacking: dict[str, str]) -> None:
    """Say what will happen before it does: so it can be done again."""
    sys.stdout.write(f"seed {seed}\n")
    sys.stdout.writelines(f"{each}\n" for each in schedule)
    sys.stdout.writelines(f"跳过 skipped: {name}: {why}\n" for name, why in lacking.items())
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
