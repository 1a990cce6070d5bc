"""`whistle update make`: a release, for who publishes them."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cloud_bridge.order_keys import SigningKey
from cloud_bridge.schemas import schemas
from edge.cli.command import Say
from edge.cli.update_setting import Verb
from edge.errors import ConfigError
from edge.update.making import About, make
from edge.update.manifest import PRODUCT

PYTHON: Final = "3.11"
"""Which Debian 12 has, and a release is built for."""

ABOUT: Final = "RELEASE"
"""In a tree: product, version, architecture and the digest of what is in it."""


def add_make(verb: Verb, say: Say) -> None:
    """Add the verb."""

    def run(arguments: argparse.Namespace) -> int:
        version, architecture = _named(arguments.tree, say)
        about = About(
            version=version,
            architecture=architecture,
            python=PYTHON,
            made=arguments.made,
            expires=arguments.expires,
            replaces=arguments.replaces,
            schemas=schemas(),
        )
        signers = {path.stem: SigningKey.read(path.stem, path).sign for path in arguments.key}
        sys.stdout.write(f"{make(arguments.tree, about, signers, arguments.out)}\n")
        return 0

    what = say("（发布者）把一棵目录树做成签名的升级包", "(for a publisher) make a signed release")
    command = verb("make", what)
    command.add_argument("tree", type=Path, help=say("版本的目录树", "the release as a folder"))
    command.add_argument(
        "--key",
        type=Path,
        action="append",
        required=True,
        help=say("私钥，文件名即密钥名；可多次", "private key, named by its file; may be repeated"),
    )
    command.add_argument("--out", type=Path, default=Path(), help=say("放在哪里", "where to"))
    command.add_argument(
        "--replaces", default="0.1.0", help=say("能替换的最旧版本", "the oldest it can follow")
    )
    for name, zh, en in (
        ("--made", "日期，如 2026-12-01", "a date such as 2026-12-01"),
        ("--expires", "此日起不能再装", "from when on nobody can install it"),
    ):
        command.add_argument(name, type=_day, required=name == "--made", help=say(zh, en))
    command.set_defaults(run=run)


def _named(tree: Path, say: Say) -> tuple[str, str]:
    try:
        product, version, architecture, *_ = (tree / ABOUT).read_text(encoding="utf-8").split()
    except (OSError, ValueError) as error:
        raise ConfigError(
            say(
                f"{tree} 不是版本目录：没有 {ABOUT}（{error}）；scripts/package/build 会做",
                f"{tree} is no release: no {ABOUT} ({error}); scripts/package/build makes one",
            )
        ) from error
    if product != PRODUCT:
        raise ConfigError(f"{tree}: {product}")
    return version, architecture


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
