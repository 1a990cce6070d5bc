"""`whistle users`: who may log in to the page of a gateway."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias, get_args
from urllib.parse import quote, urlencode

from edge.access.roles import Role
from edge.cli.command import Say
from edge.cli.local import ask
from edge.cli.store import add_site, store_of
from edge.errors import ConfigError

Verb: TypeAlias = Callable[[str, str], argparse.ArgumentParser]

PAGE: Final = 500


def add_users(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""
    verbs = command.add_subparsers(required=True, metavar=say("动作", "VERB"))

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=what, description=what)
        parser.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        add_site(parser, say)
        return parser

    _add_list(verb, say)
    _add_add(verb, say)
    _add_password(verb, say)
    _add_remove(verb, say)
    able = {
        "disable": (True, say("停用：立即退出，不能再登录", "log them out, let them in no more")),
        "enable": (False, say("恢复停用的账号", "let them in again")),
    }
    for name, (disabled, what) in able.items():
        _add_able(verb(name, what), say, disabled=disabled)


def _add_list(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        users = list(_every(store_of(arguments, say), say))
        if arguments.json:
            sys.stdout.write(json.dumps(users, ensure_ascii=False, indent=2) + "\n")
            return 0
        for user in users:
            sys.stdout.write(_line(user, say) + "\n")
        if not users:
            what = "还没有账号；whistle enrol 可取注册码。\n", "Nobody yet; see whistle enrol.\n"
            sys.stdout.write(say(*what))
        return 0

    command = verb("list", say("所有账号", "every account"))
    command.add_argument("--json", action="store_true", help="JSON")
    command.set_defaults(run=run)


def _add_add(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        store = store_of(arguments, say)
        body = {
            "name": arguments.name,
            "password": _password(say),
            "role": arguments.role,
            "buildings": arguments.building,
        }
        sys.stdout.write(_line(ask(store, "POST", "/users", say, body), say) + "\n")
        return 0

    command = verb("add", say("添加账号；密码在提示后输入", "add one; asks for the password"))
    _add_name(command, say)
    command.add_argument("--role", choices=get_args(Role), required=True)
    command.add_argument(
        "--building",
        action="append",
        default=[],
        help=say("只看这栋楼，可写多次；不写则整个小区", "this one only; may be given again"),
    )
    command.set_defaults(run=run)


def _add_password(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        store = store_of(arguments, say)
        body = {"password": _password(say)}
        ask(store, "PUT", f"{_path(arguments.name)}/password", say, body)
        return 0

    command = verb("password", say("重设密码；立即退出其登录", "a new one; logs them out"))
    _add_name(command, say)
    command.set_defaults(run=run)


def _add_remove(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        ask(store_of(arguments, say), "DELETE", _path(arguments.name), say)
        return 0

    command = verb("remove", say("删除账号", "remove an account"))
    _add_name(command, say)
    command.set_defaults(run=run)


def _add_able(command: argparse.ArgumentParser, say: Say, *, disabled: bool) -> None:
    def run(arguments: argparse.Namespace) -> int:
        store = store_of(arguments, say)
        user = ask(store, "PATCH", _path(arguments.name), say, {"disabled": disabled})
        sys.stdout.write(_line(user, say) + "\n")
        return 0

    _add_name(command, say)
    command.set_defaults(run=run)


def _add_name(command: argparse.ArgumentParser, say: Say) -> None:
    command.add_argument("name", help=say("账号名", "the account's name"))


def _path(name: str) -> str:
    return f"/users/{quote(name, safe='')}"


def _every(store: Path, say: Say) -> Iterator[Mapping[str, Any]]:
    cursor: str | None = ""
    while cursor is not None:
        page = ask(store, "GET", f"/users?{urlencode({'limit': PAGE, 'cursor': cursor})}", say)
        yield from page["items"]
        cursor = page["next"]


def _password(say: Say) -> str:
    """Ask for it, twice, so that no list of processes and no history of a shell has it."""
    try:
        password = getpass.getpass(say("新密码：", "New password: "))
        again = getpass.getpass(say("再输一次：", "Once more: "))
    except EOFError:
        raise ConfigError(say("没有输入密码", "no password was typed")) from None
    if password != again:
        raise ConfigError(say("两次输入不一样", "the two are not the same"))
    return password


def _line(user: Mapping[str, Any], say: Say) -> str:
    """One account on one line: name, role, where, when last seen."""
    where = ", ".join(user["buildings"]) or say("整个小区", "whole site")
    last = user["last_login"] or say("从未登录", "never logged in")
    disabled = say("  已停用", "  disabled") if user["disabled"] else ""
    return f"{user['name']}  {user['role']}  {where}  {last}{disabled}"
