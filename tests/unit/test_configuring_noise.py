"""Configurations from afar that nobody has signed, and floods of them: no harm, little told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge.configuring import STATE, TOLD_A_MINUTE
from cloud_bridge.wire import WireError
from cloud_bridge.wire.revisions import MAX_REVISION_BYTES, open_revision
from tests.fakes import time as virtual
from tests.fakes.revisions import OTHER, Gateway, played, revision, sealed


def test_of_what_cannot_be_verified_nothing_is_repeated() -> None:
    """Neither its number nor a name: they might be made up to frighten somebody."""

    async def story(gateway: Gateway) -> None:
        await gateway.hear(sealed(revision(99), OTHER))
        assert (gateway.told[0].revision, gateway.told[0].by) == (0, "")

    played(story)


def test_a_flood_of_refusals_does_not_fill_the_disk() -> None:
    """So many a minute are told; then a good one comes through all the same."""

    async def story(gateway: Gateway) -> None:
        await gateway.hear(*(b"nonsense" for _ in range(500)))
        assert len(gateway.told) == TOLD_A_MINUTE
        await gateway.hear(sealed(revision(7)))
        assert gateway.states[-1] == "applied"
        await gateway.hear(*(b"nonsense" for _ in range(500)))
        assert len(gateway.told) == 2 * TOLD_A_MINUTE + 2

    played(story)


def test_a_memory_that_cannot_be_read_believes_none() -> None:
    """Else any old one could be sent again; the gateway itself runs."""

    async def story(gateway: Gateway) -> None:
        gateway.disk.states[STATE] = b"{"
        after = Gateway(gateway.disk)
        await after.hear(sealed(revision(7)))
        assert after.states == ["refused"]

    played(story)


@given(st.binary(max_size=300) | st.integers(0, 2_000))
def test_no_bytes_do_any_harm(cut: bytes | int) -> None:
    """Neither noise nor a message with its end cut off, or its signature changed, is believed."""
    whole = _WHOLE
    body = cut if isinstance(cut, bytes) else whole[: cut % len(whole)]

    async def story(gateway: Gateway) -> None:
        await gateway.hear(body)
        assert gateway.states == ["refused"]

    played(story)


def _made() -> bytes:
    async def main() -> bytes:
        return sealed(revision(7))

    return virtual.run(main())


_WHOLE = _made()


def test_one_that_is_too_large_is_not_even_read() -> None:
    """What a site needs has room many times over."""
    with pytest.raises(WireError, match="at most"):
        open_revision(b" " * (MAX_REVISION_BYTES + 1))
