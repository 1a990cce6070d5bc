"""`whistle rules replay`: what these rules would have raised, beside what was."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import apsw

from cloud_bridge.journal_past import Past, past
from edge.cli.command import Say, instant_in
from edge.cli.rules_replay_told import Outcome, json_of, lines_of
from edge.clock import Clock
from edge.config import Configuration, load
from edge.errors import ConfigError
from edge.history.history import HISTORY_FILE
from edge.history.reel import Reel
from edge.history.schema import UnknownFile
from edge.journal import JOURNAL_FILE
from edge.trial.compared import compare
from edge.trial.replay import LEAD, Heard, replay

PROGRESS_S: Final = 1.0
"""Between two words on how far it is, on a screen."""

WIPED: Final = "\r\x1b[K"
"""To the beginning of the line, and empty it."""

_NEVER: Final = Past(kept=None, events=(), alarms=(), unread=0)


def add_replay(verb: Callable[[str, str], argparse.ArgumentParser], say: Say) -> None:
    """Add the command."""

    def run(arguments: argparse.Namespace) -> int:
        found = load(arguments.site, language=arguments.lang, rules=arguments.rules)
        since, until = _span(arguments, found.site.timezone, say)
        outcome = _outcome(found, since, until, say)
        if arguments.json:
            sys.stdout.write(f"{json_of(outcome)}\n")
        else:
            sys.stdout.writelines(f"{line}\n" for line in lines_of(outcome, say))
        return 0 if outcome.run.ended == "whole" else 1

    command = verb(
        "replay", say("用历史重演规则，与当时对照", "run rules over the history, beside what was")
    )
    command.add_argument("--from", dest="since", required=True, metavar="DATE", help=_when(say))
    command.add_argument("--to", dest="until", metavar="DATE", help=say("默认现在", "or now"))
    command.add_argument(
        "--rules",
        type=Path,
        metavar="FILE",
        help=say("另一份规则，替换同名的", "rules that replace those of the same id"),
    )
    command.add_argument("--json", action="store_true", help="JSON")
    command.set_defaults(run=run)


def _when(say: Say) -> str:
    return say(
        "站点当地时间，如 2026-10-01 或 2026-10-01T22:30",
        "in the site's time, such as 2026-10-01 or 2026-10-01T22:30",
    )


def _span(arguments: argparse.Namespace, zone: ZoneInfo, say: Say) -> tuple[datetime, datetime]:
    now = Clock().now()
    since = instant_in(arguments.since, zone, say)
    until = min(instant_in(arguments.until, zone, say), now) if arguments.until else now
    if since >= until:
        raise ConfigError(
            say(
                f"--from {arguments.since} 不早于结束时间；写更早的时间",
                f"--from {arguments.since} is not before the end; write an earlier one",
            )
        )
    return since, until


def _outcome(found: Configuration, since: datetime, until: datetime, say: Say) -> Outcome:
    history, journal = found.store / HISTORY_FILE, found.store / JOURNAL_FILE
    if not history.exists():
        raise ConfigError(
            say(
                f"{history}：没有历史；网关运行过吗？",
                f"{history}: there is no history; has the gateway ever run?",
            )
        )
    was = past(journal, since - LEAD, until) if journal.exists() else _NEVER
    heard = (Heard(at=each.at, event=each.event) for each in was.events)
    begun = time.monotonic()
    try:
        with Reel(history) as reel:
            told = _progress(since - LEAD, until, say)
            run = replay(found, reel, heard, since, until, told=told)
    except (apsw.Error, UnknownFile) as error:
        raise ConfigError(
            say(f"{history}：读不了：{error}", f"{history}: it cannot be read: {error}")
        ) from error
    alarms = [each for each in was.alarms if since <= each.at < until]
    would = [each for each in run.raised if since <= each.at < until]
    return Outcome(
        run=run,
        past=was,
        pairs=compare(alarms, would),
        zone=found.site.timezone,
        seconds=time.monotonic() - begun,
    )


def _progress(since: datetime, until: datetime, say: Say) -> Callable[[datetime, int], None]:
    """Tell on a screen, once a second, how far it is; nothing where nobody looks."""
    next_at = time.monotonic() + PROGRESS_S
    shown = False

    def told(at: datetime, readings: int) -> None:
        nonlocal next_at, shown
        if not sys.stderr.isatty():
            return
        if shown and at >= until:
            sys.stderr.write(WIPED)
        if time.monotonic() < next_at or at >= until:
            return
        shown, next_at = True, time.monotonic() + PROGRESS_S
        share = round(100 * ((at - since) / (until - since)))
        count = f"{readings:,}"
        sys.stderr.write(WIPED + say(f"{share} %，{count} 个读数", f"{share} %, {count} readings"))
        sys.stderr.flush()

    return told
