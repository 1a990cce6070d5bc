"""What a profile says about a device that speaks Modbus."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from edge.schema import ActionSpec, Duration, Name, PointSpec, Profile, Strict

Table: TypeAlias = Literal["holding", "input", "coil", "discrete"]
Words: TypeAlias = Literal["u16", "s16", "u32", "s32", "f32", "u64", "s64", "f64"]
Order: TypeAlias = Literal["big", "little"]

REGISTERS_OF: dict[Words, int] = {
    "u16": 1,
    "s16": 1,
    "u32": 2,
    "s32": 2,
    "f32": 2,
    "u64": 4,
    "s64": 4,
    "f64": 4,
}
LAST_ADDRESS = 0xFFFF
MAX_REGISTERS = 125  # of one answer: its byte count must fit the 253 bytes of a PDU
MAX_BITS = 2000  # the same limit for coils and discrete inputs

Register: TypeAlias = Annotated[int, Field(ge=0, le=LAST_ADDRESS + 1)]
Bit: TypeAlias = (
    Annotated[int, Field(ge=0, le=15)]
    | Annotated[str, StringConstraints(pattern=r"^(high|low)\.[0-7]$")]
)


class Serial(Strict):
    """How characters travel on the wire: 9600 8E1."""

    baud: Annotated[int, Field(ge=300, le=4_000_000)] = 9600
    data_bits: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1


class Span(Strict):
    """Registers that must never be asked for, by the numbers of the manual."""

    table: Table
    first: Register
    last: Register


class Valid(Strict):
    """Where a value is believable, in its own unit."""

    min: float | None = None
    max: float | None = None


class ModbusSettings(Strict):
    """How this make wants to be read.

    `numbering` is the number that the manual gives to the first register. `answer_within`
    is the longest that this device may think about an answer.
    """

    numbering: Literal[0, 1] = 0
    serial: Serial | None = None
    max_registers: Annotated[int, Field(ge=1, le=MAX_REGISTERS)] = 100
    max_bits: Annotated[int, Field(ge=1, le=MAX_BITS)] = 800
    max_gap: Annotated[int, Field(ge=0, le=MAX_REGISTERS)] = 8
    forbidden: list[Span] = Field(default_factory=list)
    min_pause: Duration = timedelta(0)
    answer_within: Duration | None = None
    word_order: Order = "big"
    byte_order: Order = "big"
    groups: dict[Name, Duration] = Field(
        default_factory=lambda: {"fast": timedelta(seconds=1), "slow": timedelta(minutes=1)}
    )


class ModbusPoint(PointSpec):
    """Where a value is found.

    `bit` is one bit of a register, `bits` a run of them (`4..5`). The value is
    raw * scale + offset; outside `valid` it is not believed. `every` is a poll rate of
    this point's own and goes before its group's.
    """

    type: Literal["bool", "int", "float"]
    table: Table = "holding"
    register: Register
    bit: Bit | None = None
    bits: Annotated[str, StringConstraints(pattern=r"^\d{1,2}\.\.\d{1,2}$")] | None = None
    words: Words = "u16"
    word_order: Order | None = None
    byte_order: Order | None = None
    scale: float = 1.0
    offset: float = 0.0
    valid: Valid | None = None
    inverted: bool = False
    group: Name = "fast"
    every: Duration | None = None

    @property
    def of_bits(self) -> bool:
        """Whether the table holds single bits."""
        return self.table in {"coil", "discrete"}

    @property
    def size(self) -> int:
        """Registers, or bits in a table of bits, that the value takes."""
        return 1 if self.of_bits else REGISTERS_OF[self.words]

    @property
    def run(self) -> tuple[int, int] | None:
        """First bit and number of bits, counted from the lowest; none for the whole value."""
        if isinstance(self.bit, int):
            return self.bit, 1
        if self.bit is not None:
            half, _, number = self.bit.partition(".")
            return int(number) + 8 * (half == "high"), 1
        if self.bits is not None:
            low, _, high = self.bits.partition("..")
            return int(low), int(high) - int(low) + 1
        return None

    @model_validator(mode="after")
    def _makes_sense(self) -> ModbusPoint:
        if self.of_bits and (self.type != "bool" or self.bit is not None or self.words != "u16"):
            raise ValueError("a coil or discrete input is a bool of its own, without bit or words")
        if self.bit is not None and self.bits is not None:
            raise ValueError("give either bit or bits")
        run = self.run
        if run and not (run[1] >= 1 and sum(run) <= 16 * self.size):
            raise ValueError(f"bits {self.bits} do not lie in {self.words}")
        if run and self.words.startswith("f"):
            raise ValueError("a float has no bits to pick")
        if self.bit is not None and self.type != "bool":
            raise ValueError("a single bit is a bool; use bits for a number")
        if self.inverted and self.type != "bool":
            raise ValueError("only a bool can be inverted")
        scaled = self.scale % 1 or self.offset % 1 or self.words.startswith("f")
        if self.type == "int" and scaled:
            raise ValueError("a value with decimals is a float")
        if self.every is not None and self.every <= timedelta(0):
            raise ValueError("every must be longer than nothing")
        return self


class ModbusAction(ActionSpec):
    """A write: a fixed `value`, or the command's argument `value` between `min` and `max`."""

    table: Literal["holding", "coil"]
    register: Register
    value: Annotated[int, Field(ge=0, le=0xFFFF)] | None = None
    min: Annotated[int, Field(ge=0, le=0xFFFF)] = 0
    max: Annotated[int, Field(ge=0, le=0xFFFF)] = 0xFFFF


class ModbusProfile(Profile):
    """A make and model that speaks Modbus."""

    driver: Literal["modbus"]
    settings: ModbusSettings = Field(default_factory=ModbusSettings)
    points: dict[Name, ModbusPoint] = Field(min_length=1)
    actions: dict[Name, ModbusAction] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _makes_sense(self) -> ModbusProfile:
        if self.kind == "lift" and self.actions:
            raise ValueError("a lift is never written to: its profile has no actions")
        wrong = [
            f"{name}: {fault}"
            for name, point in self.points.items()
            if (fault := _fault(point, self.settings))
        ]
        wrong += [
            f"{name}: register {action.register} does not exist"
            for name, action in self.actions.items()
            if not 0 <= action.register - self.settings.numbering <= LAST_ADDRESS
        ]
        if any(every <= timedelta(0) for every in self.settings.groups.values()):
            wrong.append("groups: a poll rate must be longer than nothing")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


def _fault(point: ModbusPoint, settings: ModbusSettings) -> str:
    """What keeps a point from being read with these settings; empty if nothing does."""
    first = point.register - settings.numbering
    last = point.register + point.size - 1
    if first < 0 or last - settings.numbering > LAST_ADDRESS:
        return f"register {point.register} does not exist"
    if point.every is None and point.group not in settings.groups:
        return f"group {point.group} is not in settings.groups ({', '.join(settings.groups)})"
    if not point.of_bits and point.size > settings.max_registers:
        return f"{point.words} takes more than max_registers ({settings.max_registers})"
    for span in settings.forbidden:
        if span.table == point.table and span.first <= last and point.register <= span.last:
            return f"register {point.register} is forbidden"
    return ""
