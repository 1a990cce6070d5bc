"""The way down: one command, checked, executed once, answered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal, TypeAlias

import structlog

from edge.driver import Now
from edge.errors import CommandRejected, LinkDown
from edge.keeper import Keeper
from edge.logs import frames
from edge.model import Command, CommandResult, Event

Outcome: TypeAlias = Literal["done", "rejected", "expired", "failed"]

log = structlog.get_logger()

RESULTS_KEPT = 10_000
"""Answers remembered, so that a command that comes twice is executed once."""


class Commands:
    """The one way to a device, whoever issued the command."""

    def __init__(
        self,
        keepers: Mapping[str, Keeper],
        tell: Callable[[Event], Awaitable[None]],
        now: Now,
    ) -> None:
        self._keepers = keepers
        self._tell = tell
        self._now = now
        self._results: OrderedDict[str, asyncio.Future[CommandResult]] = OrderedDict()

    async def run(self, command: Command) -> CommandResult:
        """Execute the command unless it was already taken; return its one result."""
        if earlier := self._results.get(command.id):
            return await asyncio.shield(earlier)
        answer: asyncio.Future[CommandResult] = asyncio.get_running_loop().create_future()
        self._results[command.id] = answer
        if len(self._results) > RESULTS_KEPT:
            self._results.popitem(last=False)
        outcome, detail = await self._execute(command)
        result = CommandResult(
            command=command.id,
            device=command.device,
            action=command.action,
            outcome=outcome,
            detail=detail,
            at=self._now(),
        )
        answer.set_result(result)
        await self._tell(result)
        return result

    async def _execute(  # noqa: PLR0911 - one line for each way it can end
        self, command: Command
    ) -> tuple[Outcome, str]:
        seconds_left = (command.expires_at - self._now()).total_seconds()
        if seconds_left <= 0:
            return "expired", "arrived too late"
        keeper = self._keepers.get(command.device)
        if keeper is None:
            return "rejected", "no such device"
        try:
            async with asyncio.timeout(seconds_left):
                await keeper.execute(command)
        except CommandRejected as refusal:
            return "rejected", str(refusal)
        except TimeoutError:
            return "expired", "no answer in time"
        except (LinkDown, OSError) as down:
            return "failed", f"link down: {down}"
        except Exception as fault:  # noqa: BLE001 - a driver's mistake must not stop the gateway
            at = frames(fault)
            log.error("command.fault", fault=repr(fault), at=at)  # noqa: TRY400 - reads no files
            return "failed", f"internal fault: {type(fault).__name__}"
        return "done", ""
