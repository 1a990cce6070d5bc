"""Every kind of fault: its card, what it does to whom, and what it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tests.system.proof import faults_broker as broker
from tests.system.proof import faults_device as device
from tests.system.proof import faults_disk as disk
from tests.system.proof import faults_gateway as gateway
from tests.system.proof import faults_journal as journal
from tests.system.proof import faults_network as network
from tests.system.proof import faults_packets as packets
from tests.system.proof import faults_power as power
from tests.system.proof import faults_second_way as second_way
from tests.system.proof import loop_disk, own_network
from tests.system.proof.schedule import KILL, Card, Value
from tests.system.proof.stage import Stage

Words: TypeAlias = Mapping[str, Value]
Act: TypeAlias = Callable[[Stage, Words], Awaitable[None]]


async def nothing(stage: Stage, words: Words) -> None:
    """Is over by itself."""
    del stage, words


@dataclass(frozen=True, slots=True)
class Kind:
    """What the nemesis can do; `missing` says what it takes that this machine has not.

    `cuts`, `forgets` and `renames` are those of `Fault`.
    """

    card: Card
    begin: Act
    end: Act = nothing
    missing: Callable[[], str] = lambda: ""
    cuts: bool = True
    forgets: bool = False
    renames: bool = False


_SHORT: Final = (2.0, 6.0)
_LONG: Final = (4.0, 10.0)
_AWAY: Final = (0.1, 5.0)

_WAYS: Final[Sequence[Words]] = ({"way": "cloud"}, {"way": "panels"})
_DIRECTIONS: Final[Sequence[Words]] = tuple(
    {**way, "direction": direction} for way in _WAYS for direction in ("both", "up", "down")
)
_ONE_WAY: Final[Sequence[Words]] = tuple(
    {**way, "direction": direction} for way in _WAYS for direction in ("up", "down")
)
_BOTH: Final[Sequence[Words]] = tuple({**way, "direction": "both"} for way in _WAYS)
_DELAYS: Final[Sequence[Words]] = tuple(
    {**way, "delay": delay} for way in _WAYS for delay in (0.2, 1.0)
)
_WRITES: Final[Sequence[Words]] = tuple(
    {"file": file, "call": call, "number": number}
    for file in ("journal.db-wal", "journal.db", "history.db-wal", "history.db")
    for call in ("pwrite64", "fdatasync")
    for number in (1, 2, 3, 7)
)
_CLOCKS: Final[Sequence[Words]] = ({"by": -3600}, {"by": 365 * 86_400}, {"by": -1})

_TEARS: Final[Sequence[Words]] = tuple(
    {"writes": writes, "seed": seed} for writes in (0, 1, 2, 3, 5, 8, 13, 34) for seed in range(50)
)


def _answer(kind: str, fault: str = "", expired: int = 0) -> Kind:
    """Of the platform over HTTPS, while that is the only way."""
    words: Words = {"fault": fault, "expired": expired}
    card = Card(kind=kind, seconds=_SHORT, choices=(words,))
    return Kind(card, second_way.begin, second_way.end)


_ALL: Final = (
    Kind(Card(kind=KILL, often=12), gateway.kill),
    Kind(
        Card(kind="kill_at_write", seconds=(1.0, 4.0), choices=_WRITES, alone=True, often=3),
        gateway.kill_at_write,
        gateway.no_trace,
        missing=gateway.no_strace,
    ),
    Kind(
        Card(kind="power_cut", seconds=_AWAY, alone=True, often=3),
        power.cut,
        power.power,
        loop_disk.missing,
    ),
    Kind(
        Card(kind="power_torn", seconds=(1.0, 3.0), choices=_TEARS, alone=True, often=3),
        power.tear,
        power.torn,
    ),
    Kind(Card(kind="stop", seconds=_SHORT), gateway.freeze, gateway.thaw),
    Kind(Card(kind="emfile", seconds=_SHORT), gateway.no_files, gateway.files_again),
    Kind(Card(kind="memory", seconds=_SHORT), gateway.no_memory, gateway.memory_again),
    Kind(
        Card(kind="clock", seconds=_LONG, choices=_CLOCKS),
        gateway.turn_clock,
        gateway.clock_right,
        renames=True,
    ),
    Kind(Card(kind="broker_restart", seconds=_AWAY), broker.kill, broker.start),
    Kind(Card(kind="broker_hung", seconds=_LONG), broker.freeze, broker.thaw),
    Kind(Card(kind="broker_denies", seconds=_SHORT), broker.deny, broker.allow),
    Kind(Card(kind="field_restart", seconds=_AWAY), broker.kill_field, broker.start_field),
    Kind(Card(kind="platform_kill", seconds=_AWAY), broker.kill_platform, broker.start_platform),
    Kind(Card(kind="platform_hung", seconds=_SHORT), broker.freeze_platform, broker.thaw_platform),
    Kind(Card(kind="platform_deaf", seconds=_SHORT), broker.deafen, broker.hear),
    _answer("second_way"),
    _answer("platform_500", "500"),
    _answer("platform_429", "429"),
    _answer("platform_dies", "die"),
    _answer("certificate_expired", expired=1),
    Kind(Card(kind="reset", choices=_WAYS, often=3), network.reset),
    Kind(
        Card(kind="silence", seconds=_LONG, choices=_DIRECTIONS, often=3), network.hold, network.let
    ),
    Kind(Card(kind="thin", seconds=_LONG, choices=_WAYS, often=3), network.thin, network.wide),
    Kind(Card(kind="slow", seconds=_LONG, choices=_DELAYS, often=3), network.slow, network.fast),
    Kind(
        Card(kind="one_way", seconds=_SHORT, choices=_ONE_WAY, often=3),
        packets.lose,
        packets.whole,
        own_network.missing,
    ),
    Kind(
        Card(kind="half_open", seconds=_LONG, choices=_BOTH, often=3),
        packets.lose,
        packets.whole,
        own_network.missing,
    ),
    Kind(
        Card(kind="refused", seconds=_SHORT, choices=_WAYS, often=3),
        packets.refuse,
        packets.whole,
        own_network.missing,
    ),
    Kind(
        Card(kind="narrow", seconds=_SHORT, often=3),
        packets.narrow,
        packets.wide,
        own_network.missing,
    ),
    Kind(Card(kind="disk_full", seconds=_SHORT), disk.fill, disk.empty, loop_disk.missing),
    Kind(
        Card(kind="disk_read_only", seconds=_SHORT, alone=True),
        disk.abort,
        disk.mend,
        loop_disk.missing,
    ),
    Kind(Card(kind="journal_page", alone=True), journal.damage_page, forgets=True),
    Kind(Card(kind="journal_log", alone=True), journal.cut_log, forgets=True),
    Kind(
        Card(kind="journal_newer", seconds=_LONG, alone=True),
        journal.make_newer,
        journal.make_older,
        forgets=True,
    ),
    Kind(
        Card(kind="journal_upgrade", seconds=_SHORT, alone=True),
        journal.pile_up,
        journal.upgrade,
    ),
    Kind(
        Card(kind="copies", seconds=_LONG, choices=({"times": 3},)),
        device.copies,
        device.no_copies,
        cuts=False,
    ),
    Kind(Card(kind="flood", seconds=_SHORT, choices=({"rate": 1000},)), device.flood),
    Kind(Card(kind="nonsense", seconds=_SHORT), device.nonsense, device.hang_up, cuts=False),
    Kind(Card(kind="half_frame", seconds=_LONG), device.half_frame, device.hang_up, cuts=False),
)

KINDS: Final[Mapping[str, Kind]] = {kind.card.kind: kind for kind in _ALL}


def available(names: Iterable[str]) -> tuple[list[Kind], dict[str, str]]:
    """Return the kinds that can be had here, and why the others cannot."""
    kinds = [KINDS[name] for name in names]
    lacking = {kind.card.kind: why for kind in kinds if (why := kind.missing())}
    return [kind for kind in kinds if kind.card.kind not in lacking], lacking
