"""`whistle key`: the key that the platform's broker knows this gateway by."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cloud_bridge.client_keys import install, request
from edge.broker import BrokerTls
from edge.cli.command import Say, load_site
from edge.clock import Clock
from edge.config import Configuration
from edge.errors import ConfigError, refusal
from edge.model import Text

_Parser = Callable[[str, str], argparse.ArgumentParser]


def add_key(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""
    verbs = command.add_subparsers(required=True, metavar=say("动作", "VERB"))

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=what, description=what)
        parser.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        parser.add_argument("site", type=Path, help=say("站点文件", "the site file"))
        parser.add_argument(
            "--uplink", default="", help=say("哪个平台，默认第一个", "which; default: the first")
        )
        return parser

    _add_request(verb, say)
    _add_install(verb, say)


def _add_request(verb: _Parser, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        site = load_site(arguments)
        with _told(say):
            sys.stdout.write(request(_tls(site, arguments.uplink), site.site.gateway).decode())
        return 0

    what = say(
        "在本机生成下一把私钥，打印签发请求", "make the next key here, print what is to be signed"
    )
    verb("request", what).set_defaults(run=run)


def _add_install(verb: _Parser, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        site = load_site(arguments)
        with _told(say):
            tls, chain = _tls(site, arguments.uplink), arguments.chain.read_bytes()
            now = Clock().now()
            own = install(tls, chain, site.site.gateway, now, arguments.authority)
        begins, ends = own.not_valid_before_utc, own.not_valid_after_utc
        told = say(
            f"已放好，{begins:%Y-%m-%d} 至 {ends:%Y-%m-%d} 有效；下次连接平台时启用",
            f"laid ready, good {begins:%Y-%m-%d} to {ends:%Y-%m-%d}; used from the next session on",
        )
        sys.stdout.write(f"{told}\n")
        return 0

    what = say("核对签发的证书并备用", "check what was signed, and lay it ready")
    command = verb("install", what)
    command.add_argument("chain", type=Path, help=say("证书及中间证书", "and those in between"))
    command.add_argument(
        "--authority",
        type=Path,
        help=say("签发它的 CA，默认用 ca_file", "who has signed it; default: ca_file"),
    )
    command.set_defaults(run=run)


@contextmanager
def _told(say: Say) -> Iterator[None]:
    """Say in the language that was asked for what cannot be done."""
    try:
        yield
    except OSError as error:
        raise ConfigError(f"{error.filename}: {error.strerror}") from error
    except ConfigError as error:
        [problem] = error.problems
        raise ConfigError(
            say(
                f"{problem.what.zh}；{problem.remedy.zh}", f"{problem.what.en}; {problem.remedy.en}"
            )
        ) from error


def _tls(site: Configuration, uplink: str) -> BrokerTls:
    for section in site.uplinks:
        if section.broker.tls is not None and uplink in {"", section.id}:
            return section.broker.tls
    raise refusal(
        Text(f"没有用 TLS 的平台 {uplink}".strip(), f"no uplink {uplink} with tls"),
        Text("在站点文件的 broker 里写上 tls", "write tls into its broker in the site file"),
    )
