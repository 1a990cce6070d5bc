"""`whistle demo`: a simulated community, from its devices to a platform."""

from __future__ import annotations

import argparse
from pathlib import Path

from edge.cli.command import Say


def add_demo(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        from simulators.demo.command import Wish, run_demo  # noqa: PLC0415 - not on a site's gateway

        return run_demo(
            Wish(
                scenario=arguments.scenario,
                seconds=arguments.seconds,
                json=arguments.json,
                seed=arguments.seed,
                http_port=arguments.port,
                language=arguments.lang,
                keep=arguments.keep,
            )
        )

    command.add_argument(
        "--seconds", type=_seconds, help=say("运行多久；不写则一直运行", "how long")
    )
    command.add_argument(
        "--json", action="store_true", help=say("结束时输出一个 JSON", "print one JSON object")
    )
    command.add_argument("--scenario", default="evening", help=say("剧本", "the story to tell"))
    command.add_argument("--seed", type=int, default=1, help=say("随机种子", "decides all chance"))
    command.add_argument(
        "--port", type=int, default=0, help=say("平台页面的端口", "port of the platform's page")
    )
    command.add_argument(
        "--keep", type=Path, help=say("把日志和数据库留在此目录", "keep log and databases here")
    )
    command.set_defaults(run=run)


def _seconds(text: str) -> float:
    """Read a duration for the demonstration: long enough that something can happen."""
    seconds = float(text)
    if not 15 <= seconds <= 86_400:  # noqa: PLR2004 - said in the message
        raise argparse.ArgumentTypeError("from 15 to 86400")
    return seconds
