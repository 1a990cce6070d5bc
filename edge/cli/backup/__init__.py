"""`whistle backup`: what a gateway can go on from, on this box or on another."""

from __future__ import annotations

import argparse
from pathlib import Path

from edge.cli.command import Say


def add_backup(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        from edge.cli.backup.telling import back_up  # noqa: PLC0415 - loads all of the gateway

        return back_up(arguments, say)

    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument("out", type=Path, help=say("备份文件，如 site.zip", "such as site.zip"))
    command.add_argument(
        "--history", action="store_true", help=say("读数历史也要", "with the readings over time")
    )
    command.add_argument(
        "--with-keys",
        action="store_true",
        help=say("密钥和密码存入另一个加密文件", "keys and passwords too, in a sealed file apart"),
    )
    add_passphrase(command, say)
    command.set_defaults(run=run)


def add_passphrase(command: argparse.ArgumentParser, say: Say) -> None:
    """Let the passphrase of the file of keys come from a file, where nobody is there to type."""
    command.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help=say("口令写在这个文件里；不写就在终端输入", "holds it; else it is typed"),
    )
