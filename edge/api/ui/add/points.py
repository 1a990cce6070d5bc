"""Registers as a person recognises values in them, and the profile that is made of those; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from edge.discovery import Interpretation, interpretations
from edge.drivers.modbus.profile import Table
from edge.model import Text
from edge.versions.profile_draft import DraftPoint, point_name

MOST_POINTS: Final = 200
LONGEST_RUN: Final = 16
"""Registers from one on that are tried as one value or as letters."""

Values: TypeAlias = Mapping[int, int]
"""Registers or bits by their address on the wire."""


class Typed(BaseModel):
    """What the form of this step holds; nothing of it is kept anywhere else.

    `sample` is what was read, `before` what was read before that, `points` what was recognised.
    """

    model_config = ConfigDict(frozen=True)

    table: Table = "holding"
    first: Annotated[int, Field(ge=0, le=0xFFFF)] = 0
    count: Annotated[int, Field(ge=1, le=125)] = 40
    sample: Annotated[str, Field(max_length=8_000)] = ""
    before: Annotated[str, Field(max_length=8_000)] = ""
    points: Annotated[str, Field(max_length=200_000)] = ""
    do: Annotated[str, StringConstraints(pattern=r"^(|read|add|make)$")] = ""
    pick: Annotated[int, Field(ge=-1, le=0xFFFF)] = -1
    drop: Annotated[int, Field(ge=-1, le=0xFFFF)] = -1
    at: Annotated[int, Field(ge=-1, le=0xFFFF)] = -1
    choice: Annotated[str, Field(max_length=40)] = ""
    zh: Annotated[str, Field(max_length=60)] = ""
    en: Annotated[str, Field(max_length=60)] = ""
    measure: Annotated[str, Field(max_length=12)] = ""
    scale: Annotated[str, Field(max_length=20)] = "1"
    bit: Annotated[str, Field(max_length=2)] = ""
    kind: Annotated[str, Field(max_length=20)] = ""
    make: Annotated[str, Field(max_length=80)] = ""
    model: Annotated[str, Field(max_length=80)] = ""
    device_zh: Annotated[str, Field(max_length=80)] = ""
    device_en: Annotated[str, Field(max_length=80)] = ""
    own: Annotated[str, Field(max_length=120)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One address as it was read; `best` is the likeliest way to read it, `moved` since before."""

    address: int
    raw: int
    best: Interpretation | None
    moved: bool


def registers(table: Table, sample: Values, before: Values) -> tuple[Register, ...]:
    """Every address that could be read, each with what it most likely says."""
    return tuple(
        Register(
            address=address,
            raw=raw,
            best=None if of_bits(table) else _best(sample, before, address),
            moved=address in before and before[address] != raw,
        )
        for address, raw in sorted(sample.items())
    )


def candidates(sample: Values, before: Values, address: int) -> tuple[Interpretation, ...]:
    """Every way to read the value that begins at an address, the likely ones first."""
    return interpretations(_run(sample, address), _run(before, address))


def of_bits(table: Table) -> bool:
    """Whether the table holds single bits."""
    return table in {"coil", "discrete"}


def recognised(typed: Typed, points: Sequence[DraftPoint]) -> DraftPoint | Text:
    """The value that was filled in; or why it cannot be one."""
    if not (typed.zh or typed.en):
        return Text("给它一个名字", "give it a name")
    if len(points) >= MOST_POINTS:
        return Text("数值太多", "there are too many values")
    words, _, orders = (typed.choice or "u16/big/big").partition("/")
    word_order, _, byte_order = orders.partition("/")
    try:
        scale = float(typed.scale or "1")
    except ValueError:
        return Text("系数要写成数，如 0.1", "the factor is a number, such as 0.1")
    bit = int(typed.bit) if typed.bit.isdecimal() else None
    text = Text(typed.zh or typed.en, typed.en or typed.zh)
    name = point_name(text.en, {each.name for each in points})
    try:
        return msgspec.convert(
            {
                "name": name,
                "text": {"zh": text.zh, "en": text.en},
                "register": typed.at,
                "table": typed.table,
                "words": words or "u16",
                "word_order": word_order if word_order != "big" else None,
                "byte_order": byte_order if byte_order != "big" else None,
                "bit": bit,
                "scale": scale,
                "unit": typed.measure,
            },
            DraftPoint,
        )
    except msgspec.ValidationError:
        return Text("先选一种读法", "choose first how it is to be read")


def order_letters(each: Interpretation) -> str:
    """How manuals write an order: ABCD is the high word and the high byte first."""
    return (
        _LETTERS[each.word_order, each.byte_order]
        if each.words[1:] not in {"16", "ext"}
        else ("AB" if each.byte_order == "big" else "BA")
    )


def _best(sample: Values, before: Values, address: int) -> Interpretation | None:
    return next(iter(candidates(sample, before, address)), None)


def _run(values: Values, address: int) -> list[int]:
    """The registers from an address on, as far as they follow each other."""
    run: list[int] = []
    while len(run) < LONGEST_RUN and address + len(run) in values:
        run.append(values[address + len(run)])
    return run


_Order: TypeAlias = Literal["big", "little"]
_LETTERS: Final[Mapping[tuple[_Order, _Order], str]] = {
    ("big", "big"): "ABCD",
    ("little", "big"): "CDAB",
    ("big", "little"): "BADC",
    ("little", "little"): "DCBA",
}

WORDS: Final[Mapping[str, Text]] = {
    "u16": Text("16 位整数，无符号", "whole number, 16 bits"),
    "s16": Text("16 位整数，有符号", "whole number with a sign, 16 bits"),
    "u32": Text("32 位整数，无符号", "whole number, 32 bits"),
    "s32": Text("32 位整数，有符号", "whole number with a sign, 32 bits"),
    "f32": Text("32 位浮点数", "decimal number, 32 bits"),
    "u64": Text("64 位整数，无符号", "whole number, 64 bits"),
    "s64": Text("64 位整数，有符号", "whole number with a sign, 64 bits"),
    "f64": Text("64 位浮点数", "decimal number, 64 bits"),
    "text": Text("文字", "letters"),
}
