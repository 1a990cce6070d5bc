"""What lies on the gateway's own disk, which may have been damaged or be of another version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from cloud_bridge.order_memory import CLOCK, ORDER, OrderMemory
from edge.access.audit_line import legible, sound
from edge.alarms.kept import ALARM, SHELF, STORM, WINDOW, Standing
from edge.commands.ledger import COMMAND, Ledger
from edge.drivers.camera.episodes import Episodes, Sight
from edge.model import Alarm, AlarmRaised, AlarmShelved, Cause, Covers, Lane, SuppressionBegan, Text
from edge.versions import record
from edge.versions.files import Unfit
from tests.fuzz.target import Target

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
KEYS: Final = (f"{ALARM}7", f"{SHELF}a/b", f"{WINDOW}w", f"{STORM}a/b")


def _standing(body: bytes) -> None:
    """The first byte says as what it is kept."""
    if not body:
        return
    standing = Standing()
    standing.restore({KEYS[body[0] % len(KEYS)]: body[1:]})
    standing.begin(NOW)
    standing.shift(timedelta(hours=-1))
    standing.wake_at()
    standing.take_changed()


def _ledger(body: bytes) -> None:
    ledger = Ledger()
    ledger.restore({f"{COMMAND}platform/1": body, f"{COMMAND}platform/2": SEED_COMMAND})
    ledger.interrupted(NOW)


def _orders(body: bytes) -> None:
    memory = OrderMemory()
    memory.restore({f"{ORDER}key/1": body, f"{ORDER}key/2": SEED_ORDER, CLOCK: body})
    memory.has_room("key", NOW)
    memory.mark(NOW)


def _episodes(body: bytes) -> None:
    episodes = Episodes("camera-1")
    episodes.recall(body)
    episodes.close(NOW)
    episodes.kept()


def _audit(body: bytes) -> None:
    sound(body)
    legible(body)


SEED_COMMAND: Final = (
    b'{"content":"c","device":"d","action":"a","issued_by":"k:p",'
    b'"expires_at":"2026-01-01T00:00:00Z","taken_at":"2026-01-01T00:00:00Z"}'
)
SEED_ORDER: Final = b'{"content":"c","expires_at":"2026-01-01T00:00:00Z"}'
SEED_AUDIT: Final = (
    b'{"number":1,"at":"2026-01-01T00:00:00Z","who":"a","role":"admin","door":"page",'
    b'"address":"","what":"session.opened","about":"","outcome":"done","detail":{},"before":"0"'
    b',"hash":"0000000000000000000000000000000000000000000000000000000000000000"}'
)
SEED_RECORD: Final = record.encode(
    record.Record(
        versions=(
            record.Version(number=1, at=NOW, by="a", note="", etag="e", state="applied", good=True),
        ),
        current=1,
    )
)
SHELVED: Final = AlarmShelved(alarm="a/b", until=NOW, by="x", reason="", at=NOW)
BEGAN: Final = SuppressionBegan(
    id="w", why="test", covers=Covers(device="d"), by="x", reason="", until=NOW, at=NOW
)
RAISED: Final = AlarmRaised(
    alarm="a/b",
    device="a",
    rule="r",
    cause=Cause(point="a/p", value=True),
    category="fire.smoke",
    severity=900,
    lane=Lane.LIFE_SAFETY,
    text=Text("火", "fire"),
    at=NOW,
)
STANDING: Final = Alarm(key="a/b", number=7, raised=RAISED, since=NOW)
SIGHT: Final = Sight(
    what="loitering", zone="z", object="1", since=NOW, basis="model", confidence=0.9
)
TARGETS: Final = (
    Target(
        name="store.alarms",
        parse=_standing,
        seeds=(
            b"\0" + msgspec.json.encode(STANDING),
            b"\1" + msgspec.json.encode(SHELVED),
            b"\2" + msgspec.json.encode(BEGAN),
            b'\3["2026-01-01T00:00:00Z"]',
        ),
    ),
    Target(name="store.commands", parse=_ledger, seeds=(SEED_COMMAND,)),
    Target(name="store.orders", parse=_orders, seeds=(SEED_ORDER, b'"2026-01-01T00:00:00Z"')),
    Target(name="store.episodes", parse=_episodes, seeds=(msgspec.json.encode((SIGHT,)),)),
    Target(name="store.audit", parse=_audit, seeds=(SEED_AUDIT,)),
    Target(name="store.versions", parse=record.decode, errors=(Unfit,), seeds=(SEED_RECORD,)),
)
