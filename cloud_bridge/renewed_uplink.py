"""The MQTT uplink with the newest key that the broker takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import structlog

from cloud_bridge.client_keys import promote, ready
from cloud_bridge.mqtt import MqttUplink, open_uplink
from edge.broker import Broker, BrokerTls
from edge.errors import LinkDown

log = structlog.get_logger()


@asynccontextmanager
async def open_renewed(
    broker: Broker, site: str, gateway: str, now: Callable[[], datetime]
) -> AsyncIterator[MqttUplink]:
    """As `open_uplink`. A next key that is let in takes the place of the one before.

    One that is refused changes nothing: the one before serves, and the next is tried again with
    the next session.
    """
    async with AsyncExitStack() as stack:
        uplink = None
        following = await asyncio.to_thread(ready, broker.tls, now())
        if following is not None:
            uplink = await _tried(stack, broker, following, site, gateway)
        if uplink is None:
            uplink = await stack.enter_async_context(open_uplink(broker, site, gateway))
        yield uplink


async def _tried(
    stack: AsyncExitStack, broker: Broker, following: BrokerTls, site: str, gateway: str
) -> MqttUplink | None:
    """Come in with the next key; none where that is refused, or the broker is not there."""
    with_next = broker.model_copy(update={"tls": following})
    try:
        uplink = await stack.enter_async_context(open_uplink(with_next, site, gateway))
    except LinkDown as refused:
        log.warning("key.refused", file=following.cert_file, reason=str(refused))
        return None
    if broker.tls is not None:
        await asyncio.to_thread(promote, broker.tls)
    log.info("key.changed", file=following.cert_file)
    return uplink
