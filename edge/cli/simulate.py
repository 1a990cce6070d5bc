"""`whistle simulate`: the devices of a site file."""

from __future__ import annotations

import argparse
from pathlib import Path

from edge.cli.command import Say, load_site


def add_simulate(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        from simulators.simulate import run_devices  # noqa: PLC0415 - not on a site's gateway

        load_site(arguments)
        web = (arguments.host, arguments.port)
        return run_devices(arguments.site, arguments.scenario, arguments.seed, web, arguments.lang)

    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument(
        "--scenario",
        help=say(
            "要上演的剧本：文件，或自带剧本的名字",
            "a story to tell with them: a file, or a shipped one by name",
        ),
    )
    command.add_argument("--seed", type=int, default=1, help=say("随机种子", "decides all chance"))
    command.add_argument(
        "--host",
        default="127.0.0.1",
        help=say("平台页面的地址，默认 127.0.0.1", "where the platform's page is; else 127.0.0.1"),
    )
    command.add_argument(
        "--port",
        type=int,
        default=0,
        help=say("平台页面的端口；不写就选空闲的", "port of the platform's page; else a free one"),
    )
    command.set_defaults(run=run)
