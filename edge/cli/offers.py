"""`whistle command offer`: a release offered to a gateway, for the platform's side."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from cloud_bridge.offering import LIFE, Parcel, offer_message
from cloud_bridge.order_keys import SigningKey
from cloud_bridge.wire.offers import read_offer, update_topic
from cloud_bridge.wire.orders import open_envelope
from edge.cli.command import Say, duration
from edge.clock import Clock
from edge.errors import ConfigError
from edge.update.refused import Refused
from edge.update.release_file import described
from edge.update.sources import digest_of, opened

Verb: TypeAlias = Callable[[str, str], argparse.ArgumentParser]

_WINDOW: Final = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)", re.ASCII)


def add_offer(verb: Verb, say: Say) -> None:
    """Add the verb."""

    def run(arguments: argparse.Namespace) -> int:
        key = SigningKey.read(arguments.key_id, arguments.key)
        parcel = _parcel(arguments, say)
        try:
            message = offer_message(parcel, key, Clock().now(), arguments.lives)
            read_offer(open_envelope(message).signed)
        except ValueError as error:
            raise ConfigError(str(error)) from error
        sys.stderr.write(f"{update_topic(parcel.site, parcel.gateway)}\n")
        sys.stdout.write(f"{message.decode()}\n")
        return 0

    command = verb("offer", say("签发一个升级，打印报文", "sign the offer of a release, print it"))
    _add_words(command, say)
    command.set_defaults(run=run)


def _add_words(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument(
        "release", type=Path, help=say("升级包文件", "the release, as it is served")
    )
    for name, zh, en in (
        ("--site", "小区", "the site's id"),
        ("--gateway", "网关", "the gateway's id"),
        ("--by", "谁提供的", "who offers it"),
        ("--key-id", "密钥在站点文件里的名字", "the key's id in the site file"),
        ("--url", "网关从哪里下载（https）", "where the gateway finds it (https)"),
    ):
        command.add_argument(name, required=True, help=say(zh, en))
    command.add_argument("--key", required=True, type=Path, help=say("私钥文件", "private key"))
    command.add_argument(
        "--offer", required=True, type=int, help=say("编号，一次比一次大", "higher each time")
    )
    command.add_argument(
        "--window",
        type=_window,
        metavar="02:00-05:00",
        help=say("小区时间里何时可安装", "when it may be installed, by the site's clock"),
    )
    command.add_argument(
        "--lives", type=duration, default=LIFE, help=say("有效期，最长 30d", "at most 30d")
    )


def _parcel(arguments: argparse.Namespace, say: Say) -> Parcel:
    """What the file says of itself goes into the offer."""
    try:
        with opened(arguments.release) as file:
            size = file.seek(0, 2)
            manifest = described(file)
            file.seek(0)
            sha256 = digest_of(file)
    except Refused as why:
        raise ConfigError(say(why.words.zh, why.words.en)) from why
    return Parcel(
        site=arguments.site,
        gateway=arguments.gateway,
        offer=arguments.offer,
        by=arguments.by,
        version=manifest.version,
        url=arguments.url,
        size=size,
        sha256=sha256,
        window=arguments.window,
    )


def _window(text: str) -> tuple[str, str]:
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(text)
    return found[1], found[2]
