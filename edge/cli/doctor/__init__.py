"""`whistle doctor`: what is odd on a site, and what to do about it."""

from __future__ import annotations

import argparse
from pathlib import Path

from edge.cli.command import Say


def add_doctor(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        from edge.cli.doctor.visit import visit  # noqa: PLC0415 - loads all of the gateway

        return visit(arguments, say)

    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument(
        "--broker",
        action="store_true",
        help=say(
            "只查代理：发几条自己的消息", "probe its brokers instead, with messages of its own"
        ),
    )
    command.add_argument(
        "--json", action="store_true", help=say("每项一个 JSON", "print one JSON object a check")
    )
    command.set_defaults(run=run)
