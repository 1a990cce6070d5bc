"""The verbs of `whistle update` that the box itself calls: at a start, at boot, for the inbox."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from edge import logs
from edge.cli.command import Say, load_site
from edge.cli.store import named_store
from edge.cli.update_rehearsal import rehearse
from edge.cli.update_setting import Setting, Verb, add_setting
from edge.clock import Clock
from edge.errors import ConfigError
from edge.update.box import Box
from edge.update.inbox import FOLDER
from edge.update.refused import Refused
from edge.update.sources import in_folder
from edge.update.starting import count

LOOK_S: Final = 60.0
"""How often an update that waits for an alarm to end looks again."""


def add_by_the_box(verb: Verb, say: Say) -> None:
    """Add them."""
    _add_count(verb, say)
    _add_go_on(verb, say)
    _add_take(verb, say)
    _add_rehearse(verb, say)


def _add_count(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        logs.configure("text")
        try:
            count(Box(arguments.root), Clock().now)
        except Refused as why:
            raise ConfigError(say(why.words.zh, why.words.en)) from why
        return 0

    what = say("（服务启动前）数一次试运行", "(before the service starts) count a start on trial")
    command = verb("count", what)
    add_setting(command, say)
    command.set_defaults(run=run)


def _add_go_on(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        _go_on(Setting(arguments, say), say)
        return 0

    what = say("（开机后）把中断的升级做完", "(after boot) bring an update to its end")
    command = verb("go-on", what)
    add_setting(command, say)
    command.set_defaults(run=run)


def _go_on(setting: Setting, say: Say) -> None:
    try:
        setting.updates().go_on()
    except Refused as why:
        raise ConfigError(say(why.words.zh, why.words.en)) from why


def _add_take(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        setting = Setting(arguments, say)
        inbox = setting.store / FOLDER
        _go_on(setting, say)
        while there := in_folder(inbox):
            if setting.urgent() is not None:
                time.sleep(LOOK_S)
                continue
            try:
                setting.updates().install(inbox)
            except Refused as why:
                sys.stderr.write(f"{say(why.words.zh, why.words.en)}\n")
            _remove(inbox, [each.name for each in there])
        return 0

    what = say(
        "（有新文件时）安装存储目录 update 里的升级包",
        "(when a file appears) install what lies in the folder update of the store",
    )
    command = verb("take", what)
    add_setting(command, say)
    command.set_defaults(run=run)


def _add_rehearse(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        if arguments.with_vision and importlib.util.find_spec("cv2") is None:
            raise ConfigError(
                say(
                    "这个版本缺少摄像机所需的库；先装它的 whistle-vision 安装包",
                    "this release lacks what cameras need; install its whistle-vision first",
                )
            )
        load_site(arguments)
        rehearse(named_store(arguments.site, arguments.lang))
        return 0

    what = say("本版本能否接着运行这个站点", "whether this release could go on with a site")
    command = verb("rehearse", what)
    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument(
        "--with-vision", action="store_true", help=say("要看摄像机", "it has to look at cameras")
    )
    command.set_defaults(run=run)


def _remove(folder: Path, names: Sequence[str]) -> None:
    """Remove files from a folder that is somebody else's, be it a link by now."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for name in names:
            with suppress(FileNotFoundError):  # the gateway may have taken its own back
                os.unlink(name, dir_fd=opened)
    finally:
        os.close(opened)
