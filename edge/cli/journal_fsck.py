"""`whistle journal fsck`: whether a journal is whole, and setting aside one that is not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import apsw

from cloud_bridge.journal_aside import mark_damaged, put_aside
from cloud_bridge.journal_fsck import Cure, Fault, faults
from cloud_bridge.store_lock import locked
from edge import logs
from edge.cli.command import Say
from edge.cli.store import add_site, store_of
from edge.clock import Clock
from edge.errors import ConfigError
from edge.journal import JOURNAL_FILE
from edge.model import Text

_CURES: Final[dict[Cure, Text]] = {
    "aside": Text(
        "停下网关，加 --repair：文件改名保留，另起新的",
        "stop the gateway and add --repair: the file is renamed and kept, a new one begun",
    ),
    "person": Text("文件留在原处，先让人看看", "leave the file where it is, have somebody look"),
    "none": Text("无害", "does no harm"),
}


def add_fsck(verb: Callable[[str, str], argparse.ArgumentParser], say: Say) -> None:
    """Add the command."""

    def run(arguments: argparse.Namespace) -> int:
        path = store_of(arguments, say) / JOURNAL_FILE
        if not path.exists():
            raise ConfigError(say(f"{path}：没有日志", f"{path}: there is no journal"))
        try:
            found = tuple(faults(path))
        except apsw.Error as error:
            raise ConfigError(
                say(f"{path}：磁盘不给：{error}", f"{path}: the disk does not give it: {error}")
            ) from error
        for line in _told(found, say):
            sys.stdout.write(f"{line}\n")
        if arguments.repair and any(each.cure == "aside" for each in found):
            return _repair(path, say)
        return int(any(each.cure != "none" for each in found))

    command = verb("fsck", say("检查日志是否完好，不改动", "whether it is whole; changes nothing"))
    add_site(command, say)
    command.add_argument(
        "--repair",
        action="store_true",
        help=say(
            "损坏的改名保留，另起新的；先停下网关",
            "set a damaged one aside; stop the gateway first",
        ),
    )
    command.set_defaults(run=run)


def _told(found: Sequence[Fault], say: Say) -> list[str]:
    if not found:
        return [say("完好。", "Whole.")]
    return [
        f"{each.name} × {each.count}: {say(each.what.zh, each.what.en)}"
        f" → {say(_CURES[each.cure].zh, _CURES[each.cure].en)}"
        for each in found
    ]


def _repair(path: Path, say: Say) -> int:
    """Do what a gateway does that finds it so; `ConfigError` while one runs."""
    locked(path.with_suffix(".lock")).close()
    logs.configure("text")
    now = Clock().now()
    told = put_aside(path, now)
    if not told:  # damaged where a gateway that starts does not look
        mark_damaged(path)
        told = put_aside(path, now)
    for each in told:
        sys.stdout.write(say(f"已移开：{each.reason}\n", f"set aside: {each.reason}\n"))
    return 0
