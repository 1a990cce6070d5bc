"""`whistle run`: the gateway of a site."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from edge import logs
from edge.cli.command import Add, Say, load_site
from edge.gateway import Gateway


def add_run(add: Add, say: Say) -> None:
    """Add the command."""

    def run(arguments: argparse.Namespace) -> int:
        configuration = load_site(arguments)
        logs.configure(arguments.log)
        gateway = Gateway(configuration)
        asyncio.run(gateway.run())
        return 0

    command = add("run", say("运行一个站点的网关", "run the gateway of a site"))
    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument(
        "--log", choices=["text", "json"], default="text", help=say("日志格式", "form of the log")
    )
    command.set_defaults(run=run)
