"""`whistle health`: whether a gateway answers, for what watches it and starts it again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from edge.cli.local import look

if TYPE_CHECKING:  # asked twice a minute, on small boxes: loads nothing that it does not need
    from edge.cli.command import Say

PATIENCE_S: Final = 8.0
"""It answers in milliseconds, and in two seconds where the disk takes nothing."""

REASONS: Final = {
    "site_file": ("站点文件有错", "the site file is wrong"),
    "pipeline_or_disk": ("发生的事没有及时写入磁盘", "what happens is not on disk in time"),
}


def add_health(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        well, words = _seen(_store(arguments, say), say)
        sys.stdout.write(f"{words}\n")
        return int(well == "no" or (well == "poorly" and arguments.ready))

    command.add_argument("site", type=Path, nargs="?", help=say("站点文件", "the site file"))
    command.add_argument(
        "--store",
        type=Path,
        help=say("存储目录，代替站点文件", "its store, in place of the site file"),
    )
    command.add_argument(
        "--ready",
        action="store_true",
        help=say("回答了但不正常，也算没有", "1 as well where it answers and does not do its work"),
    )
    command.set_defaults(run=run)


def _seen(store: Path, say: Say) -> tuple[Literal["yes", "poorly", "no"], str]:
    """Whether it answers, and in words what it says of itself."""
    try:
        _, said = look(store, "/readyz", PATIENCE_S)
        reasons = tuple(map(str, said.get("reasons", ())))
    except (OSError, AttributeError, TypeError) as error:
        why = getattr(error, "strerror", None) or error
        return "no", say(f"{store} 的网关没有回答：{why}", f"no gateway answers at {store}: {why}")
    if not reasons:
        return "yes", say("网关正常", "the gateway works")
    words = [say(*REASONS.get(each, (each, each))) for each in reasons]
    return "poorly", say(
        f"网关在运行，但不正常：{'；'.join(words)}。用 whistle doctor 看怎么办",
        f"the gateway runs, but {', '.join(words)}: see `whistle doctor`",
    )


def _store(arguments: argparse.Namespace, say: Say) -> Path:
    if arguments.store is not None:
        store: Path = arguments.store
        return store
    from edge.cli.store import store_of  # noqa: PLC0415 - loads what reads site files

    return store_of(arguments, say)
