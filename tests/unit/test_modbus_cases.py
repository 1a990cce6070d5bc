"""Recorded cases: a profile, what was asked and answered, and the readings that follow."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from edge.drivers.modbus.codec import (
    Data,
    Framing,
    MbapFraming,
    Refusal,
    RtuFraming,
)
from edge.drivers.modbus.scheduler import Schedule
from edge.drivers.modbus.timing import Patience
from edge.drivers.modbus.unit import Said, Turn, Unit
from edge.model import Quality, Reading, Value
from simulators.modbus_server import crc16
from tests.fakes.modbus import placed, profile
from tests.fakes.records import apart

CASES = Path(__file__).parents[1] / "cases" / "modbus"
AT = datetime(2026, 1, 1, tzinfo=UTC)
FRAMINGS: dict[str, type[RtuFraming | MbapFraming]] = {"rtu": RtuFraming, "mbap": MbapFraming}


def walk(case: Path) -> None:
    """Ask what the profile plans, answer as recorded, compare every reading.

    The requests have to be those on record, no more and no fewer; a point whose read is
    refused has to be bad.
    """
    script: dict[str, Any] = YAML(typ="safe").load(case / "case.yaml")
    answers = {
        bytes.fromhex(frame["ask"]): bytes.fromhex(frame["answer"]) for frame in script["frames"]
    }
    framing: Framing = FRAMINGS[script["framing"]]()
    device = placed("d", script["unit"], profile(script["profile"], case))
    schedule = Schedule()
    unit = Unit(device, schedule, Patience(floor=0.1, ceiling=1.0), Said())
    unit.start(0.0)
    readings: dict[str, Value | None] = {}
    asked: set[bytes] = set()
    while isinstance(turn := schedule.take(0.0), Turn):
        frame = framing.frame(turn.question.request, 1)
        assert frame in answers, f"not on record: {frame.hex(' ')}"
        asked.add(frame)
        answer = framing.take(bytearray(answers[frame]), turn.question.request, 1)
        assert isinstance(answer, Data | Refusal), f"no answer: {answers[frame].hex(' ')}"
        if isinstance(answer, Refusal):
            readings |= {place.name: None for place in turn.read.places}
            continue
        for record in apart(unit.settle(turn, answer, 0.0, AT)):
            if isinstance(record, Reading):
                assert (record.quality is Quality.BAD) is (record.value is None)
                readings[record.point.removeprefix("d/")] = record.value
    assert asked == set(answers)
    assert readings == script["readings"]


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_case(case: Path) -> None:
    """Every case on record is read as its file says."""
    walk(case)


def test_a_new_lift_model_costs_one_profile_and_one_case(tmp_path: Path) -> None:
    """A model that nobody knew is added by two files, without a line of code."""
    (tmp_path / "lifts").mkdir()
    (tmp_path / "lifts" / "new.yaml").write_text(_NEW_MODEL)
    ask, answer = bytes.fromhex("0904000a0003"), bytes.fromhex("090406fffe01020005")
    (tmp_path / "case.yaml").write_text(
        f"""
profile: lifts/new
unit: 9
framing: rtu
frames:
  - ask: "{(ask + crc16(ask)).hex()}"
    answer: "{(answer + crc16(answer)).hex()}"
readings: {{floor: -2, trip: true, error: 1, speed: 0.05}}
"""
    )
    walk(tmp_path)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("floor: -2", "floor: 65534"), ("trip: true", "trip: false"), ("unit: 9", "unit: 8")],
)
def test_a_wrong_case_fails(tmp_path: Path, wrong: str, right: str) -> None:
    """The walker sees a wrong value, a wrong bit and a wrong request."""
    test_a_new_lift_model_costs_one_profile_and_one_case(tmp_path)
    case = tmp_path / "case.yaml"
    case.write_text(case.read_text().replace(wrong, right))
    with pytest.raises(AssertionError):
        walk(tmp_path)


_NEW_MODEL = """
driver: modbus
kind: lift
make: Nobody
model: never seen before
source: made up for this test
text: {zh: 新型电梯, en: New lift}
points:
  floor: {type: int, table: input, register: 10, words: s16, text: {zh: 楼层, en: Floor}}
  trip: {type: bool, table: input, register: 11, bit: low.1, text: {zh: 跳闸, en: Trip}}
  error: {type: int, table: input, register: 11, bits: 8..15, text: {zh: 错误, en: Error}}
  speed: {type: float, table: input, register: 12, scale: 0.01, text: {zh: 速度, en: Speed}}
alarms:
  trip:
    when: {point: trip, equals: true}
    category: lift.out_of_service
    severity: 600
    lane: fault
    text: {zh: 电梯跳闸, en: The lift has tripped}
"""
