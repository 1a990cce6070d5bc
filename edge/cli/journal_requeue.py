"""`whistle journal requeue`: what was refused or given up is sent to its platform again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from cloud_bridge.journal_requeue import UnknownUplink, requeue_at_rest
from edge.cli.command import Say, load_site
from edge.cli.local import ask
from edge.errors import ConfigError
from edge.journal import JOURNAL_FILE
from edge.local_socket import NAME, connect

PATIENCE_S: Final = 5.0
"""A gateway that runs takes a connection at once."""


def add_requeue(verb: Callable[[str, str], argparse.ArgumentParser], say: Say) -> None:
    """Add the command."""

    def run(arguments: argparse.Namespace) -> int:
        found = load_site(arguments)
        uplinks = [each.id for each in found.uplinks]
        wanted = [arguments.uplink] if arguments.uplink else uplinks
        for uplink in wanted:
            if uplink not in uplinks:
                names = ", ".join(uplinks)
                raise ConfigError(
                    say(
                        f"{uplink}：没有这条上行，有 {names}",
                        f"{uplink}: no uplink; there are {names}",
                    )
                )
            count = _requeue(found.store, uplink, arguments.since, say)
            sys.stdout.write(
                say(f"{uplink}：{count} 条重发\n", f"{uplink}: {count} are sent again\n")
            )
        return 0

    command = verb("requeue", say("重发被拒收的事件", "send what a platform refused once more"))
    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument("--uplink", help=say("只这条上行", "to this uplink only"))
    command.add_argument(
        "--from",
        dest="since",
        type=_number,
        metavar="NUMBER",
        help=say("从这个编号起全部重发", "all that is kept from this number on"),
    )
    command.set_defaults(run=run)


def _requeue(store: Path, uplink: str, since: int | None, say: Say) -> int:
    """Have the gateway do it that runs, and only where none does do it ourselves."""
    path = store / JOURNAL_FILE
    if not path.exists():
        raise ConfigError(say(f"{path}：没有日志", f"{path}: there is no journal"))
    if not (store / NAME).exists():
        return _at_rest(path, uplink, since, say)
    try:
        connect(store / NAME, PATIENCE_S).close()
    except PermissionError as error:
        raise ConfigError(
            say(
                "不许打开网关的套接字；用网关的用户或 root 运行",
                "the gateway's socket may not be opened: run this as its user, or as root",
            )
        ) from error
    except OSError:
        return _at_rest(path, uplink, since, say)
    said = ask(store, "POST", f"/uplinks/{quote(uplink)}/requeue", say, {"since": since})
    return int(said["count"])


def _at_rest(path: Path, uplink: str, since: int | None, say: Say) -> int:
    try:
        return requeue_at_rest(path, uplink, since)
    except UnknownUplink as error:
        raise ConfigError(
            say(
                f"{uplink}：网关还没有为它运行过；先启动一次",
                f"{uplink}: no gateway has served it yet; start it once",
            )
        ) from error


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("from 1 on")
    return number
