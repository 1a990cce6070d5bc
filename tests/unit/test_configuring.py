"""Configurations from afar: signed, for this gateway, by a key that may, never older; all told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from cloud_bridge.configuring import LONGEST_LIFE, STATE, Ended
from cloud_bridge.order_keys import SigningKey
from cloud_bridge.ordering import Wish, message_of
from edge.model import Text
from tests.fakes import time as virtual
from tests.fakes.revisions import (
    BAD,
    DIGEST,
    GATES,
    KEY,
    OTHER,
    FakeOffice,
    Gateway,
    played,
    revision,
    sealed,
)


def test_what_serves_is_applied_and_told_with_who_asked() -> None:
    """Accepted when it runs on trial, applied when that is over; the key's name stands first."""

    async def story(gateway: Gateway) -> None:
        await gateway.hear(sealed(revision(7)))
        assert gateway.states == ["accepted", "applied"]
        assert {each.by for each in gateway.told} == {"platform:王工"}
        assert {(each.revision, each.version, each.hash) for each in gateway.told} == {
            (7, 1, DIGEST)
        }
        assert gateway.office.by == ["platform:王工"]
        assert gateway.configuring.revision == 7

    played(story)


def test_what_does_not_serve_is_told_with_the_reason() -> None:
    """Accepted first, then taken back; the number is used up all the same."""

    async def story(gateway: Gateway) -> None:
        gateway.office.ends = "rolled_back"
        await gateway.hear(sealed(revision(7)))
        assert gateway.states == ["accepted", "rolled_back"]
        assert gateway.told[-1].reasons == (BAD,)
        await gateway.hear(sealed(revision(7, nonce="other")))
        assert gateway.states[-1] == "refused"

    played(story)


def test_what_cannot_be_tried_is_refused_with_the_mistake() -> None:
    """As `whistle check` would tell it."""

    async def story(gateway: Gateway) -> None:
        gateway.office.declines = Text("第 14 行", "site.yaml:14: there is no link lift")
        await gateway.hear(sealed(revision(7)))
        assert gateway.states == ["refused"]
        assert gateway.why() == "site.yaml:14: there is no link lift"
        gateway.office.declines = None
        await gateway.hear(sealed(revision(8)))
        assert gateway.states == ["refused", "accepted", "applied"]

    played(story)


def test_a_copy_is_neither_tried_nor_answered_again() -> None:
    """A broker may deliver twice, an attacker a hundred times, also after a start."""

    async def story(gateway: Gateway) -> None:
        body = sealed(revision(7))
        await gateway.hear(body, body, body)
        after = Gateway(gateway.disk, gateway.office)
        await after.hear(body)
        assert gateway.office.tried == [7]
        assert gateway.states == ["accepted", "applied"]
        assert after.states == []

    played(story)


def test_none_that_is_older_is_tried_whatever_was_between() -> None:
    """Not the one before, not another of the same number, not after a start."""

    async def story(gateway: Gateway) -> None:
        old = sealed(revision(6))
        await gateway.hear(sealed(revision(7)))
        for each in (gateway, Gateway(gateway.disk, gateway.office)):
            await each.hear(old, sealed(revision(7, site_file="other: {}\n")))
            assert each.states[-2:] == ["refused", "refused"]
            assert "revision 7 was here" in each.why()
        assert gateway.office.tried == [7]

    played(story)


def test_a_number_is_on_disk_before_it_is_tried() -> None:
    """Killed in between, it is not believed a second time; a disk that waits keeps it waiting."""

    async def story(gateway: Gateway) -> None:
        gateway.disk.works = False
        waiting = asyncio.create_task(gateway.hear(sealed(revision(6))), name="waiting")
        await asyncio.sleep(3600)
        assert gateway.office.tried == []
        gateway.disk.works = True
        gateway.disk.write()
        await waiting
        assert gateway.office.tried == [6]
        body = sealed(revision(7))
        hearing = asyncio.create_task(gateway.hear(body), name="hearing")
        await asyncio.sleep(0.5)
        assert gateway.office.tried == [6]
        after = Gateway(gateway.disk)
        await after.hear(body)
        assert (after.office.tried, after.configuring.revision) == ([], 7)
        await hearing

    played(story)


