"""Which profile reads believable values out of what a unit has answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.discovery.profile_fit import Answers, fits, ranked
from edge.drivers.modbus.profile import ModbusProfile
from edge.model import Value
from simulators.modbus_registers import blank, lay_out
from tests.fakes.modbus import SHIPPED, made, profile

LIFTS = sorted(f"lifts/{path.stem}" for path in (SHIPPED / "lifts").glob("*.yaml"))
ALL = {name: profile(name) for name in [*LIFTS, "sensors/leakage_breaker"]}

BREAKER: dict[str, Value] = {
    **{f"voltage_{phase}": 231 for phase in "abc"},
    **{f"temperature_{phase}": 31 for phase in "abc"},
    "residual_current": 12,
    "frequency": 50.01,
}


def answered(device: ModbusProfile, values: dict[str, Value]) -> Answers:
    """What a device of that profile answers to all that is asked of it."""
    tables = blank(device)
    lay_out(device, values, tables)
    return {table: dict(words) for table, words in tables.items()}


def test_the_breaker_is_recognised() -> None:
    """Believable voltages and temperatures in its registers, which no lift has."""
    found = ranked(ALL, answered(ALL["sensors/leakage_breaker"], BREAKER))
    assert found[0][0] == "sensors/leakage_breaker"
    assert found[0][1] > 0.9
    assert all(score < 0.5 for _, score in found[1:])


@pytest.mark.parametrize("name", LIFTS)
def test_a_lift_is_recognised_by_what_it_answers(name: str) -> None:
    """Each lift of the catalogue is among the best for a device that has its registers."""
    device = ALL[name]
    numbers: dict[str, Value] = {
        point: 5 for point, spec in device.points.items() if spec.type != "bool" and not spec.labels
    }
    scores = dict(ranked(ALL, answered(device, numbers)))
    assert scores[name] == max(scores.values())


def test_values_out_of_their_range_speak_against_a_profile() -> None:
    """A temperature of 9,000 degrees is none; a code without a name is none of its codes."""
    device = made(
        {
            "t": {"register": 0, "valid": {"min": -40, "max": 200}},
            "u": {"register": 1, "valid": {"min": 0, "max": 300}},
            "mode": {"register": 2, "labels": {1: {"zh": "一", "en": "one"}}},
        }
    )
    good, bad = {0: 20, 1: 230, 2: 1}, {0: 9000, 1: 230, 2: 7}
    assert fits(device, {"holding": good}) == 1.0
    assert fits(device, {"holding": bad}) < 0.4


def test_zeros_and_bits_prove_nothing() -> None:
    """A unit that answers zero everywhere fits everything a little and nothing well."""
    for name, device in ALL.items():
        assert fits(device, answered(device, {})) <= 0.2, name
    assert fits(made({"a": {"register": 0}}), {"holding": {0: 0}}) <= 0.2


def test_what_was_not_answered_speaks_against_a_profile() -> None:
    """Half of the registers, half of the score; none at all, none."""
    device = made({f"v{n}": {"register": n, "valid": {"min": 0, "max": 300}} for n in range(6)})
    whole = fits(device, {"holding": dict.fromkeys(range(6), 230)})
    half = fits(device, {"holding": dict.fromkeys(range(3), 230)})
    assert (whole, half) == (1.0, 0.5)
    assert fits(device, {}) == 0.0
    assert ranked({"x": device}, {"input": {0: 1}}) == []


@given(st.dictionaries(st.integers(0, 120), st.integers(0, 0xFFFF), max_size=60))
def test_anything_at_all(words: dict[int, int]) -> None:
    """Whatever was answered, the score lies between 0 and 1."""
    bits = {address: word & 1 for address, word in words.items()}
    answers: Answers = {"holding": words, "input": words, "coil": bits, "discrete": bits}
    assert all(0.0 <= fits(device, answers) <= 1.0 for device in ALL.values())
