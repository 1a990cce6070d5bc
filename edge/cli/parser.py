"""Every command of `whistle`, in groups, and the parser that takes them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from edge.cli.teaching import Teaching, TeachingChinese

if TYPE_CHECKING:  # who asks for the version waits for no reader of files
    from edge.files.problems import Language


class Command(NamedTuple):
    """A command: its module in `edge.cli`, and what it does in both languages."""

    module: str
    zh: str
    en: str


GROUPS: Final[Mapping[tuple[str, str], Mapping[str, Command]]] = {
    ("先试试，不需要设备", "Try it, without a device"): {
        "demo": Command("demo", "一个模拟小区，从设备到平台", "a simulated community, all of it"),
        "simulate": Command(
            "simulate", "模拟一个站点的设备和平台", "the devices and the platform of a site"
        ),
    },
    ("装一个站点", "Set up a site"): {
        "check": Command(
            "check", "检查站点文件，一次指出所有错误", "every mistake in a site file, at once"
        ),
        "run": Command("run", "运行一个站点的网关", "run the gateway of a site"),
        "enrol": Command("enrol", "取注册码：新建管理员或重设其密码", "a code that makes an admin"),
        "users": Command("users", "登录账号：查看、添加、停用", "who may log in"),
        "egress": Command(
            "egress",
            "只许网关连站点文件里的地址：打印 nftables 规则",
            "rules for nftables: only listed ones",
        ),
        "schema": Command(
            "schema",
            "站点文件的 JSON Schema，供编辑器用",
            "JSON Schemas of site files, for your editor",
        ),
        "models": Command(
            "models", "摄像机用的模型：查看、获取、自检", "what finds people, vehicles and faces"
        ),
        "vision": Command(
            "vision", "在录像上试摄像机的规则", "try a camera's rules on a recording"
        ),
        "update": Command(
            "update", "升级：装新版本，不行就自动退回", "releases: installed, tried, taken back"
        ),
    },
    ("值班：报警、设备、规则", "On duty: alarms, devices, rules"): {
        "alarms": Command("alarms", "查看、确认、搁置报警", "see, acknowledge, shelve alarms"),
        "rules": Command("rules", "试验规则，解释报警", "try rules out, explain alarms"),
        "do": Command("do", "让设备做一件事", "tell a device to do something"),
        "remote": Command("remote", "远程命令的现场开关", "the switch for commands from afar"),
    },
    ("哪里不对", "When something is odd"): {
        "doctor": Command(
            "doctor", "哪里不对、怎么办：逐项检查站点", "what is odd on a site, and what to do"
        ),
        "diagnose": Command(
            "diagnose",
            "打包诊断信息，没有密码和人脸",
            "pack what to look at, without secrets and faces",
        ),
        "health": Command(
            "health", "网关有没有回答（0 有，1 没有）", "whether a gateway answers: 0 or 1"
        ),
        "journal": Command("journal", "日志：事件与送达", "what was kept, and who has it"),
        "decode": Command("decode", "解码一帧报文，输出 JSON", "decode frames into JSON"),
    },
    ("记录与平台", "Records and the platform"): {
        "history": Command("history", "读数历史：导出", "readings over time: take them along"),
        "audit": Command("audit", "操作记录：查看、验证", "who did what: see it, verify it"),
        "backup": Command(
            "backup", "备份：配置、账户、日志、操作记录", "take along what a gateway can go on from"
        ),
        "restore": Command(
            "restore", "从备份恢复，可换一台机器", "go on from a backup, here or elsewhere"
        ),
        "command": Command(
            "orders", "远程命令：密钥与签名", "commands from afar: keys and signatures"
        ),
        "key": Command("key", "连平台用的私钥与证书", "the key and certificate for the platform"),
    },
    ("命令行自己", "The command line itself"): {
        "completion": Command(
            "completion", "让 Tab 键补全命令", "let the Tab key complete commands"
        ),
    },
}
"""A command's module is only loaded when it is wanted: a gateway that was killed is back sooner."""

COMMANDS: Final[Mapping[str, Command]] = {
    name: command for group in GROUPS.values() for name, command in group.items()
}

_WIDEST: Final = 12


class _Version(argparse.Action):
    """Says which this is; to look it up takes longer than to parse a command."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from importlib.metadata import version  # noqa: PLC0415 - see above

        sys.stdout.write(f"whistle {version('whistle')}\n")
        parser.exit()


def parser_of(language: Language, wanted: Collection[str] = tuple(COMMANDS)) -> Teaching:
    """Return the command line in one of the languages, able to parse the commands wanted.

    Where none is, it tells what there are.
    """
    kind = TeachingChinese if language == "zh" else Teaching
    top = kind(prog="whistle", usage="whistle [--lang zh|en] COMMAND …")
    say = top.say
    top.add_argument(
        "--version",
        action=_Version,
        nargs=0,
        default=argparse.SUPPRESS,
        help=say("显示版本", "say which this is"),
    )
    top.add_argument(
        "--lang", choices=["zh", "en"], default=language, help=say("消息语言", "of messages")
    )
    top.description = "\n".join(_overview(top))
    commands = top.add_subparsers(
        required=True, prog="whistle", metavar=say("命令", "COMMAND"), help=argparse.SUPPRESS
    )
    for name in wanted or COMMANDS:
        module, zh, en = COMMANDS[name]
        command = commands.add_parser(name, description=say(zh, en))
        command.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        if name in wanted:
            getattr(import_module(f"edge.cli.{module}"), f"add_{name}")(command, say)
    return top


def _overview(top: Teaching) -> Iterator[str]:
    """Yield what this is, and each command by what one wants to do."""
    yield top.say(
        "智慧社区边缘网关：电梯、消防、门禁、摄像机和传感器接进来，问题和通知送上去。",
        "Edge gateway for residential communities: devices in, issues and notices out.",
    )
    yield ""
    for title, group in GROUPS.items():
        yield f"{top.say(*title)}:"
        for name, (_, zh, en) in group.items():
            yield f"  {name:<{_WIDEST}}{top.say(zh, en)}"
        yield ""
    yield top.say(
        "每个命令都有说明和例子：whistle check --help。SITE 是站点文件，如 site.yaml。",
        "Each explains itself, with an example: `whistle check --help`. SITE is a site file.",
    )
