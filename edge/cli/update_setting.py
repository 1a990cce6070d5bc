"""Where `whistle update` works: the box, its site, its keys, its service."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeAlias

from cloud_bridge.schemas import known
from edge.cli.command import Say, duration
from edge.cli.local import look
from edge.cli.store import named_store
from edge.clock import Clock
from edge.errors import ConfigError
from edge.model import Text
from edge.update.box import Box, root_of_this
from edge.update.keys import KEYS, Publishers
from edge.update.refused import Refused
from edge.update.service import SYSTEMD, hands_of, here, urgent
from edge.update.updates import STEADY_S, Updates

Verb: TypeAlias = Callable[[str, str], argparse.ArgumentParser]

SITE: Final = Path("/etc/whistle/site.yaml")


class Setting:
    """What the command line has said of it."""

    def __init__(self, arguments: argparse.Namespace, say: Say) -> None:
        self._arguments = arguments
        self._say = say
        self.store = named_store(arguments.site, arguments.lang)

    def urgent(self) -> Text | None:
        """Return which alarm keeps one from restarting the gateway now."""
        return urgent(self.store, look)

    def updates(self) -> Updates:
        """Return who installs and goes back."""
        arguments, now = self._arguments, Clock().now
        hands = hands_of(
            arguments.site.resolve(),
            self.store,
            look,
            now,
            restart=arguments.restart,
            steady_s=arguments.steady,
        )
        box = Box(arguments.root)
        runs = box.current or version("whistle")
        try:
            publishers = Publishers.of(arguments.keys)
        except Refused as why:
            raise ConfigError(self._say(why.words.zh, why.words.en)) from why
        return Updates(box, publishers, here(runs, known()), hands, self._tell)

    def _tell(self, words: Text) -> None:
        sys.stderr.write(f"{self._say(words.zh, words.en)} …\n")
        sys.stderr.flush()


def add_setting(command: argparse.ArgumentParser, say: Say) -> None:
    """Let a command be told where it works; the package's layout needs none of it."""
    places = command.add_argument_group(say("不是安装包装的机器", "where no package installed it"))
    places.add_argument("--site", type=Path, default=SITE, help=say("站点文件", "the site file"))
    places.add_argument(
        "--root", type=Path, default=root_of_this(), help=say("各版本所在", "where releases lie")
    )
    places.add_argument(
        "--keys", type=Path, default=KEYS, help=say("发布者公钥的目录", "publishers' public keys")
    )
    places.add_argument(
        "--restart",
        type=shlex.split,
        default=SYSTEMD,
        metavar="COMMAND",
        help=say("怎样重启网关", "what restarts the gateway"),
    )
    places.add_argument(
        "--steady",
        type=_seconds,
        default=STEADY_S,
        metavar="30s",
        help=say("正常运行多久才算数", "how long it has to work to be believed"),
    )


def _seconds(text: str) -> float:
    return duration(text).total_seconds()
