"""What rules cost, in µs of the processor, beside a plain reference in the same run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from time import process_time
from typing import Any, Final

from msgspec import structs

from edge.model import Device, Lane, Location, Point, Reading, Text
from edge.rules.alarm import PointAlarm, Words
from edge.rules.build import comparison
from edge.rules.engine import Engine
from edge.rules.expression import Operand, parse
from edge.rules.rule import Rule
from edge.rules.spec import RuleSection
from edge.rules.writing import write_rule
from edge.rules.written import WrittenRule
from edge.schema import Condition
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

DEVICES: Final = 1_000
POINTS: Final = 50
"""Of each device; the first has listeners."""
LISTENERS: Final = 10
ROUNDS: Final = 5
FEW: Final = 500
"""Readings where one costs a hundred times as much."""
LEVEL: Final = Point(name="level", type="float", text=Text("水位", "level"), unit="%")
SITE: Final = bare_site(
    devices={
        f"d{number}": Device(
            id=f"d{number}",
            kind="pressure",
            name=Text("井", "sump"),
            link="l",
            profile="p",
            make="",
            model="",
            location=Location(),
            points={"level": LEVEL},
        )
        for number in range(DEVICES)
    }
)
HEARD: Final = tuple(
    Reading(point=f"d{number % DEVICES}/level", value=50.0 + number % 7, at=EPOCH)
    for number in range(20_000)
)
HEARD_BY_FEW: Final = tuple(structs.replace(reading, point="d0/level") for reading in HEARD)
UNHEARD: Final = tuple(
    Reading(point=f"d{number % DEVICES}/x{number % (POINTS - 1)}", value=50.0, at=EPOCH)
    for number in range(20_000)
)
LIMITS: Final = {
    f"d{number}/level": [80 + n for n in range(LISTENERS)] for number in range(DEVICES)
}


def written(device: str, number: int, when: dict[str, Any]) -> WrittenRule:
    """A rule as a site writes it."""
    alarm = {
        "category": "water.flood",
        "severity": 700,
        "lane": "fault",
        "text": {"zh": "进水", "en": "flood"},
    }
    section = {"id": f"r{number}", "when": when, "for": "10s", "raise": {**alarm, "device": device}}
    return write_rule(RuleSection.model_validate_json(json.dumps(section)), SITE, {})


def above(device: str, number: int) -> Rule[Any]:
    """A written rule on one point."""
    return written(device, number, {"point": f"{device}/level", "above": 80 + number})


def mean(device: str, number: int) -> Rule[Any]:
    """A written rule on the mean of a point."""
    when = {"mean": f"{device}/level", "over": "5min", "above": 80 + number}
    return written(device, number, when)


def of_profile(device: str, number: int) -> Rule[Any]:
    """An alarm as a profile writes it."""
    return PointAlarm(
        id=f"{device}/a{number}",
        device=device,
        name=f"a{number}",
        point=f"{device}/level",
        words=Words(category="x", severity=1, lane=Lane.FAULT, text=Text("", "")),
        holds=comparison(Condition(point="level", above=80 + number), 0),
        on_delay=timedelta(seconds=10),
    )


def fed(
    make: Callable[[str, int], Rule[Any]], readings: tuple[Reading, ...], devices: int = DEVICES
) -> Callable[[], None]:
    """Feed an engine with ten rules on one point of each device."""
    engine = Engine(make(f"d{device}", n) for device in range(devices) for n in range(LISTENERS))
    engine.begin(EPOCH)

    def feed() -> None:
        for reading in readings:
            engine.feed(reading, EPOCH)

    return feed


def plain() -> None:
    """The reference: look the point up, compare with ten limits, in plain Python."""
    over = 0
    for reading in HEARD:
        for limit in LIMITS[reading.point]:
            if reading.value > limit:  # type: ignore[operator]
                over += 1


def computed(run: Callable[[float, float], bool | None]) -> Callable[[], None]:
    """Call a formula for each reading."""

    def compute() -> None:
        for reading in HEARD:
            run(reading.value, 20.0)  # type: ignore[arg-type]

    return compute


def cost(work: Callable[[], None], readings: int) -> float:
    """The best of a few rounds, in µs for each reading; the first warms up."""
    best = float("inf")
    for _ in range(ROUNDS + 1):
        begun = process_time()
        work()
        best = min(best, process_time() - begun)
    return best / readings * 1e6


def main() -> None:
    """Print one JSON object for each benchmark."""
    formula = parse("a - b > 20", {"a": Operand("float"), "b": Operand("float")})
    ten, one = "lookup and ten comparisons", "the same formula as a lambda"
    by_hand = computed(lambda a, b: a - b > 20)
    for name, work, reference, against in (
        ("reading.written.10_listeners", fed(above, HEARD), ten, plain),
        ("reading.profile.10_listeners", fed(of_profile, HEARD), ten, plain),
        ("reading.profile.10_rules_in_all", fed(of_profile, HEARD_BY_FEW, 1), ten, plain),
        ("reading.nobody_listens", fed(above, UNHEARD), ten, plain),
        ("reading.mean.10_listeners", fed(mean, HEARD[:FEW]), ten, plain),
        ("expression.run", computed(formula.run), one, by_hand),
        ("expression.truth", computed(lambda a, b: formula.truth((a, b))), one, by_hand),
    ):
        took = cost(work, FEW if "mean" in name else len(HEARD))
        wanted = cost(against, len(HEARD))
        told = {
            "name": name,
            "us": round(took, 3),
            "reference": reference,
            "reference_us": round(wanted, 3),
            "ratio": round(took / wanted, 2),
        }
        sys.stdout.write(f"{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
