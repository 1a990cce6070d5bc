"""Every command of `whistle`, in groups, and the parser that takes them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Final

from edge.cli.teaching import Teaching, TeachingChinese
from edge.files.problems import Language

GROUPS: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    ("先试试，不需要设备", "Try it, without a device"): {
        "demo": "demo",
        "simulate": "simulate",
    },
    ("装一个站点", "Set up a site"): {
        "check": "check",
        "run": "run",
        "enrol": "enrol",
        "users": "users",
        "egress": "egress",
        "schema": "schema",
        "models": "models",
        "vision": "vision",
        "update": "update",
    },
    ("值班：报警、设备、规则", "On duty: alarms, devices, rules"): {
        "alarms": "alarms",
        "rules": "rules",
        "do": "do",
        "remote": "remote",
    },
    ("哪里不对", "When something is odd"): {
        "doctor": "doctor",
        "diagnose": "diagnose",
        "health": "health",
        "journal": "journal",
        "decode": "decode",
    },
    ("记录与平台", "Records and the platform"): {
        "history": "history",
        "audit": "audit",
        "backup": "backup",
        "restore": "restore",
        "command": "orders",
        "key": "key",
    },
    ("命令行自己", "The command line itself"): {
        "completion": "completion",
    },
}
"""Each command with its module in `edge.cli`, which is only loaded when it is wanted: a gateway
that was killed is back sooner."""

COMMANDS: Final[Mapping[str, str]] = {
    name: module for group in GROUPS.values() for name, module in group.items()
}

_WIDEST: Final = 12


def parser_of(language: Language, names: Iterable[str] = COMMANDS) -> Teaching:
    """Return the command line, with these commands, in one of the languages."""
    kind = TeachingChinese if language == "zh" else Teaching
    top = kind(prog="whistle", usage="whistle [--lang zh|en] COMMAND …")
    say = top.say
    shown = f"whistle {version('whistle')}"
    top.add_argument(
        "--version", action="version", version=shown, help=say("显示版本", "say which this is")
    )
    top.add_argument(
        "--lang", choices=["zh", "en"], default=language, help=say("消息语言", "of messages")
    )
    commands = top.add_subparsers(
        required=True, prog="whistle", metavar=say("命令", "COMMAND"), help=argparse.SUPPRESS
    )

    def add(name: str, what: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, description=what)
        command.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        return command

    for name in names:
        module = import_module(f"edge.cli.{COMMANDS[name]}")
        getattr(module, f"add_{name}")(add, say)
    top.description = "\n".join(_overview(top, commands.choices))
    return top


def _overview(top: Teaching, commands: Mapping[str, argparse.ArgumentParser]) -> Iterator[str]:
    """Yield what this is, and each command by what one wants to do."""
    yield top.say(
        "智慧社区边缘网关：电梯、消防、门禁、摄像机和传感器接进来，问题和通知送上去。",
        "Edge gateway for residential communities: devices in, issues and notices out.",
    )
    yield ""
    for title, group in GROUPS.items():
        yield f"{top.say(*title)}:"
        for name in group:
            if name in commands:
                yield f"  {name:<{_WIDEST}}{commands[name].description}"
        yield ""
    yield top.say(
        "每个命令都有说明和例子：whistle check --help。SITE 是站点文件，如 site.yaml。",
        "Each explains itself, with an example: `whistle check --help`. SITE is a site file.",
    )
