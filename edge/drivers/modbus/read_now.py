"""What to ask a device that is to be read at once, and its values in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from edge.drivers.modbus.codec import Data, Outcome
from edge.drivers.modbus.decode import compile_read
from edge.drivers.modbus.planner import Read, plan
from edge.drivers.modbus.profile import ModbusProfile
from edge.errors import CommandRejected
from edge.model import Value

MOST_TOLD = 40  # values that a person reads in one go; a page of the manual


def reads_of(profile: ModbusProfile, args: Mapping[str, Value]) -> Sequence[Read]:
    """All that is polled, or what holds the point that the argument `point` names."""
    reads = plan(profile.points, profile.settings)
    wanted = args.get("point")
    if wanted is None:
        return reads
    chosen = [each for each in reads if wanted in {place.name for place in each.places}]
    if not chosen:
        raise CommandRejected(f"there is no point {str(wanted)[:63]}")
    return chosen


def words_of(
    profile: ModbusProfile, asked: Iterable[tuple[Read, Outcome]], args: Mapping[str, Value]
) -> str:
    """The values as `name=value unit`, `?` for what is not believed or was refused."""
    said: list[str] = []
    for read, outcome in asked:
        decoder = compile_read(read, profile.points, profile.settings)
        nothing: tuple[Value | None, ...] = (None,) * len(decoder.names)
        values = decoder(outcome.data) if isinstance(outcome, Data) else nothing
        said += [
            _said(name, value, profile.points[name].unit)
            for name, value in zip(decoder.names, values, strict=True)
            if args.get("point", name) == name
        ]
    more = [f"and {len(said) - MOST_TOLD} more"] if len(said) > MOST_TOLD else []
    return ", ".join([*said[:MOST_TOLD], *more])


def _said(name: str, value: Value | None, unit: str) -> str:
    if value is None:
        return f"{name}=?"
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{name}={shown} {unit}".rstrip()
