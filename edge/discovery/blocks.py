"""Ranges of Modbus addresses cut into reads that devices allow, and answers into values; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from edge.discovery.survey_steps import RegistersFound, Unreadable, refused, why_not
from edge.drivers.modbus import codec
from edge.drivers.modbus.codec import Data, Outcome, Refusal
from edge.drivers.modbus.planner import Read
from edge.drivers.modbus.profile import (
    LAST_ADDRESS,
    MAX_BITS,
    MAX_REGISTERS,
    ModbusProfile,
    Table,
)
from edge.model import Text

MOST_ADDRESSES: Final = 2_000
"""Of one survey: at 9600 baud, and a third of the line's time, some minutes."""
BLOCK: Final = 32
"""Registers asked for at once; most devices allow it, and a refusal is halved five times."""
BITS: Final = 128
SINGLY: Final = 4
FORBIDDEN: Final = Text("型号规定不能读", "the profile forbids to read it")


@dataclass(frozen=True, slots=True)
class Block:
    """Addresses on the wire that are asked for at once, or are forbidden."""

    first: int
    count: int
    forbidden: bool = False

    def halves(self) -> tuple[Block, ...]:
        """The same in two; the last few apart, for that costs less than to halve them again."""
        if self.count <= SINGLY:
            return tuple(Block(self.first + n, 1) for n in range(self.count))
        half = self.count // 2
        return Block(self.first, half), Block(self.first + half, self.count - half)


def of_bits(table: Table) -> bool:
    """Whether the table holds single bits."""
    return table in {"coil", "discrete"}


def check_range(table: Table, first: int, count: int, *, at_once: bool) -> None:
    """Refuse addresses that do not exist, and more of them than are asked for."""
    most = MOST_ADDRESSES
    if at_once:
        most = MAX_BITS if of_bits(table) else MAX_REGISTERS
    if not 1 <= count <= most or not 0 <= first <= LAST_ADDRESS + 1 - count:
        raise refused(
            f"地址从 0 到 {LAST_ADDRESS}，一次最多 {most} 个",
            f"addresses are 0 to {LAST_ADDRESS}, at most {most} of them",
        )


def blocks_of(
    table: Table, first: int, count: int, profiles: Sequence[ModbusProfile]
) -> list[Block]:
    """The range in order, no block longer than each of the profiles allows."""
    walls = {address for profile in profiles for address in _walls(profile, table)}
    bits = of_bits(table)
    limits = [p.settings.max_bits if bits else p.settings.max_registers for p in profiles]
    most = min([BITS if bits else BLOCK, *limits])
    blocks: list[Block] = []
    for address in range(first, first + count):
        forbidden = address in walls
        last = blocks[-1] if blocks else None
        if last is None or last.forbidden is not forbidden or last.count >= most:
            blocks.append(Block(address, 1, forbidden))
        else:
            blocks[-1] = Block(last.first, last.count + 1, forbidden)
    return blocks


def read_of(table: Table, first: int, count: int) -> Read:
    """The request for these addresses."""
    return Read(table=table, start=first, count=count, every=1.0, places=())


def halves(outcome: Outcome, block: Block) -> bool:
    """Whether a smaller read may fare better; a function that is not there stays so."""
    if block.count == 1 or isinstance(outcome, Data):
        return False
    return not isinstance(outcome, Refusal) or outcome.code != codec.ILLEGAL_FUNCTION


def found_in(outcome: Outcome, table: Table, block: Block) -> RegistersFound | Unreadable:
    """What came of a block."""
    if isinstance(outcome, Data):
        values = values_of(outcome.data, table, block.count)
        return RegistersFound(first=block.first, values=values)
    return Unreadable(first=block.first, count=block.count, why=why_not(outcome))


def values_of(raw: bytes, table: Table, count: int) -> tuple[int, ...]:
    """The registers or bits of an answer."""
    if of_bits(table):
        return tuple(byte >> bit & 1 for byte in raw for bit in range(8))[:count]
    return tuple(int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2))


def _walls(profile: ModbusProfile, table: Table) -> set[int]:
    numbering = profile.settings.numbering
    return {
        number - numbering
        for span in profile.settings.forbidden
        if span.table == table
        for number in range(span.first, span.last + 1)
    }
