"""What is done to the brokers, and to the platform behind one of them."""

from __future__ import annotations

import signal
from collections.abc import Mapping

from tests.system.proof.schedule import Value
from tests.system.proof.stage import Stage

Words = Mapping[str, Value]


async def kill(stage: Stage, words: Words) -> None:
    """The broker is gone, with what it had not delivered."""
    del words
    await stage.cloud.kill()


async def start(stage: Stage, words: Words) -> None:
    """And back, empty."""
    del words
    await stage.cloud.start()


async def freeze(stage: Stage, words: Words) -> None:
    """The broker hangs, with all connections open."""
    del words
    stage.cloud.freeze()


async def thaw(stage: Stage, words: Words) -> None:
    """And goes on."""
    del words
    stage.cloud.thaw()


async def deny(stage: Stage, words: Words) -> None:
    """The broker does not let the gateway write any more."""
    del words
    stage.allow(gateway=False)
    stage.cloud.reread()


async def allow(stage: Stage, words: Words) -> None:
    """And lets it."""
    del words
    stage.allow(gateway=True)
    stage.cloud.reread()


async def kill_field(stage: Stage, words: Words) -> None:
    """The broker of the gates is gone."""
    del words
    await stage.field_broker.kill()


async def start_field(stage: Stage, words: Words) -> None:
    """And back, empty."""
    del words
    await stage.field_broker.start()


async def kill_platform(stage: Stage, words: Words) -> None:
    """The platform is gone, with what it had not stored."""
    del words
    await stage.platform.kill()


async def start_platform(stage: Stage, words: Words) -> None:
    """And back."""
    del words
    await stage.platform.start()


async def freeze_platform(stage: Stage, words: Words) -> None:
    """The platform hangs: the broker takes what nobody stores."""
    del words
    stage.platform.signal(signal.SIGSTOP)


async def thaw_platform(stage: Stage, words: Words) -> None:
    """And goes on."""
    del words
    stage.platform.signal(signal.SIGCONT)


async def deafen(stage: Stage, words: Words) -> None:
    """The platform is connected and has not subscribed."""
    del words
    await stage.platform.tell(do="deaf")


async def hear(stage: Stage, words: Words) -> None:
    """And subscribes."""
    del words
    await stage.platform.tell(do="hear")
