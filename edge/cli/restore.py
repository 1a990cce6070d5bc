"""`whistle restore`: a gateway that goes on where another one was backed up."""

from __future__ import annotations

import argparse
from pathlib import Path

from edge.cli.backup import add_passphrase
from edge.cli.command import Say


def add_restore(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        from edge.cli.backup.telling import bring_back  # noqa: PLC0415 - loads all of the gateway

        return bring_back(arguments, say)

    command.add_argument("file", type=Path, help=say("备份文件", "the backup"))
    command.add_argument("target", type=Path, help=say("站点文件夹", "the site's folder"))
    command.add_argument(
        "--keys", type=Path, metavar="FILE", help=say("密钥文件", "the file of keys beside it")
    )
    command.add_argument(
        "--replace",
        action="store_true",
        help=say("已有站点时，把旧的移到一边", "move aside the site that is there already"),
    )
    add_passphrase(command, say)
    command.set_defaults(run=run)
