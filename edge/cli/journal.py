"""`whistle journal`: what was kept, delivered or not; whether it is whole; sending it again."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import apsw

from cloud_bridge.journal_check import JournalReading
from edge.cli.command import Say
from edge.cli.journal_fsck import add_fsck
from edge.cli.journal_import import add_import
from edge.cli.journal_requeue import add_requeue
from edge.config import load
from edge.errors import ConfigError
from edge.journal import JOURNAL_FILE

Verb: TypeAlias = Callable[[str, str], argparse.ArgumentParser]


def add_journal(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""
    verbs = command.add_subparsers(required=True, metavar=say("动作", "VERB"))

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=what, description=what)
        parser.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        return parser

    _add_list(verb, say)
    _add_show(verb, say)
    add_fsck(verb, say)
    add_requeue(verb, say)
    add_import(verb, say)


def _add_list(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        with closing(_reading(arguments, say)) as reading:
            for line in reading.tell(arguments.last):
                sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        return 0

    command = verb("list", say("最近的事件及送达情况", "the last events, delivered or not"))
    _add_path(command, say)
    command.add_argument("--last", type=int, default=20, help=say("最近几条", "how many"))
    command.set_defaults(run=run)


def _add_show(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        with closing(_reading(arguments, say)) as reading:
            found = reading.these([arguments.number])
        if not found:
            number = arguments.number
            raise ConfigError(say(f"没有编号 {number} 的事件", f"there is no event {number}"))
        sys.stdout.write(f"{found[0].body.decode(errors='replace')}\n")
        return 0

    command = verb("show", say("一个事件，如发给平台的那样", "one event as a platform gets it"))
    _add_path(command, say)
    command.add_argument("number", type=int, help=say("编号", "its number"))
    command.set_defaults(run=run)


def _add_path(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument("path", type=Path, help=say("站点文件或 journal.db", "site or journal.db"))


def _reading(arguments: argparse.Namespace, say: Say) -> JournalReading:
    path: Path = arguments.path
    if path.suffix != ".db":
        path = load(path, language=arguments.lang).store / JOURNAL_FILE
    if not path.exists():
        raise ConfigError(say(f"{path}：没有日志", f"{path}: there is no journal"))
    try:
        return JournalReading(path)
    except apsw.Error as error:
        raise ConfigError(
            say(f"{path}：读不了：{error}", f"{path}: it cannot be read: {error}")
        ) from error
