"""`whistle journal`: what was kept, delivered or not."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from cloud_bridge.journal_file import JournalFile
from edge.cli.command import Add, Say
from edge.config import load
from edge.errors import ConfigError
from edge.gateway import JOURNAL_FILE


def add_journal(add: Add, say: Say) -> None:
    """Add the command."""

    def run(arguments: argparse.Namespace) -> int:
        path: Path = arguments.path
        if path.suffix != ".db":
            path = load(path, language=arguments.lang).store / JOURNAL_FILE
        if not path.exists():
            raise ConfigError(say(f"{path}：没有日志", f"{path}: there is no journal"))
        file = JournalFile(path)
        try:
            for line in file.tell(arguments.last):
                sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        finally:
            file.close()
        return 0

    command = add(
        "journal", say("列出日志里的事件及送达情况", "list kept events, delivered or not")
    )
    command.add_argument("path", type=Path, help=say("站点文件或 journal.db", "site or journal.db"))
    command.add_argument("--last", type=int, default=20, help=say("最近几条", "how many"))
    command.set_defaults(run=run)