def test_a_trial_that_a_start_cuts_short_is_told_after_it() -> None:
    """As the record of versions has it; and once."""

    async def story(gateway: Gateway) -> None:
        hearing = asyncio.create_task(gateway.hear(sealed(revision(7))), name="hearing")
        await asyncio.sleep(30)
        assert gateway.states == ["accepted"]
        died = Ended("rolled_back", 1, DIGEST, (Text("停电", "the power failed"),))
        after = Gateway(gateway.disk, FakeOffice(past={7: died}))
        await after.configuring.resume()
        assert after.states == ["rolled_back"]
        assert (after.why(), after.told[0].by) == ("the power failed", "platform:王工")
        await asyncio.sleep(1)
        again = Gateway(gateway.disk)
        await again.configuring.resume()
        assert again.states == []
        hearing.cancel()
        for task in gateway.tasks:
            task.cancel()
        await asyncio.gather(hearing, *gateway.tasks, return_exceptions=True)

    played(story)


def test_a_start_before_the_trial_began_says_that_nothing_was_changed() -> None:
    """The number is used up; the platform sends the next one."""

    async def story(gateway: Gateway) -> None:
        hearing = asyncio.create_task(gateway.hear(sealed(revision(7))), name="hearing")
        await asyncio.sleep(0.5)
        after = Gateway(gateway.disk)
        await after.configuring.resume()
        assert after.states == ["rolled_back"]
        assert "nothing was changed" in after.why()
        await hearing

    played(story)


def test_another_one_waits_until_a_trial_is_over() -> None:
    """It is refused and may be sent again: its number is not used up."""

    async def story(gateway: Gateway) -> None:
        second = sealed(revision(8))
        hearing = asyncio.create_task(gateway.hear(sealed(revision(7))), name="hearing")
        await asyncio.sleep(30)
        await gateway.configuring.take(second, "live")
        assert gateway.states == ["accepted", "refused"]
        assert "revision 7 is still on trial" in gateway.why()
        await hearing
        await gateway.hear(second)
        assert gateway.states == ["accepted", "refused", "applied", "accepted", "applied"]

    played(story)


@pytest.mark.parametrize(
    ("key", "changes", "why"),
    [
        (OTHER, {}, "revision.bad_signature"),
        (SigningKey.new("nobody"), {}, "revision.unknown_key"),
        (GATES, {}, "this key may not do that"),
        (KEY, {"gateway": "gw-2"}, "revision.misdirected: for site/gw-2"),
        (KEY, {"site": "other"}, "revision.misdirected"),
        (KEY, {"life": LONGEST_LIFE.total_seconds() + 1}, "revision.life"),
        (KEY, {"life": 0}, "revision.life"),
        (KEY, {"life": -5}, "revision.life"),
    ],
)
def test_what_may_not_be_believed_is_refused(
    key: SigningKey, changes: dict[str, object], why: str
) -> None:
    """Another's key, a key without the right, another gateway's, one that lives too long."""

    async def story(gateway: Gateway) -> None:
        await gateway.hear(sealed(revision(7, **changes), key))  # type: ignore[arg-type] # by name
        assert gateway.states == ["refused"]
        assert why in gateway.why()
        assert gateway.office.tried == []
        assert STATE not in gateway.disk.kept, "no number is used up"

    played(story)


def test_one_that_is_late_early_or_left_with_the_broker_is_refused() -> None:
    """What was made for another day, by a clock that is wrong, or for whoever came."""

    async def story(gateway: Gateway) -> None:
        late = sealed(revision(7, life=10))
        early = sealed(
            revision(
                8,
                issued_at=virtual.now() + timedelta(hours=1),
                expires_at=virtual.now() + timedelta(hours=2),
            )
        )
        await gateway.hear(sealed(revision(6)), how="retained")
        assert "retained" in gateway.why()
        await asyncio.sleep(11)
        await gateway.hear(late)
        assert "too late" in gateway.why()
        await gateway.hear(early)
        assert "from_the_future" in gateway.why()
        assert gateway.office.tried == []

    played(story)


def test_the_switch_at_the_site_holds_for_configurations_too() -> None:
    """Who switches off what comes from afar means this as well."""

    async def story(gateway: Gateway) -> None:
        gateway.allowed = "off"
        await gateway.hear(sealed(revision(7)))
        assert "switched off" in gateway.why()
        gateway.allowed = "on"
        await gateway.hear(sealed(revision(7)))
        assert gateway.states[-1] == "applied"

    played(story)


def test_an_order_is_no_configuration() -> None:
    """Though the same key has signed it."""

    async def story(gateway: Gateway) -> None:
        wish = Wish(site="site", gateway="gw-1", device="gate-1", action="open", by="x")
        await gateway.hear(message_of(wish, KEY, virtual.now()))
        assert gateway.why().startswith("revision.unreadable")

    played(story)
