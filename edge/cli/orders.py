"""`whistle command`: keys and signed orders, for the platform's side."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from cloud_bridge.order_keys import SigningKey
from cloud_bridge.ordering import LIFE, Wish, message_of
from cloud_bridge.wire import commands_topic
from edge.cli.command import Say, duration
from edge.cli.offers import add_offer
from edge.cli.revisions import add_configure
from edge.clock import Clock
from edge.errors import ConfigError
from edge.model import Value

OWN_ONLY: Final = 0o600
"""A private key is for nobody else to read."""

_Parser = Callable[[str, str], argparse.ArgumentParser]


def add_command(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""
    verbs = command.add_subparsers(required=True, metavar=say("动作", "VERB"))

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=what, description=what)
        parser.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        return parser

    _add_keygen(verb, say)
    _add_sign(verb, say)
    add_configure(verb, say)
    add_offer(verb, say)


def _add_keygen(verb: _Parser, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        key = SigningKey.new("")
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(arguments.file, flags, OWN_ONLY), "wb") as file:
                file.write(key.pem())
        except OSError as error:
            raise ConfigError(f"{arguments.file}: {error.strerror}") from error
        sys.stdout.write(f"{key.public}\n")
        return 0

    what = say("生成密钥：私钥存入文件，打印公钥", "make a key: FILE gets the private half")
    command = verb("keygen", what)
    command.add_argument("file", type=Path, help=say("私钥文件，不覆盖", "never overwritten"))
    command.set_defaults(run=run)


def _add_sign(verb: _Parser, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        key = SigningKey.read(arguments.key_id, arguments.key)
        wish = Wish(
            site=arguments.site,
            gateway=arguments.gateway,
            device=arguments.device,
            action=arguments.action,
            by=arguments.by,
            args=dict(_argument(each) for each in arguments.arg),
            id=arguments.id,
        )
        message = message_of(wish, key, Clock().now(), arguments.lives)
        sys.stderr.write(f"{commands_topic(wish.site, wish.gateway)}\n")
        sys.stdout.write(f"{message.decode()}\n")
        return 0

    command = verb("sign", say("签发一条命令，打印报文", "sign a command, print the message"))
    for name, zh, en in (
        ("--site", "小区", "the site's id"),
        ("--gateway", "网关", "the gateway's id"),
        ("--device", "设备", "the device's id"),
        ("--action", "动作", "what it shall do"),
        ("--by", "谁下的命令", "who asks for it"),
        ("--key-id", "密钥在站点文件里的名字", "the key's id in the site file"),
    ):
        command.add_argument(name, required=True, help=say(zh, en))
    command.add_argument("--key", required=True, type=Path, help=say("私钥文件", "private key"))
    command.add_argument(
        "--arg", action="append", default=[], help=say("参数 名=值", "an argument NAME=VALUE")
    )
    command.add_argument("--id", default="", help=say("命令号，默认随机", "default: random"))
    command.add_argument(
        "--lives", type=duration, default=LIFE, help=say("有效期，最长 30s", "at most 30s")
    )
    command.set_defaults(run=run)


def _argument(text: str) -> tuple[str, Value]:
    """`value=300` as JSON would have it; what is no JSON is a text."""
    name, equals, raw = text.partition("=")
    if not name or not equals:
        raise ConfigError(f"--arg {text}: NAME=VALUE")
    try:
        return name, msgspec.json.decode(raw, type=bool | int | float | str)
    except msgspec.MsgspecError:
        return name, raw
