"""`whistle update`: releases installed, tried, kept or taken back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from edge.cli.command import Say
from edge.cli.update_box import add_by_the_box
from edge.cli.update_make import add_make
from edge.cli.update_offered import offered
from edge.cli.update_setting import Setting, Verb, add_setting
from edge.errors import ConfigError
from edge.model import Text
from edge.update.box import Box
from edge.update.record import Outcome, Result
from edge.update.refused import Refused

_OUTCOMES: Final[dict[Outcome, Text]] = {
    "kept": Text("运行正常，已保留", "kept: it serves"),
    "returned": Text("已退回", "taken back"),
    "refused": Text("没有安装", "not installed"),
}


def add_update(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""
    verbs = command.add_subparsers(required=True, metavar=say("动作", "VERB"))

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=what, description=what)
        parser.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        return parser

    _add_install(verb, say)
    _add_back(verb, say)
    _add_status(verb, say)
    _add_list(verb, say)
    add_by_the_box(verb, say)
    add_make(verb, say)


def _add_install(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        setting = Setting(arguments, say)
        _unless_urgent(setting, arguments, say)
        return _done(
            lambda: setting.updates().install(arguments.source, older=arguments.older), say
        )

    what = say("安装升级包", "install a release; it goes back by itself when it does not serve")
    command = verb("install", what)
    command.add_argument(
        "source",
        type=Path,
        help=say(
            "升级包文件，或装有升级包的目录（如 U 盘），取其中最新的",
            "the release, or a folder such as a USB stick: the newest that fits",
        ),
    )
    command.add_argument(
        "--allow-older",
        action="store_true",
        dest="older",
        help=say("允许装比现在旧的版本", "be it older than what runs"),
    )
    _add_during_alarm(command, say)
    add_setting(command, say)
    command.set_defaults(run=run)


def _add_back(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        setting = Setting(arguments, say)
        _unless_urgent(setting, arguments, say)
        updates = setting.updates()
        return _done(lambda: updates.back(arguments.version), say)

    command = verb("back", say("退回之前的版本", "go back to the release that ran before"))
    command.add_argument(
        "version", nargs="?", default="", help=say("另一个版本，见 list", "another; see list")
    )
    _add_during_alarm(command, say)
    add_setting(command, say)
    command.set_defaults(run=run)


def _add_status(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        box = Box(arguments.root)
        record = box.record()
        none = say("这里没有安装版本", "no release is installed here")
        runs = say(f"正在运行 {box.current}", f"{box.current} runs")
        sys.stdout.write(f"{runs if box.current else none}\n")
        if (trial := record.trial) is not None:
            sys.stdout.write(
                say(
                    f"{trial.version} 试运行中，启动过 {trial.starts} 次；不行则退回"
                    f" {trial.before}\n",
                    f"{trial.version} is on trial, started {trial.starts} times; otherwise"
                    f" {trial.before}\n",
                )
            )
        sys.stdout.write(offered(arguments.site, say))
        for result in record.results:
            sys.stdout.write(f"{_line(result, say)}\n")
        return 0

    command = verb("status", say("正在运行什么，上次升级如何", "what runs, how updates went"))
    add_setting(command, say)
    command.set_defaults(run=run)


def _add_list(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        box = Box(arguments.root)
        for version in box.installed():
            runs = say("  正在运行", "  runs") if version == box.current else ""
            sys.stdout.write(f"{version}{runs}\n")
        return 0

    command = verb("list", say("机器上有哪些版本", "the releases on this box"))
    add_setting(command, say)
    command.set_defaults(run=run)


def _add_during_alarm(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument(
        "--during-alarm",
        action="store_true",
        help=say("有生命安全报警时也做", "be there an alarm of life and limb"),
    )


def _unless_urgent(setting: Setting, arguments: argparse.Namespace, say: Say) -> None:
    why = setting.urgent()
    if why is not None and not arguments.during_alarm:
        raise ConfigError(
            say(f"{why.zh}；一定要做，加 --during-alarm", f"{why.en}; --during-alarm does it")
        )


def _done(work: Callable[[], Result], say: Say) -> int:
    """Say how it went; 1 where the release does not run now."""
    try:
        result = work()
    except Refused as why:
        raise ConfigError(say(why.words.zh, why.words.en)) from why
    sys.stdout.write(f"{_line(result, say)}\n")
    return int(result.outcome != "kept")


def _line(result: Result, say: Say) -> str:
    outcome, reason = _OUTCOMES[result.outcome], result.reason
    version = result.version or "?"
    told = f"{result.at:%Y-%m-%d %H:%M}Z  {version}  {say(outcome.zh, outcome.en)}"
    return f"{told}: {say(reason.zh, reason.en)}" if reason.en else told
