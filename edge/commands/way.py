"""The way down: one command, checked, executed once, answered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import structlog

from edge.commands.carrying import Answer, Carrier, Way
from edge.commands.ledger import INTERRUPTED, Ledger, content_of
from edge.commands.switch import Position, RemoteSwitch
from edge.driver import Now, Report
from edge.model import Command, CommandResult, Kept
from edge.rules.interlock import Facts, Fires, Grant, refusal
from edge.site import Site
from edge.state import State

RESULTS_KEPT: Final = 10_000
"""Answers to rules remembered, so that a command that comes twice is executed once."""

MOST_UNDER_WAY: Final = 64
"""With more of one room at the same time the next is refused; rules never are."""

KEEP_S: Final = 2.0
"""A disk that has not kept a command by then does not; a sound one takes milliseconds."""

RULES: Final = "rule"
"""The room of all rules."""

log = structlog.get_logger()


class Journal(Protocol):
    """Where it is kept that a command was taken; see `cloud_bridge.journal`."""

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Hand over what has to be on disk before `then` is called."""
        ...


@dataclass(frozen=True, slots=True)
class _UnderWay:
    content: str
    answer: asyncio.Future[CommandResult]


class Commands:
    """The one way to a device, whoever issued the command.

    What persons and the platform ask for is on disk before the device is told: it is never
    done twice, not even when the gateway is killed. What rules ask for is done at once.
    """

    def __init__(  # noqa: PLR0913 - the one place where these meet
        self,
        site: Site,
        ways: Mapping[str, Way],
        *,
        state: State,
        journal: Journal,
        take: Callable[[Report], Awaitable[None]],
        now: Now,
        fires: Fires,
        switch: RemoteSwitch,
    ) -> None:
        self._site = site
        self._carrier = Carrier(ways, state, now)
        self._journal = journal
        self._take = take
        self._now = now
        self._fires = fires
        self._switch = switch
        self._ledger = Ledger()
        self._interrupted: list[tuple[CommandResult, Mapping[str, bytes | None]]] = []
        self._by_rules: OrderedDict[str, tuple[str, CommandResult]] = OrderedDict()
        self._under_way: dict[str, dict[str, _UnderWay]] = defaultdict(dict)

    def serve(self, site: Site, ways: Mapping[str, Way]) -> None:
        """Go on with another picture of the site, and other ways to its devices."""
        self._site = site
        self._carrier.ways = ways

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Take up what was kept; a command without outcome is never executed again."""
        self._switch.restore(states)
        self._ledger.restore(states)
        for room, result in self._ledger.interrupted(self._now()):
            self._interrupted.append((result, self._ledger.end(room, result)))

    async def resume(self) -> None:
        """Answer for what was under way when the gateway ended."""
        interrupted, self._interrupted = self._interrupted, []
        for result, states in interrupted:
            await self._take(Report((result,), states=states))

    async def switch_remote(self, position: Position) -> None:
        """Switch commands from afar on or off, at once and for good."""
        states = self._switch.turn(position)
        log.warning("commands.remote", position=position)
        await self._take(Report((), states=states))

    async def run(self, command: Command, grant: Grant | None = None) -> CommandResult:
        """Execute the command unless it was already taken; return its one result.

        `grant` is what the key allows that has signed it, where it came from the platform.
        """
        content, room = content_of(command), _room(command, grant)
        under_way = self._under_way[room].get(command.id)
        if under_way is not None and under_way.content == content:
            return await asyncio.shield(under_way.answer)
        earlier = self._earlier(room, command)
        if earlier is not None and earlier[0] == content:
            return earlier[1]
        if under_way is not None or earlier is not None:
            reused = Answer("rejected", "id.reused: another command had this id")
            return await self._told(_result(command, reused, self._now()), {})
        return await self._first(room, command, content, grant)

    async def _first(
        self, room: str, command: Command, content: str, grant: Grant | None
    ) -> CommandResult:
        """Take a command that was not seen before to its end."""
        under_way = _UnderWay(content, asyncio.get_running_loop().create_future())
        crowded = self._crowded(room)
        self._under_way[room][command.id] = under_way
        states: dict[str, bytes | None] = {}
        if room != RULES and not crowded:
            states |= self._ledger.take(room, command, self._now())
        try:
            answer = crowded or await self._decide(command, grant, states)
            result = _result(command, answer, self._now())
            if room == RULES:
                self._remember(content, result)
            elif not crowded:
                states |= self._ledger.end(room, result)
            under_way.answer.set_result(result)
        finally:
            del self._under_way[room][command.id]
            if not under_way.answer.done():  # cancelled: what the device did is not known
                under_way.answer.cancel()
                if states:
                    unknown = Answer("failed", INTERRUPTED)
                    self._ledger.end(room, _result(command, unknown, self._now()))
        return await self._told(result, states)

    async def _decide(
        self, command: Command, grant: Grant | None, states: Mapping[str, bytes | None]
    ) -> Answer:
        """Expired, forbidden, not to be kept, or whatever the device does."""
        if command.expires_at <= self._now():
            return Answer("expired", "expired.late: arrived too late")

        def forbidden() -> str:
            facts = Facts(fires=self._fires, remote=self._switch.position, grant=grant)
            why = refusal(command, self._site.devices.get(command.device), facts)
            return str(why) if why else ""

        if why := forbidden():
            return Answer("rejected", why)
        if states and not await self._kept(states):
            return Answer("rejected", "cannot_keep: the disk does not take it, so it was not done")
        action = self._site.devices[command.device].actions[command.action]
        return await self._carrier.carry(command, action, forbidden)

    async def _kept(self, states: Mapping[str, bytes | None]) -> bool:
        on_disk = asyncio.Event()
        try:
            async with asyncio.timeout(KEEP_S):
                await self._journal.keep((), states, (on_disk.set,))
                await on_disk.wait()
        except TimeoutError:
            return False
        return True

    async def _told(
        self, result: CommandResult, states: Mapping[str, bytes | None]
    ) -> CommandResult:
        log.info(
            "command.ended",
            command=result.command,
            device=result.device,
            action=result.action,
            outcome=result.outcome,
            detail=result.detail,
            observed=result.observed,
        )
        await self._take(Report((result,), states=states))
        return result

    def _crowded(self, room: str) -> Answer | None:
        if room == RULES:
            return None
        if len(self._under_way[room]) >= MOST_UNDER_WAY:
            return Answer("rejected", "busy: too many commands are under way")
        if not self._ledger.has_room(room, self._now()):
            return Answer("rejected", "cannot_keep: too many commands in a short time")
        return None

    def _earlier(self, room: str, command: Command) -> tuple[str, CommandResult] | None:
        """What became of this id; a rule may try anew what has not reached the device."""
        if room == RULES:
            known = self._by_rules.get(command.id)
            return known if known and known[1].outcome in {"done", "rejected"} else None
        line = self._ledger.get(room, command.id)
        result = line.result(command.id) if line else None
        return (line.content, result) if line and result else None

    def _remember(self, content: str, result: CommandResult) -> None:
        self._by_rules[result.command] = (content, result)
        if len(self._by_rules) > RESULTS_KEPT:
            self._by_rules.popitem(last=False)


def _room(command: Command, grant: Grant | None) -> str:
    """Who asks; nobody uses up the ids of another, nor the number of commands that he may have."""
    return f"{command.issuer}:{grant.key}" if grant else command.issuer


def _result(command: Command, answer: Answer, at: datetime) -> CommandResult:
    return CommandResult(
        command=command.id,
        device=command.device,
        action=command.action,
        outcome=answer.outcome,
        detail=answer.detail,
        observed=answer.observed,
        issued_by=command.issued_by,
        at=at,
    )
