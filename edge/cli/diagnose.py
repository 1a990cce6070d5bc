"""`whistle diagnose`: what to send to whoever helps from afar."""

from __future__ import annotations

import argparse
from pathlib import Path

from edge.cli.command import Say


def add_diagnose(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        from edge.cli.diagnosis import diagnose  # noqa: PLC0415 - loads all of the gateway

        return diagnose(arguments, say)

    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument("out", type=Path, help=say("压缩包，如 help.zip", "such as help.zip"))
    command.set_defaults(run=run)
