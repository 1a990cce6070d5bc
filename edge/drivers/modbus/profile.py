"""What a profile says about a device that speaks Modbus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from edge.drivers.modbus.decode import Decoder, compile_read
from edge.drivers.modbus.planner import Read, plan
from edge.model import Argument, Text
from edge.schema import ActionSpec, Duration, Name, PointSpec, Profile, Strict, fault, scaled
from edge.schema import Text as SchemaText

Table: TypeAlias = Literal["holding", "input", "coil", "discrete"]
Words: TypeAlias = Literal["u16", "s16", "u32", "s32", "f32", "u64", "s64", "f64"]
Order: TypeAlias = Literal["big", "little"]

REGISTERS_OF: Final[Mapping[Words, int]] = {
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
    forbidden: tuple[Span, ...] = ()
    min_pause: Duration = timedelta(0)
    answer_within: Duration | None = None
    word_order: Order = "big"
    byte_order: Order = "big"
    groups: Mapping[Name, Duration] = Field(
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
    number: Register = Field(alias="register", description="Its number in the manual.")
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
    def found_at(self) -> str:
        """As the manual has it: `holding 12.3`, `input 5 s32 × 0.1`."""
        run = f".{self.bit}" if self.bit is not None else f" [{self.bits}]" if self.bits else ""
        words = "" if self.of_bits or self.words == "u16" else f" {self.words}"
        return f"{self.table} {self.number}{run}{words}{scaled(self.scale, self.offset)}"

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
    def _makes_sense(self) -> Self:
        for wrong, what, remedy in _POINT_CHECKS:
            if wrong(self):
                raise fault(what, remedy)
        return self


def _bits_outside(point: ModbusPoint) -> bool:
    run = point.run
    return run is not None and not (run[1] >= 1 and sum(run) <= 16 * point.size)


def _decimal_int(point: ModbusPoint) -> bool:
    decimals = point.scale % 1 or point.offset % 1 or point.words.startswith("f")
    return point.type == "int" and bool(decimals)


_POINT_CHECKS: Final[tuple[tuple[Callable[[ModbusPoint], bool], Text, Text], ...]] = (
    (
        lambda point: (
            point.of_bits
            and (point.type != "bool" or point.run is not None or point.words != "u16")
        ),
        Text("线圈和离散输入本身就是一位", "a coil or discrete input is a single bit"),
        Text("写 type: bool，不写 bit 和 words", "write type: bool without bit or words"),
    ),
    (
        lambda point: point.bit is not None and point.bits is not None,
        Text("bit 与 bits 不能同时写", "bit and bits exclude each other"),
        Text("只写其中一个", "write one of them"),
    ),
    (
        lambda point: point.run is not None and point.words.startswith("f"),
        Text("浮点数没有可取的位", "a float has no bits to pick"),
        Text("words 写 u16 或 u32", "write words: u16 or u32"),
    ),
    (
        _bits_outside,
        Text("位不在寄存器内", "these bits do not lie in the value"),
        Text(
            "从低到高写，例如 4..5；超过 15 位用 u32", "write low..high, such as 4..5, or use u32"
        ),
    ),
    (
        lambda point: point.bit is not None and point.type != "bool",
        Text("单独一位只能是 bool", "a single bit is a bool"),
        Text("写 type: bool，或用 bits 取数", "write type: bool, or pick a number with bits"),
    ),
    (
        lambda point: point.inverted and point.type != "bool",
        Text("只有 bool 能取反", "only a bool can be inverted"),
        Text("删去 inverted", "take out inverted"),
    ),
    (
        _decimal_int,
        Text("带小数的值不是整数", "a value with decimals is no int"),
        Text("写 type: float", "write type: float"),
    ),
    (
        lambda point: point.every is not None and point.every <= timedelta(0),
        Text("轮询周期为零", "the poll rate is nothing"),
        Text("写大于 0 的时长，例如 1s", "write a duration above 0, such as 1s"),
    ),
)


class ModbusAction(ActionSpec):
    """A write: a fixed `value`, or the command's argument `value` between `min` and `max`."""

    table: Literal["holding", "coil"]
    number: Register = Field(alias="register", description="Its number in the manual.")
    value: Annotated[int, Field(ge=0, le=0xFFFF)] | None = None
    min: Annotated[int, Field(ge=0, le=0xFFFF)] = 0
    max: Annotated[int, Field(ge=0, le=0xFFFF)] = 0xFFFF

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """The value, where the profile has not fixed it."""
        if self.value is not None:
            return ()
        words = Text("写入的值", "Value to write")
        return (Argument(name="value", text=words, least=self.min, most=self.max),)


READ: Final = "read"
_READ: Final = ActionSpec(text=SchemaText(zh="立即读取", en="Read now"), effect="reads")


class ModbusProfile(Profile):
    """A make and model that speaks Modbus."""

    driver: Literal["modbus"]
    settings: ModbusSettings = Field(default_factory=ModbusSettings)
    points: Annotated[Mapping[Name, ModbusPoint], Field(min_length=1)]
    actions: Mapping[Name, ModbusAction] = Field(default_factory=dict)

    @cached_property
    def plan(self) -> Mapping[Read, Decoder]:
        """The fewest reads for all points, each with its decoder: one for all its devices."""
        reads = plan(self.points, self.settings)
        return {read: compile_read(read, self.points, self.settings) for read in reads}

    @property
    def all_actions(self) -> Mapping[str, ActionSpec]:
        """Whatever is polled can be asked at once, lifts too."""
        return {READ: _READ, **self.actions}

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.kind == "lift" and self.actions:
            raise fault(
                Text("电梯只读，不能写", "a lift is only read, never written to"),
                Text("删去 actions", "take out actions"),
            )
        if any(every <= timedelta(0) for every in self.settings.groups.values()):
            raise fault(
                Text("轮询周期为零", "a group's poll rate is nothing"),
                Text("写大于 0 的时长，例如 1s", "write a duration above 0, such as 1s"),
            )
        for name, point in self.points.items():
            _check_place(name, point, self.settings)
        for name, action in self.actions.items():
            _check_exists(name, action.number, action.number, self.settings)
        return self


def _check_exists(name: str, first: int, last: int, settings: ModbusSettings) -> None:
    if first < settings.numbering or last - settings.numbering > LAST_ADDRESS:
        low, high = settings.numbering, settings.numbering + LAST_ADDRESS
        raise fault(
            Text(f"{name}：寄存器 {first} 不存在", f"{name}: there is no register {first}"),
            Text(f"可用 {low} 到 {high}", f"there are {low} to {high}"),
        )


def _check_place(name: str, point: ModbusPoint, settings: ModbusSettings) -> None:
    """A point has to be readable with these settings."""
    first, last = point.number, point.number + point.size - 1
    _check_exists(name, first, last, settings)
    if point.every is None and point.group not in settings.groups:
        names = ", ".join(settings.groups)
        raise fault(
            Text(f"{name}：没有分组 {point.group}", f"{name}: there is no group {point.group}"),
            Text(f"settings.groups 里有 {names}", f"settings.groups has {names}"),
        )
    if not point.of_bits and point.size > settings.max_registers:
        raise fault(
            Text(f"{name}：超过 max_registers", f"{name}: longer than max_registers"),
            Text(f"max_registers 至少 {point.size}", f"max_registers is {point.size} at least"),
        )
    for span in settings.forbidden:
        if span.table == point.table and span.first <= last and first <= span.last:
            raise fault(
                Text(f"{name}：寄存器 {first} 禁止读取", f"{name}: register {first} is forbidden"),
                Text("改 forbidden 或删去该点", "change forbidden or take out the point"),
            )
