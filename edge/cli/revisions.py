"""`whistle command configure`: a signed configuration, for the platform's side."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from cloud_bridge.order_keys import SigningKey
from cloud_bridge.revising import Draft, configuration_message
from cloud_bridge.wire.revisions import MAX_REVISION_BYTES, config_topic
from edge.cli.command import Say
from edge.clock import Clock
from edge.errors import ConfigError

Verb: TypeAlias = Callable[[str, str], argparse.ArgumentParser]


def add_configure(verb: Verb, say: Say) -> None:
    """Add the verb."""

    def run(arguments: argparse.Namespace) -> int:
        key = SigningKey.read(arguments.key_id, arguments.key)
        draft = Draft(
            site=arguments.site,
            gateway=arguments.gateway,
            revision=arguments.revision,
            by=arguments.by,
            base=arguments.base,
            site_file=_text(arguments.site_file) if arguments.site_file else None,
            files=dict(_file(each) for each in arguments.file),
            gone=tuple(arguments.gone),
        )
        message = configuration_message(draft, key, Clock().now())
        if len(message) > MAX_REVISION_BYTES:
            raise ConfigError(
                say(
                    f"{len(message)} 字节，最多 {MAX_REVISION_BYTES}",
                    f"{len(message)} bytes; at most {MAX_REVISION_BYTES}",
                )
            )
        sys.stderr.write(f"{config_topic(draft.site, draft.gateway)}\n")
        sys.stdout.write(f"{message.decode()}\n")
        return 0

    command = verb("configure", say("签发一份配置，打印报文", "sign a configuration, print it"))
    for name, zh, en in (
        ("--site", "小区", "the site's id"),
        ("--gateway", "网关", "the gateway's id"),
        ("--by", "谁下发的", "who sends it"),
        ("--key-id", "密钥在站点文件里的名字", "the key's id in the site file"),
    ):
        command.add_argument(name, required=True, help=say(zh, en))
    command.add_argument("--key", required=True, type=Path, help=say("私钥文件", "private key"))
    _add_content(command, say)
    command.set_defaults(run=run)


def _add_content(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument(
        "--revision", required=True, type=int, help=say("编号，一次比一次大", "higher each time")
    )
    command.add_argument(
        "--site-file", type=Path, metavar="FILE", help=say("新的站点文件", "the new site file")
    )
    command.add_argument(
        "--file",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help=say("如 profiles/lifts/own.yaml=own.yaml，可多次", "a profile or table, repeatable"),
    )
    command.add_argument(
        "--gone", action="append", default=[], metavar="NAME", help=say("删去的型号", "no more")
    )
    command.add_argument(
        "--base", default="", help=say("从哪份配置改来：它的哈希", "the hash that it was made from")
    )


def _file(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if not name or not equals or not path:
        raise ConfigError(f"--file {text}: NAME=FILE")
    return name, _text(Path(path))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
