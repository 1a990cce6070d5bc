"""`whistle audit`: who did what, and whether that is still as it was written."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from edge.access.audit import AuditLine, Verdict, latest, verify
from edge.access.audit_checkpoint import checkpoints
from edge.cli.command import Say
from edge.cli.store import add_site, store_of
from edge.errors import ConfigError

Verb: TypeAlias = Callable[[str, str], argparse.ArgumentParser]


def add_audit(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""
    verbs = command.add_subparsers(required=True, metavar=say("动作", "VERB"))

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=what, description=what)
        parser.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        add_site(parser, say)
        return parser

    _add_verify(verb, say)
    _add_list(verb, say)


def _add_verify(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        store = store_of(arguments, say)
        try:
            verdict = verify(store, _noted(arguments.checkpoint, say))
        except OSError as error:
            raise ConfigError(say(f"记录读不了：{error}", f"it cannot be read: {error}")) from error
        if not verdict.lines and verdict.sound:
            raise _nothing(store, say)
        sys.stdout.write(_told(verdict, say))
        return 0 if verdict.sound else 1

    command = verb("verify", say("检查记录有没有被改动、删减", "look for changed or missing lines"))
    command.add_argument(
        "--checkpoint",
        metavar="FILE|NUMBER:HASH",
        help=say("与平台记下的比较", "compare with what the platform has noted"),
    )
    command.set_defaults(run=run)


def _add_list(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        store = store_of(arguments, say)
        lines = (line for line in latest(store) if _wanted(line, arguments))
        found = list(islice(lines, arguments.last))
        for line in reversed(found):
            told = json.dumps(_plain(line), ensure_ascii=False) if arguments.json else _line(line)
            sys.stdout.write(f"{told}\n")
        if not found:
            raise _nothing(store, say)
        return 0

    command = verb("list", say("最近的记录，最新的在最后", "the latest lines, the newest last"))
    command.add_argument("--last", type=int, default=20, help=say("最近几条", "how many"))
    command.add_argument("--who", default="", help=say("某人", "of somebody"))
    command.add_argument(
        "--what", default="", help=say("某类，如 session 或 session.refused", "such as session")
    )
    command.add_argument("--json", action="store_true", help="JSON")
    command.set_defaults(run=run)


def _noted(said: str | None, say: Say) -> Mapping[int, str]:
    """What somebody else has noted: one line, or a file of them."""
    if said is None:
        return {}
    try:
        path = Path(said)
        lines = path.read_text("utf-8").splitlines() if path.is_file() else [said]
        return checkpoints(lines)
    except (OSError, ValueError) as error:
        raise ConfigError(say(f"这不是留底：{error}", f"that is no checkpoint: {error}")) from error


def _wanted(line: AuditLine, arguments: argparse.Namespace) -> bool:
    who, what = arguments.who, arguments.what
    return who in {"", line.who} and (not what or f"{line.what}.".startswith(f"{what}."))


def _told(verdict: Verdict, say: Say) -> str:
    told = "".join(f"{say(each.zh, each.en)}\n" for each in verdict.problems)
    which = f"{verdict.first}–{verdict.last}"
    if told:
        told += say(
            f"共 {verdict.lines} 行（编号 {which}），有问题，见上。\n",
            f"{verdict.lines} lines ({which}): not as they were written, see above.\n",
        )
    else:
        told = say(
            f"共 {verdict.lines} 行（编号 {which}），完整无改动。\n",
            f"{verdict.lines} lines ({which}): whole, and as they were written.\n",
        )
    return told + _compared(verdict, say)


def _compared(verdict: Verdict, say: Say) -> str:
    """How much of what was noted elsewhere could be compared; nothing where none was given."""
    told = ""
    if verdict.compared:
        told = say(
            f"与别处的留底比较了 {verdict.compared} 行。\n",
            f"{verdict.compared} of them compared with what was noted elsewhere.\n",
        )
    if verdict.gone:
        told += say(
            f"另有 {verdict.gone} 条留底比这里最早的行还早，无法比较。\n",
            f"{verdict.gone} noted lines are older than what is kept here: not compared.\n",
        )
    return told


def _line(line: AuditLine) -> str:
    """One line as a person reads it, in the time of this machine."""
    at = line.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    who = " ".join(filter(None, (line.who or "-", line.role, line.door, line.address)))
    detail = "  ".join(f"{key}={value}" for key, value in line.detail.items())
    said = f"{line.number}  {at}  {who}  {line.what}  {line.about}  {line.outcome}  {detail}"
    return said.rstrip()


def _plain(line: AuditLine) -> dict[str, object]:
    return {**asdict(line), "at": line.at.isoformat(), "detail": dict(line.detail)}


def _nothing(store: Path, say: Say) -> ConfigError:
    return ConfigError(say(f"{store}：没有这样的操作记录", f"{store}: nothing such was written"))
