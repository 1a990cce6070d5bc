"""Orders from afar, once: copies, restarts, clocks that are set, floods."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_bridge import order_memory
from cloud_bridge.orders import TOLD_A_MINUTE
from tests.fakes import time as virtual
from tests.fakes.commands import Disk
from tests.fakes.orders import KEY, OTHER_KEY, TENANT_KEY, Gateway, fresh, played

SECOND = timedelta(seconds=1)


def test_a_copy_opens_nothing_and_says_nothing_new() -> None:
    """At the same time, later, in another envelope, after a restart, left with the broker."""

    async def story(gateway: Gateway) -> None:
        order = fresh()
        body = KEY.seal(order)
        again = KEY.seal(order)
        await gateway.hear(body, body, again)
        await gateway.hear(body)
        await gateway.hear(body, how="retained")
        after = Gateway(gateway.disk)
        await after.hear(body, again)
        assert (gateway.opened(), after.opened()) == (1, 0)
        assert gateway.codes() == ["done"]
        assert after.codes() == []

    played(story)


def test_a_copy_after_a_crash_opens_nothing() -> None:
    """Killed while the door was opening: the order's copy finds it taken."""

    async def story(gateway: Gateway) -> None:
        gateway.desk.way.takes = 9
        body = KEY.seal(fresh())
        await gateway.orders.take(body, "live")
        await asyncio.sleep(1)
        after = Gateway(Disk(states=dict(gateway.disk.kept)))
        await after.hear(body)
        await after.desk.commands.resume()
        assert (gateway.opened(), after.opened()) == (1, 0)
        assert after.codes() == ["interrupted"]
        for task in gateway.tasks:
            task.cancel()

    played(story)


def test_a_nonce_and_an_id_are_used_once() -> None:
    """A second order with the nonce, or the id, of another one is refused."""

    async def story(gateway: Gateway) -> None:
        first = fresh(id="a", nonce="n")
        await gateway.hear(KEY.seal(first))
        await gateway.hear(KEY.seal(fresh(id="b", nonce="n")))
        await gateway.hear(KEY.seal(fresh(id="a", nonce="m", device="gate-2")))
        assert gateway.codes() == ["done", "order.nonce_used", "id.reused"]
        await gateway.hear(KEY.seal(fresh(id="a", nonce="o")))
        assert gateway.opened() == 1

    played(story)


def test_a_retained_order_is_refused_for_good() -> None:
    """Nobody knows how long it has lain there; the same one sent live later does nothing."""

    async def story(gateway: Gateway) -> None:
        body = KEY.seal(fresh())
        await gateway.hear(body, how="retained")
        await gateway.hear(body)
        assert gateway.codes() == ["order.retained"]
        assert gateway.opened() == 0

    played(story)


def test_a_refused_order_is_not_carried_out_when_its_time_has_come() -> None:
    """From the future now, in time in a minute: the platform was told no, and no it stays."""

    async def story(gateway: Gateway) -> None:
        at = virtual.now()
        body = KEY.seal(fresh(issued_at=at + 90 * SECOND, expires_at=at + 110 * SECOND))
        await gateway.hear(body)
        await asyncio.sleep(95)
        await gateway.hear(body)
        await Gateway(gateway.disk).hear(body)
        assert gateway.codes() == ["order.from_the_future"]
        assert gateway.opened() == 0

    played(story)


def test_a_clock_that_is_set_back_revives_no_order() -> None:
    """Also after a restart, also when no order ever came; on site somebody can vouch for it."""

    async def story(gateway: Gateway) -> None:
        captured = KEY.seal(fresh())
        watching = asyncio.create_task(gateway.orders.watch(), name="watch")
        await asyncio.sleep(600)
        gateway.ahead = timedelta(seconds=-600)
        await gateway.hear(captured)
        watching.cancel()
        after = Gateway(gateway.disk, ahead=timedelta(seconds=-600))
        await after.hear(KEY.seal(msgspec.structs.replace(fresh(), issued_at=after.now())))
        fine = msgspec.structs.replace(
            fresh(), issued_at=after.now(), expires_at=after.now() + 9 * SECOND
        )
        await after.hear(KEY.seal(fine))
        assert (gateway.codes(), set(after.codes())) == (["clock.set_back"], {"clock.set_back"})
        assert gateway.opened() == after.opened() == 0
        await after.desk.commands.switch_remote("on")
        other = msgspec.structs.replace(fine, id="x", nonce="x")
        await after.hear(KEY.seal(other))
        assert after.opened() == 1

    played(story)


def test_where_nobody_may_order_the_time_is_not_written() -> None:
    """Two writes a minute for years would only wear the disk."""

    async def story(gateway: Gateway) -> None:
        idle = Gateway(Disk(), keys={})
        watching = [
            asyncio.create_task(each.orders.watch(), name="watch") for each in (gateway, idle)
        ]
        await asyncio.sleep(100)
        assert (list(gateway.disk.kept), list(idle.disk.kept)) == (["orders.clock"], [])
        for task in watching:
            task.cancel()

    played(story)


