"""`whistle journal import`: what a journal that was put aside had not sent is sent after all."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from cloud_bridge.journal_import import take_in
from edge.cli.command import Say, load_site
from edge.errors import ConfigError
from edge.journal import JOURNAL_FILE


def add_import(verb: Callable[[str, str], argparse.ArgumentParser], say: Say) -> None:
    """Add the command."""

    def run(arguments: argparse.Namespace) -> int:
        path = load_site(arguments).store / JOURNAL_FILE
        for each in (path, arguments.aside):
            if not each.exists():
                raise ConfigError(say(f"{each}：没有日志", f"{each}: there is no journal"))
        found = take_in(path, arguments.aside)
        sys.stdout.write(
            say(
                f"{found.taken} 条下次启动后补发；{found.known} 条已经在；"
                f"{found.unread} 条读不出来\n",
                f"{found.taken} are sent after the next start; {found.known} are here already;"
                f" {found.unread} cannot be read\n",
            )
        )
        return int(found.unread > 0)

    command = verb(
        "import",
        say("收回被搁置的日志里没送达的事件；先停下网关", "send what one put aside had not sent"),
    )
    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument(
        "aside", type=Path, help=say("被搁置的文件 journal-aside-….db", "the journal-aside-….db")
    )
    command.set_defaults(run=run)
