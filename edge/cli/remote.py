"""`whistle remote`: the switch at the site for commands from afar."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from edge.cli.command import Say, load_site
from edge.cli.local import ask


def add_remote(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        store = load_site(arguments).store
        if arguments.position:
            said = ask(store, "PUT", "/remote", say, {"position": arguments.position})
        else:
            said = ask(store, "GET", "/remote", say)
        sys.stdout.write(f"{said['position']}\n")
        return 0

    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument(
        "position", nargs="?", choices=["on", "off"], help=say("不写则查看", "none: say how it is")
    )
    command.set_defaults(run=run)
