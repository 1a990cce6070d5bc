"""Measures how early a failing lift is named, and how often a healthy one is."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from statistics import median

from simulators.lift_history import LIFTS, WORST, month_of_faults
from tests.fakes.lift_month import BEGINS, Month

ENOUGH = 3.0
"""Days before the breakdown that are needed to get a technician and a part."""


def main() -> None:
    """Live through months and say what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("months", type=int, help="how many; seeds are 0, 1, 2 ...")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    parser.add_argument(
        "--worst",
        type=float,
        nargs=2,
        default=WORST,
        help="faults a day of the failing lift just before it breaks down",
    )
    asked = parser.parse_args()
    leads: list[float] = []
    missed: list[int] = []
    false: list[int] = []
    others = 0
    for seed in range(asked.first, asked.first + asked.months):
        story = month_of_faults(seed, BEGINS, (asked.worst[0], asked.worst[1]))
        told = Month().begin().live(story.faults).told
        false += [seed for each in told if each.device != story.failing]
        own = [each for each in told if each.device == story.failing]
        if not own or own[0].at >= story.breakdown:
            missed.append(seed)
            continue
        leads.append((story.breakdown - own[0].at) / timedelta(days=1))
        others += not own[0].cause.about.startswith(f"{story.code}: ")
    early = sum(lead >= ENOUGH for lead in leads)
    say = sys.stdout.write
    say(f"months {asked.months}, healthy lifts in them {asked.months * (LIFTS - 1)}\n")
    say(f"named {ENOUGH:g} days before or earlier: {early}; later: {len(leads) - early}\n")
    say(f"never named: {len(missed)}, seeds {missed}\n")
    say(f"healthy lifts named: {len(false)}, seeds {false}\n")
    say(f"another code than the worn one named first: {others}\n")
    if leads:
        tenth = sorted(leads)[len(leads) // 10]
        say(f"days before, median {median(leads):.1f}, a tenth below {tenth:.1f}\n")


if __name__ == "__main__":
    main()
