"""`whistle check`: the mistakes in a site file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from edge.cli.command import Say, load_site


def add_check(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        found = load_site(arguments)
        devices, alarms, rules = len(found.site.devices), len(found.alarms), len(found.rules)
        look = len(found.warnings)
        also = say(f"，{look} 处请看一看", f", {look} to look at") if look else ""
        sys.stdout.write(
            say(
                f"{arguments.site}：没有错误{also}。{len(found.links)} 条链路，{devices} 台设备，"
                f"{alarms} 条报警，{rules} 条规则。\n",
                f"{arguments.site}: no mistakes{also}. {len(found.links)} links, {devices} devices,"
                f" {alarms} alarms, {rules} rules.\n",
            )
        )
        return 0

    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.set_defaults(run=run)
