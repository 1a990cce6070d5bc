"""`whistle alarms`: what a technician sees of alarms, and does about them."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from edge.cli.command import Say, load_site
from edge.cli.local import ask

Verb: TypeAlias = Callable[[str, str], argparse.ArgumentParser]

SEVERE = 700

OVERDUE: Final = {"respond": ("响应超时", "response overdue"), "resolve": ("处理超时", "overdue")}


def add_alarms(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""
    verbs = command.add_subparsers(required=True, metavar=say("动作", "VERB"))

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=what, description=what)
        parser.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        parser.add_argument("site", type=Path, help=say("站点文件", "the site file"))
        return parser

    _add_list(verb, say)
    _add_word(verb, say, "acknowledge", say("确认看到", "say that it was seen"))
    _add_word(verb, say, "unshelve", say("取消搁置", "take it back"))
    _add_word(verb, say, "reset", say("复位锁存的报警", "end a latched one"))
    _add_shelve(verb, say)
    _add_suppress(verb, say)


def _add_list(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        store = load_site(arguments).store
        alarms = _all(store, say)
        if arguments.json:
            sys.stdout.write(json.dumps(alarms, ensure_ascii=False, indent=2) + "\n")
            return 0
        for alarm in alarms:
            sys.stdout.write(_line(alarm, say) + "\n")
        if not alarms:
            sys.stdout.write(say("没有报警。\n", "No alarms.\n"))
        return 0

    command = verb("list", say("所有未了结的报警", "every alarm that is not over"))
    command.add_argument("--json", action="store_true", help="JSON")
    command.set_defaults(run=run)


def _add_word(verb: Verb, say: Say, name: str, what: str) -> None:
    def run(arguments: argparse.Namespace) -> int:
        body = {"by": _me(), "comment": arguments.comment}
        return _about(arguments, name, body, say)

    command = verb(name, what)
    command.add_argument("id", type=int, help=say("报警编号", "the alarm's number"))
    command.add_argument("--comment", default="", help=say("说明", "what there is to say"))
    command.set_defaults(run=run)


def _add_shelve(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        body = {"by": _me(), "minutes": arguments.minutes, "reason": arguments.reason}
        return _about(arguments, "shelve", body, say)

    command = verb("shelve", say("搁置一段时间", "put it aside for a while"))
    command.add_argument("id", type=int, help=say("报警编号", "the alarm's number"))
    command.add_argument("--minutes", type=int, default=60, help=say("多少分钟", "for how long"))
    command.add_argument("--reason", required=True, help=say("原因", "why"))
    command.set_defaults(run=run)


def _add_suppress(verb: Verb, say: Say) -> None:
    def begin(arguments: argparse.Namespace) -> int:
        body = {
            "id": arguments.name,
            "why": arguments.why,
            "by": _me(),
            "reason": arguments.reason,
            "minutes": arguments.minutes,
            "device": arguments.device,
            "component": arguments.component,
            "building": arguments.building,
        }
        store = load_site(arguments).store
        _show(ask(store, "POST", "/suppressions", say, body))
        return 0

    def end(arguments: argparse.Namespace) -> int:
        store = load_site(arguments).store
        ask(store, "DELETE", f"/suppressions/{arguments.name}?by={_me()}", say)
        return 0

    command = verb("suppress", say("测试、维保或停用", "a test, maintenance, or out of service"))
    command.add_argument("name", help=say("窗口名", "the window's name"))
    command.add_argument("--why", choices=["test", "maintenance", "out_of_service"], required=True)
    command.add_argument("--reason", required=True, help=say("原因", "why"))
    command.add_argument("--minutes", type=int, help=say("多少分钟；不写则到手动结束", "how long"))
    command.add_argument("--device", default="", help=say("设备", "a device"))
    command.add_argument("--component", default="", help=say("部件前缀", "a component's prefix"))
    command.add_argument("--building", default="", help=say("楼栋", "a building"))
    command.set_defaults(run=begin)
    command = verb("resume", say("结束窗口", "end such a window"))
    command.add_argument("name", help=say("窗口名", "the window's name"))
    command.set_defaults(run=end)


def _all(store: Path, say: Say) -> list[dict[str, Any]]:
    """Every alarm that is not over, however many pages they are."""
    alarms: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ask(store, "GET", f"/alarms?limit=500&cursor={quote(cursor)}", say)
        alarms += page["items"]
        cursor = page["next"]
    return alarms


def _about(arguments: argparse.Namespace, what: str, body: Mapping[str, object], say: Say) -> int:
    store = load_site(arguments).store
    alarm = ask(store, "POST", f"/alarms/{arguments.id}/{what}", say, body)
    sys.stdout.write(_line(alarm, say) + "\n")
    return 0


def _line(alarm: Mapping[str, Any], say: Say) -> str:
    """One alarm on one line: number, how it stands, what, where it is put aside, its issue."""
    from edge.api.ui.alarms.lines import STATES, WHY  # noqa: PLC0415 - loads the life of alarms

    stands = [
        say("动作", "active") if alarm["active"] else say("恢复", "cleared"),
        say("已确认", "acknowledged") if alarm["acknowledged"] else say("未确认", "unacknowledged"),
    ]
    stands += [say("锁存", "latched")] if alarm["latched"] else []
    stands += [say(WHY[why].zh, WHY[why].en) for why in alarm["suppressed"]]
    text = say(alarm["text"]["zh"], alarm["text"]["en"])
    mark = "!" if alarm["severity"] >= SEVERE else " "
    issue = alarm["issue"]
    told = ""
    if issue:
        state = STATES[issue["state"]]
        told = f"  {say(state.zh, state.en)}"
        late = OVERDUE.get(issue["overdue"])
        told += f" {say(*late)}!" if late else ""
    return f"{mark} {alarm['id']}  {alarm['key']}  {text}  [{', '.join(stands)}]{told}"


def _show(said: object) -> None:
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")


def _me() -> str:
    return getpass.getuser()
