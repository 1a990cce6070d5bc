"""The command line: `whistle`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from cloud_bridge.journal_file import JournalFile
from edge import logs
from edge.config import Configuration, load
from edge.config.json_schema import schema_text
from edge.drivers.gb26875.describe import decode_json
from edge.errors import ConfigError
from edge.files.problems import Language
from edge.gateway import JOURNAL_FILE, Gateway

Say: TypeAlias = Callable[[str, str], str]
"""Chooses between the Chinese and the English words."""

Add: TypeAlias = Callable[[str, str], argparse.ArgumentParser]
"""Adds a command with what it does."""

WRONG_INPUT = 2


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status: 0 well, 1 not as expected, 2 wrong input."""
    given = list(sys.argv[1:] if words is None else words)
    arguments = _parser(_language(given)).parse_args(given)
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


def _language(words: Sequence[str]) -> Language:
    """Return the language of messages: `--lang`, else the environment's."""
    if "--lang" in words[:-1]:
        wanted = words[words.index("--lang") + 1]
    else:
        names = ("WHISTLE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
        wanted = next((value for name in names if (value := os.environ.get(name))), "")
    return "zh" if wanted.startswith("zh") else "en"


def _parser(language: Language) -> argparse.ArgumentParser:
    """Return the whole command line in one of the languages."""

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

    for complete in (_run, _check, _demo, _simulate, _decode, _schema, _journal):
        complete(add, say)
    return top


def _run(add: Add, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        configuration = _load(arguments)
        logs.configure(arguments.log)
        gateway = Gateway(configuration)
        asyncio.run(gateway.run())
        return 0

    command = add("run", say("运行一个站点的网关", "run the gateway of a site"))
    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument(
        "--log", choices=["text", "json"], default="text", help=say("日志格式", "form of the log")
    )
    command.set_defaults(run=run)


def _check(add: Add, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        found = _load(arguments)
        devices, alarms = len(found.site.devices), len(found.alarms)
        sys.stdout.write(
            say(
                f"{arguments.site}：没有错误。{len(found.links)} 条链路，{devices} 台设备，"
                f"{alarms} 条报警。\n",
                f"{arguments.site}: no mistakes. {len(found.links)} links, {devices} devices, "
                f"{alarms} alarms.\n",
            )
        )
        return 0

    command = add("check", say("检查站点文件，一次指出所有错误", "check a site file, all at once"))
    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.set_defaults(run=run)


def _demo(add: Add, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        from simulators.demo.command import Wish, run_demo  # noqa: PLC0415 - not on a site's gateway

        return run_demo(
            Wish(
                scenario=arguments.scenario,
                seconds=arguments.seconds,
                json=arguments.json,
                seed=arguments.seed,
                http_port=arguments.port,
                language=arguments.lang,
                keep=arguments.keep,
            )
        )

    command = add("demo", say("一个模拟小区，从设备到平台", "a simulated community, all of it"))
    command.add_argument(
        "--seconds", type=_seconds, help=say("运行多久；不写则一直运行", "how long")
    )
    command.add_argument(
        "--json", action="store_true", help=say("结束时输出一个 JSON", "print one JSON object")
    )
    command.add_argument("--scenario", default="evening", help=say("剧本", "the story to tell"))
    command.add_argument("--seed", type=int, default=1, help=say("随机种子", "decides all chance"))
    command.add_argument(
        "--port", type=int, default=0, help=say("平台页面的端口", "port of the platform's page")
    )
    command.add_argument(
        "--keep", type=Path, help=say("把日志和数据库留在此目录", "keep log and databases here")
    )
    command.set_defaults(run=run)


def _simulate(add: Add, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        from simulators.simulate import run_devices  # noqa: PLC0415 - not on a site's gateway

        _load(arguments)
        return run_devices(arguments.site, arguments.scenario, arguments.seed)

    command = add(
        "simulate", say("模拟一个站点的设备和平台", "simulate a site's devices, platform")
    )
    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument("--scenario", help=say("要上演的剧本", "a story to tell with them"))
    command.add_argument("--seed", type=int, default=1, help=say("随机种子", "decides all chance"))
    command.set_defaults(run=run)


def _decode(add: Add, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        one = arguments.hex != "-"
        lines = [arguments.hex] if one else (line for line in sys.stdin if line.strip())
        well = True
        for line in lines:
            told = decode_json(line, arguments.dialect)
            well = well and told["ok"] is True
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return 0 if well else 1

    command = add("decode", say("解码一帧报文，输出 JSON", "decode frames into JSON"))
    command.add_argument("protocol", choices=["gb26875"], help=say("协议", "the protocol"))
    command.add_argument("hex", help=say("十六进制；- 表示逐行读标准输入", "hex, or - for stdin"))
    command.add_argument("--dialect", default="std", help="std, dgiot, dahua-bcd")
    command.set_defaults(run=run)


def _schema(add: Add, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        if arguments.which == "contract":
            from cloud_bridge.contract import write_contract  # noqa: PLC0415 - of no use to a gateway

            write_contract(arguments.folder)
        else:
            sys.stdout.write(schema_text(arguments.which))
        return 0

    command = add("schema", say("输出 JSON Schema", "print a JSON Schema"))
    command.add_argument(
        "which", nargs="?", choices=["site", "profile", "contract"], default="site"
    )
    command.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("docs/contract"),
        help=say("contract 写到哪个目录", "where `contract` is written"),
    )
    command.set_defaults(run=run)


def _journal(add: Add, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        path: Path = arguments.path
        if path.suffix != ".db":
            path = load(path, language=arguments.lang).store / JOURNAL_FILE
        if not path.exists():
            raise ConfigError(say(f"{path}：没有日志", f"{path}: there is no journal"))
        file = JournalFile(path)
        try:
            for line in file.tell(arguments.last):
                sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        finally:
            file.close()
        return 0

    command = add(
        "journal", say("列出日志里的事件及送达情况", "list kept events, delivered or not")
    )
    command.add_argument("path", type=Path, help=say("站点文件或 journal.db", "site or journal.db"))
    command.add_argument("--last", type=int, default=20, help=say("最近几条", "how many"))
    command.set_defaults(run=run)


def _load(arguments: argparse.Namespace) -> Configuration:
    """Read the site file; tell its warnings."""
    found = load(arguments.site, language=arguments.lang)
    if advice := found.advice(arguments.lang):
        sys.stderr.write(f"{advice}\n")
    return found


def _seconds(text: str) -> float:
    """Read a duration for the demonstration: long enough that something can happen."""
    seconds = float(text)
    if not 15 <= seconds <= 86_400:  # noqa: PLR2004 - said in the message
        raise argparse.ArgumentTypeError("from 15 to 86400")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
