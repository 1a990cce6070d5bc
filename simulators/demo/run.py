"""Plays a scenario on a stage and says what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import apsw

from simulators.demo import report as demo_report
from simulators.demo.ends import ends, wrong_ends
from simulators.demo.noticed import not_shown, noticed, shown, too_late
from simulators.demo.reactions import not_opened_once
from simulators.demo.report import Report
from simulators.demo.scenario import Scenario, Step
from simulators.demo.stage import Stage
from simulators.platform import report
from simulators.platform.ordered import not_done

LAST_WORDS_S = 12.0
"""Nothing new happens this long before the end, so that delays and resends can run out."""

DEVELOP_S = 60.0
"""A clip is made at the lowest priority, and each of its pictures searched for faces many times."""

Playing: TypeAlias = Callable[[Step], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a play was, for its report."""

    name: str
    seconds: float
    seed: int


async def play(stage: Stage, scenario: Scenario, playing: Playing) -> None:
    """Do each step at its second, counted from now; long ones run beside the rest."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as tasks:
        for step in scenario.steps:
            await asyncio.sleep(began + step.second - loop.time())
            playing(step)
            tasks.create_task(stage.act(step), name=f"{step.do} {step.device}".strip())


async def settle(stage: Stage, seconds: float) -> None:
    """Wait until the gateway has nothing more to tell and every device is content."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not _settled(stage):
                await stage.looked()


async def develop(stage: Stage) -> None:
    """Wait until cameras have kept what the story has them show: a clip takes its time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DEVELOP_S):
            while not_shown(stage.acted, await stage.platform.ask(shown)):
                await stage.looked()


def _settled(stage: Stage) -> bool:
    status = stage.status
    return (
        status is not None
        and status.online
        and status.journal.total == 0
        and not stage.outages.ongoing
        and stage.gateway.running
    )


async def conclude(stage: Stage, scenario: Scenario, played: Played) -> Report:
    """Compare what was expected, told and kept with what the platform has."""
    ask = stage.platform.ask
    counts = await ask(report.counts)
    lost = await _lost(stage)
    expected, possible = demo_report.expectations(scenario.steps, played.seconds)
    missing, unexpected = demo_report.compare(expected, possible, await ask(demo_report.look))
    ended = await ask(ends)
    missing += wrong_ends(expected, ended)
    reactions, unanswered = stage.reactions.measured(stage.simulators)
    missing += [*unanswered, *await _wrong_orders(stage, scenario)]
    timely = await ask(lambda db: noticed(db, stage.acted))
    kept_of = await ask(shown)
    missing += [*too_late(timely), *not_shown(stage.acted, kept_of)]
    duplicates = await ask(demo_report.doubles)
    whole, waited = demo_report.split(await ask(report.latencies), stage.outages)
    return Report(
        scenario=played.name,
        seconds=played.seconds,
        seed=played.seed,
        ok=not (lost or duplicates or missing or unexpected),
        readings=stage.readings,
        events=counts.by_type,
        issues=counts.issues,
        notices=counts.notices,
        duplicates=duplicates,
        lost=lost,
        redelivered=counts.redelivered,
        alarm_latency_ms=demo_report.latency(whole),
        alarm_latency_during_outages_ms=demo_report.latency(waited),
        reaction_ms=demo_report.distribution(reactions),
        expected=len(expected),
        missing=missing,
        unexpected=unexpected,
        gateway_starts=stage.gateway.starts,
        outages=len(stage.outages.all),
        ends=ended,
        noticed=timely,
        shown=kept_of,
    )


async def _lost(stage: Stage) -> int:
    """Count what the gateway has kept, or a device was told is kept, and the platform has not."""
    stored = await stage.platform.ask(_numbers)
    kept = await asyncio.to_thread(_kept, stage.journal)
    origins = await stage.platform.ask(report.origins)
    return len(kept - stored) + len(_confirmed(stage) - origins)


async def _wrong_orders(stage: Stage, scenario: Scenario) -> list[str]:
    """Gates that were not told to open as often as the story has it, or did not do it."""
    gates = {step.opens for step in scenario.steps}
    not_told = not_opened_once(scenario.steps, stage.simulators)
    return not_told + await stage.platform.ask(lambda db: not_done(db, gates))


def _confirmed(stage: Stage) -> set[str]:
    """Return the origins of what devices were told is kept."""
    return {
        told.origin
        for simulator in dict.fromkeys(stage.simulators.values())
        for told in simulator.told
        if told.confirmed
    }


def _numbers(db: apsw.Connection) -> set[int]:
    return {int(row[0]) for row in db.execute("SELECT number FROM events")}


def _kept(journal: Path) -> set[int]:
    """Return the numbers that the gateway's journal holds, after the gateway has ended."""
    db = apsw.Connection(str(journal), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        return {int(row[0]) for row in db.execute("SELECT number FROM event")}
    finally:
        db.close()
