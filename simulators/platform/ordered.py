"""What was asked of devices, and what their gateways said became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import apsw

from cloud_bridge.ordering import Wish
from cloud_bridge.wire import Bilingual, CloudEvent, Data, origin_of
from cloud_bridge.wire.documents import CommandData
from cloud_bridge.wire.parts import DeviceDoc
from simulators.platform.instants import micros
from simulators.platform.shown import OrderLine
from simulators.platform.words import action_words, reason_words

MOST_ORDERS = 100

_LINE = (
    "SELECT site, id, device, action, by, at, coalesce(outcome, ''), coalesce(detail, ''),"
    " coalesce(observed, ''), ended_at FROM orders"
)


def meet(db: apsw.Connection, event: CloudEvent[Data | None], device: DeviceDoc) -> None:
    """Remember a device, and whose it is."""
    if device.name is None:
        return
    db.execute(
        "INSERT INTO devices VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (site, id) DO UPDATE"
        " SET gateway = excluded.gateway, kind = excluded.kind"
        " WHERE (gateway, kind) <> (excluded.gateway, excluded.kind)",
        (
            *(origin_of(event)[0], device.id, origin_of(event)[1], device.kind),
            *(device.name.zh, device.name.en),
        ),
    )


def whose(db: apsw.Connection, device: str, site: str = "") -> tuple[str, str]:
    """The site and the gateway of a device; `KeyError` when it has not been heard of."""
    row = db.execute(
        "SELECT site, gateway FROM devices WHERE id = ?1 AND ?2 IN ('', site)", (device, site)
    ).fetchone()
    if row is None:
        raise KeyError(device)
    return str(row[0]), str(row[1])


def note(db: apsw.Connection, wish: Wish, at: int) -> None:
    """Somebody asks for it, at an instant in microseconds."""
    db.execute(
        "INSERT INTO orders (id, site, gateway, device, action, by, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (wish.id, wish.site, wish.gateway, wish.device, wish.action, wish.by, at),
    )


def answer(db: apsw.Connection, event: CloudEvent[Data | None], data: CommandData) -> None:
    """The gateway has said what became of it: its first word on an order counts."""
    said = data.command
    db.execute(
        "UPDATE orders SET outcome = ?, detail = ?, observed = ?, ended_at = ?"
        " WHERE site = ? AND id = ? AND outcome IS NULL",
        (
            *(said.outcome, said.detail, said.observed, micros(event.time)),
            *(origin_of(event)[0], said.id),
        ),
    )


def line(db: apsw.Connection, wish: Wish) -> OrderLine:
    """How one order stands."""
    row = db.execute(f"{_LINE} WHERE site = ? AND id = ?", (wish.site, wish.id)).fetchone()
    if row is None:
        raise KeyError(wish.id)
    return _line(row)


def lines(db: apsw.Connection) -> tuple[OrderLine, ...]:
    """The orders, the newest first."""
    rows = db.execute(f"{_LINE} ORDER BY at DESC, id LIMIT ?", (MOST_ORDERS,))
    return tuple(map(_line, rows))


def not_done(db: apsw.Connection, devices: Collection[str]) -> list[str]:
    """A line for each order to these that was not carried out, or of which nothing was heard."""
    return [
        f"order to {one.device}: {one.outcome or 'no answer'} {one.detail.en}".rstrip()
        for one in lines(db)
        if one.device in devices and (one.outcome != "done" or one.observed == "no")
    ]


def _line(row: Sequence[object]) -> OrderLine:
    site, own, device, action, by, at, outcome, detail, observed, ended = row
    return OrderLine(
        site=str(site),
        id=str(own),
        device=str(device),
        action=action_words(str(action)),
        by=str(by),
        at=_seconds(at) or 0.0,
        outcome=str(outcome),
        detail=reason_words(str(detail)) if outcome != "done" else Bilingual(zh="", en=""),
        observed=str(observed),
        ended=_seconds(ended),
    )


def _seconds(at: object) -> float | None:
    return at / 1e6 if isinstance(at, int) else None
