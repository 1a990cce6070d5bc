"""Tells a device what to do, one thing at a time, then looks whether it has happened."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Protocol

import structlog

from edge.driver import Now
from edge.errors import CommandRejected, LinkDown
from edge.logs import frames
from edge.model import Action, Command, Outcome
from edge.rules.interlock import LETS_PASS
from edge.state import State

LONGEST_DETAIL: Final = 1_000
"""What a device says is passed on as far as a person would read it."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command; `detail` begins with a reason that keeps its spelling."""

    outcome: Outcome
    detail: str = ""
    observed: Literal["", "yes", "no"] = ""


@dataclass(frozen=True, slots=True)
class _Turns:
    """Whose turn it is: at the device, and before that among those from afar."""

    device: asyncio.Lock = field(default_factory=asyncio.Lock)
    afar: asyncio.Lock = field(default_factory=asyncio.Lock)


class Way(Protocol):
    """What leads to a device; see `edge.keeper`."""

    async def execute(self, command: Command) -> str | None:
        """Return what the device confirmed; raise what a driver raises."""
        ...


class Carrier:
    """Knows the `ways` to all devices, which may be replaced."""

    def __init__(self, ways: Mapping[str, Way], state: State, now: Now) -> None:
        self.ways = ways
        self._state = state
        self._now = now
        self._turns: dict[str, _Turns] = defaultdict(_Turns)

    async def carry(self, command: Command, action: Action, forbidden: Callable[[], str]) -> Answer:
        """Carry it out before it expires; `forbidden` is asked when its turn has come."""
        shown = action.observe
        watch = self._state.watch(shown.point, shown.equals) if shown else nullcontext()
        with watch as seen:
            answer = await self._tell(command, action, forbidden)
            if seen is None or shown is None:
                return answer
            if answer.outcome == "done":
                await _wait(seen, shown.within_s)
            elif not seen.is_set():
                return answer
            return replace(answer, observed="yes" if seen.is_set() else "no")

    async def _tell(self, command: Command, action: Action, forbidden: Callable[[], str]) -> Answer:
        left = (command.expires_at - self._now()).total_seconds()
        try:
            async with asyncio.timeout(left), self._turn(command, action):
                if why := forbidden():
                    return Answer("rejected", why)
                said = await self.ways[command.device].execute(command)
        except CommandRejected as refusal:
            return Answer("rejected", _cut(f"device.refused: {refusal}"))
        except TimeoutError:
            return Answer("expired", "expired.no_answer: no answer in time")
        except (LinkDown, OSError) as down:
            return Answer("failed", _cut(f"link.down: {down}"))
        except Exception as fault:  # noqa: BLE001 - a driver's mistake must not stop the gateway
            at = frames(fault)
            log.error("command.fault", fault=repr(fault), at=at)  # noqa: TRY400 - reads no files
            return Answer("failed", f"internal.fault: {type(fault).__name__}")
        return Answer("done", _cut(said or ""))

    @asynccontextmanager
    async def _turn(self, command: Command, action: Action) -> AsyncIterator[None]:
        """Wait while the device is busy; a rule that lets people out waits for nobody.

        What comes from afar waits apart, so that a person on site waits for one command at most.
        """
        if command.issuer == "rule" and action.effect in LETS_PASS:
            yield
            return
        turns = self._turns[command.device]
        async with turns.afar if command.issuer == "platform" else nullcontext(), turns.device:
            yield


async def _wait(seen: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await seen.wait()
    except TimeoutError:
        return


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_DETAIL else f"{text[: LONGEST_DETAIL - 1]}…"
