"""Orders from afar: what is believed, what is refused and why, and how often a gate opens."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_bridge.order_keys import SigningKey
from cloud_bridge.ordering import Wish, message_of
from cloud_bridge.orders import MINUTE_S
from cloud_bridge.wire import WireError
from cloud_bridge.wire.orders import (
    MAX_ORDER_BYTES,
    Sealed,
    encode_envelope,
    encode_order,
    open_envelope,
)
from tests.fakes import time as virtual
from tests.fakes.orders import KEY, OTHER_KEY, WISH, Gateway, fresh, played


def test_a_good_order_opens_the_gate_and_is_answered() -> None:
    """Done, seen, under the platform's own id, with who asked and by which key."""

    async def story(gateway: Gateway) -> None:
        await gateway.hear(KEY.seal(fresh(id="order-7")))
        [result] = gateway.results
        assert (result.command, result.outcome, result.observed) == ("order-7", "done", "yes")
        assert result.issued_by == "platform:王工"
        assert gateway.opened() == 1

    played(story)


def test_an_order_with_arguments_arrives_as_signed() -> None:
    """Plain values only, each of the type that it was sent in."""

    async def story(gateway: Gateway) -> None:
        args = {"floor": 3, "slow": True, "share": 0.5, "word": "词"}
        await gateway.hear(KEY.seal(fresh(args=args)))
        assert [dict(each.args) for each in gateway.told()] == [args]

    played(story)


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"site": "other"}, "order.misdirected"),
        ({"gateway": "gw-2"}, "order.misdirected"),
        ({"device": "gate-9"}, "key.not_granted"),
        ({"action": "fly"}, "key.not_granted"),
        ({"action": "release"}, "key.not_granted"),
        ({"issued_at": 61, "expires_at": 90}, "order.from_the_future"),
        ({"issued_at": -30, "expires_at": 0}, "expired.late"),
        ({"issued_at": -3600, "expires_at": -3590}, "expired.late"),
        ({"expires_at": datetime.max.replace(tzinfo=UTC)}, "order.life"),
        ({"issued_at": 0, "expires_at": 31}, "order.life"),
        ({"issued_at": 5, "expires_at": 5}, "order.life"),
        ({"issued_at": 5, "expires_at": 4}, "order.life"),
    ],
)
def test_what_the_platform_may_not_order(changes: dict[str, Any], code: str) -> None:
    """Signed, and refused all the same; answered once however often it comes."""

    async def story(gateway: Gateway) -> None:
        at = virtual.now()
        said: dict[str, Any] = {
            key: at + value * SECOND if isinstance(value, int) else value
            for key, value in changes.items()
        }
        body = KEY.seal(fresh(**said))
        await gateway.hear(body, body)
        assert gateway.codes()[0] == code
        assert len(gateway.results) == (2 if code == "order.misdirected" else 1)
        assert gateway.opened() == 0

    played(story)


@pytest.mark.parametrize(
    "edge", [{"issued_at": 60, "expires_at": 90}, {"issued_at": -29, "expires_at": 1}]
)
def test_the_borders_of_time_are_inside(edge: dict[str, int]) -> None:
    """60 s ahead and 30 s of life, to the second, are still taken."""

    async def story(gateway: Gateway) -> None:
        at = virtual.now()
        said: dict[str, Any] = {key: at + value * SECOND for key, value in edge.items()}
        await gateway.hear(KEY.seal(fresh(**said)))
        assert gateway.opened() == 1

    played(story)


def spoilt(body: bytes) -> list[tuple[str, bytes]]:
    """Messages that are not what the platform has signed."""
    envelope = msgspec.json.decode(body)
    signed = open_envelope(body)

    def changed(**fields: str) -> bytes:
        return msgspec.json.encode({**envelope, **fields})

    one_letter = signed.signed.replace(b"gate-1", b"gate-2")
    spaces = signed.signed.replace(b",", b", ", 1)
    flipped = bytes([signed.signature[0] ^ 1]) + signed.signature[1:]
    return [
        ("order.unreadable", b""),
        ("order.unreadable", b"\xff\xfe"),
        ("order.unreadable", b'{"signed": "\xff", "key": "k", "signature": "a"}'),
        ("order.unreadable", b"[" * 3000),
        ("order.unreadable", b"{}"),
        ("order.unreadable", body[:-2]),
        ("order.unreadable", changed(signed="%%%")),
        ("order.unreadable", changed(signature="AAAA")),
        ("order.unreadable", body + b" " * MAX_ORDER_BYTES),
        ("order.unknown_key", changed(key="stranger")),
        ("order.bad_signature", OTHER_KEY.seal(fresh())),
        ("order.bad_signature", encode_envelope(Sealed(one_letter, "platform", signed.signature))),
        ("order.bad_signature", encode_envelope(Sealed(spaces, "platform", signed.signature))),
        ("order.bad_signature", encode_envelope(Sealed(signed.signed, "platform", flipped))),
        ("order.bad_signature", encode_envelope(Sealed(signed.signed, "platform", bytes(64)))),
    ]


def test_what_nobody_has_signed_is_refused() -> None:
    """Each with its reason; the id in it is not repeated, for it might be another's."""

    async def story(gateway: Gateway) -> None:
        for code, body in spoilt(KEY.seal(fresh(id="order-7"))):
            await asyncio.sleep(MINUTE_S)
            await gateway.hear(body)
            result = gateway.results[-1]
            assert result.detail.startswith(f"{code}: ")
            assert result.command.startswith("unverified-")
            assert (result.outcome, result.device) == ("rejected", "")
        assert gateway.opened() == 0

    played(story)


def test_what_is_signed_but_no_order() -> None:
    """A trusted key on nonsense: refused as unreadable."""

    async def story(gateway: Gateway) -> None:
        key: Any = KEY._key
        for signed in (
            b"null",
            b"{}",
            b"[" * 3000,
            encode_order(fresh()).replace(b'"gate-1"', b'"\xff"'),
            encode_order(fresh()).replace(b'"nonce"', b'"n"'),
        ):
            body = encode_envelope(Sealed(signed, "platform", key.sign(signed)))
            await gateway.hear(body)
            assert gateway.results[-1].detail.startswith("order.unreadable: ")
        assert gateway.opened() == 0

    played(story)


ENVELOPES = st.fixed_dictionaries(
    {name: st.text("Aé-_=%\n", max_size=90) for name in ("signed", "key", "signature")}
).map(msgspec.json.encode)
KEYS = st.binary(max_size=40).map(lambda some: b'{"key": "%b"}' % some)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | KEYS | ENVELOPES)
def test_garbage_has_one_error(body: bytes) -> None:
    """Whatever arrives, also inside a text: an envelope or `WireError`, never anything else."""
    try:
        open_envelope(body)
    except WireError:
        return


def test_each_message_of_the_platform_is_another() -> None:
    """Two orders for the same thing have ids and nonces of their own."""
    key = SigningKey.new("k")
    wish = Wish(site="s", gateway="g", device="d", action="open", by="x")
    one, two = (message_of(wish, key, virtual.EPOCH) for _ in range(2))
    assert open_envelope(one).signed != open_envelope(two).signed
    assert WISH.id == ""
