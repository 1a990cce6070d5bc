"""The command line: `whistle`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import Final

from edge.errors import ConfigError
from edge.files.problems import Language

WRONG_INPUT = 2

COMMANDS: Final = {
    "run": "run",
    "check": "check",
    "doctor": "doctor",
    "rules": "rules",
    "alarms": "alarms",
    "do": "do",
    "remote": "remote",
    "command": "orders",
    "demo": "demo",
    "simulate": "simulate",
    "decode": "decode",
    "schema": "schema",
    "journal": "journal",
    "history": "history",
    "enrol": "enrol",
    "users": "users",
    "audit": "audit",
    "vision": "vision",
    "models": "models",
}
"""Each command with its module in `edge.cli`, which is only loaded when it is wanted: a gateway
that was killed is back sooner."""


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status: 0 well, 1 not as expected, 2 wrong input."""
    given = _language_first(sys.argv[1:] if words is None else words)
    arguments = _parser(_language(given), _wanted(given)).parse_args(given)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _language_first(words: Sequence[str]) -> list[str]:
    """Put `--lang` before the command: between words that belong together it would part them."""
    for at, word in enumerate(words):
        if word == "--lang" or word.startswith("--lang="):
            value = word.partition("=")[2] or "".join(words[at + 1 : at + 2])
            rest = words[at + 1 + (word == "--lang") :]
            return [f"--lang={value}", *words[:at], *rest]
    return list(words)


def _language(words: Sequence[str]) -> Language:
    """Return the language of messages: `--lang`, which comes first, else the environment's."""
    if words and words[0].startswith("--lang="):
        wanted = words[0].partition("=")[2]
    else:
        names = ("WHISTLE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
        wanted = next((value for name in names if (value := os.environ.get(name))), "")
    return "zh" if wanted.startswith("zh") else "en"


def _wanted(words: Sequence[str]) -> Iterable[str]:
    """Return the command that is called, or all where that has to be explained."""
    rest = words[1:] if words and words[0].startswith("--lang=") else words
    return rest[:1] if rest and rest[0] in COMMANDS else COMMANDS


def _parser(language: Language, names: Iterable[str]) -> argparse.ArgumentParser:
    """Return the command line, with these commands, in one of the languages."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    top = argparse.ArgumentParser(
        prog="whistle",
        description=say(
            "智慧社区边缘网关：电梯、消防、门禁和传感器接进来，问题和通知送上去。",
            "Edge gateway for residential communities: devices in, issues and notices out.",
        ),
        epilog=say(
            "先试：whistle demo 看一个模拟小区；whistle check 检查站点文件；whistle run 运行网关。",
            "First steps: `whistle demo` shows a simulated community, `whistle check SITE` says"
            " what is wrong with a site file, `whistle run SITE` runs the gateway.",
        ),
    )
    top.add_argument("--version", action="version", version=f"whistle {version('whistle')}")
    top.add_argument(
        "--lang", choices=["zh", "en"], default=language, help=say("消息语言", "of messages")
    )
    commands = top.add_subparsers(required=True, metavar=say("命令", "COMMAND"))

    def add(name: str, what: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=what, description=what)
        command.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        return command

    for name in names:
        module = import_module(f"edge.cli.{COMMANDS[name]}")
        getattr(module, f"add_{name}")(add, say)
    return top


if __name__ == "__main__":
    sys.exit(main())