def test_a_clock_a_little_back_is_no_attack() -> None:
    """NTP may take a minute back."""

    async def story(gateway: Gateway) -> None:
        await asyncio.sleep(100)
        await gateway.hear(KEY.seal(fresh()))
        gateway.ahead = timedelta(seconds=-59)
        await gateway.hear(KEY.seal(fresh()))
        assert gateway.opened() == 2

    played(story)


def test_a_flood_does_not_fill_the_journal() -> None:
    """Ten a minute are told, of the others only how many; a good order still comes through."""

    async def story(gateway: Gateway) -> None:
        watching = asyncio.create_task(gateway.orders.watch(), name="watch")
        for number in range(5_000):
            await gateway.orders.take(b"%d" % number, "live")
        await gateway.hear(KEY.seal(fresh()))
        assert len(gateway.results) == TOLD_A_MINUTE + 1
        assert gateway.opened() == 1
        await asyncio.sleep(31)
        assert [(each.what, each.count) for each in gateway.dropped] == [("orders", 4_990)]
        await asyncio.sleep(60)
        await gateway.hear(b"again")
        assert len(gateway.results) == TOLD_A_MINUTE + 2
        watching.cancel()

    played(story)


def test_a_copy_of_a_forgotten_order_is_refused_as_late() -> None:
    """Recorded, and sent again when the gateway has long forgotten it: refused, nothing more."""

    async def story(gateway: Gateway) -> None:
        recorded = KEY.seal(fresh())
        await gateway.hear(recorded)
        await asyncio.sleep(3700)
        await gateway.hear(KEY.seal(fresh()))
        await gateway.hear(recorded, recorded)
        assert gateway.codes() == ["done", "done", "expired.late", "expired.late"]
        assert gateway.opened() == 2
        assert sum(key.startswith("order:") for key in gateway.disk.kept) == 1

    played(story)


@pytest.mark.parametrize(
    "expires_at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_no_order_is_remembered_for_ever(expires_at: datetime) -> None:
    """Orders that claim to end at the end of time leave no trace in it."""

    async def story(gateway: Gateway) -> None:
        await gateway.hear(KEY.seal(fresh(expires_at=expires_at)))
        await asyncio.sleep(3700)
        await gateway.hear(KEY.seal(fresh()))
        assert gateway.codes() == ["order.life", "done"]
        assert sum(key.startswith("order:") for key in gateway.disk.kept) == 1

    played(story)


def test_a_key_takes_nothing_from_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither its memory, nor its answers, nor its ids: the one cannot stop the other."""
    monkeypatch.setattr(order_memory, "MOST", 12)

    async def story(gateway: Gateway) -> None:
        good = fresh(id="x")
        for body in [b"no envelope"] * TOLD_A_MINUTE:
            await gateway.hear(body)
        await gateway.hear(TENANT_KEY.seal(fresh(id="x", nonce="x")))
        for _ in range(TOLD_A_MINUTE + 5):
            await gateway.hear(TENANT_KEY.seal(fresh(life=99)))
        assert gateway.codes()[-2:] == ["order.life", "order.life"]
        await gateway.hear(KEY.seal(fresh(life=99)))
        assert (gateway.codes()[-1], gateway.results[-1].issued_by) == (
            "order.life",
            "platform:王工",
        )
        await gateway.hear(KEY.seal(good))
        assert gateway.codes()[-1] == "done"
        assert gateway.opened() == 1

    played(story)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """When too many came in an hour the next is refused; what is long over makes room."""
    monkeypatch.setattr(order_memory, "MOST", 3)

    async def story(gateway: Gateway) -> None:
        for _ in range(4):
            await gateway.hear(KEY.seal(fresh()))
        assert gateway.codes() == ["done", "done", "done", "order.too_many"]
        await asyncio.sleep(3700)
        await gateway.hear(KEY.seal(fresh()))
        assert gateway.codes()[-1] == "done"
        assert sum(key.startswith("order:") for key in gateway.disk.kept) == 1

    played(story)


DEEDS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["live", "retained", "restart", "later", "back", "other key"]),
    ),
    max_size=15,
)


@settings(max_examples=150, deadline=None)
@given(DEEDS)
def test_each_order_opens_the_gate_at_most_once(deeds: list[tuple[int, str]]) -> None:
    """Copies, restarts, clocks set, keys of others, in any order."""

    async def main() -> None:
        gateway = Gateway(Disk())
        orders = [fresh() for _ in range(3)]
        told: list[str] = []
        for number, deed in deeds:
            order = orders[number]
            match deed:
                case "live":
                    await gateway.hear(KEY.seal(order))
                case "retained":
                    await gateway.hear(KEY.seal(order), how="retained")
                case "restart":
                    told += [each.id for each in gateway.told()]
                    gateway = Gateway(gateway.disk, gateway.ahead)
                case "later":
                    gateway.ahead += 5 * SECOND
                case "back":
                    gateway.ahead -= 40 * SECOND
                case _:
                    await gateway.hear(OTHER_KEY.seal(order))
        told += [each.id for each in gateway.told()]
        assert len(told) == len(set(told))

    virtual.run(main())
