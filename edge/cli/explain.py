"""`whistle rules explain`: asks the running gateway, or else its journal, about one alarm."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

import msgspec

from cloud_bridge.journal_file import JournalFile
from edge.alarms import Alarms
from edge.choices import nearest
from edge.cli.account import lines_of
from edge.cli.command import Say, load_site
from edge.cli.local import ask
from edge.clock import Clock
from edge.config import Configuration
from edge.config.rules_of import rules_of
from edge.errors import ConfigError
from edge.journal import JOURNAL_FILE
from edge.local_socket import NAME, connect
from edge.pipeline import RULE_STATE
from edge.rules.account import account_of
from edge.rules.engine import Engine
from edge.rules.explain import Explained, keys_of

PATIENCE_S: Final = 5.0
"""A gateway that runs takes a connection at once."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an alarm stands, who says so, and as of when; none is now."""

    account: Explained
    source: Literal["gateway", "journal"]
    at: datetime | None = None


def add_explain(verb: Callable[[str, str], argparse.ArgumentParser], say: Say) -> None:
    """Add the command."""

    def run(arguments: argparse.Namespace) -> int:
        configuration = load_site(arguments)
        key: str = arguments.alarm
        answer = _ask_gateway(configuration.store, key, say) or _ask_journal(configuration, key)
        if answer is None:
            raise ConfigError(_unknown(configuration, key, say))
        if arguments.json:
            told = {"alarm": key, "source": answer.source, "at": answer.at, "why": answer.account}
            text = json.dumps(msgspec.to_builtins(told), ensure_ascii=False, indent=2)
            sys.stdout.write(f"{text}\n")
            return 0
        zone = configuration.site.timezone
        if answer.source == "journal":
            sys.stdout.write(f"{_as_of(answer.at, configuration, say)}\n")
        for line in lines_of(answer.account, zone, say):
            sys.stdout.write(f"{line}\n")
        return 0

    command = verb("explain", say("一条报警为什么有效或无效", "why an alarm is on, or is not"))
    command.add_argument(
        "alarm", help=say("报警，如 lift-1/entrapment", "such as lift-1/entrapment")
    )
    command.add_argument("--json", action="store_true", help=say("输出 JSON", "print JSON"))
    command.set_defaults(run=run)


def _ask_gateway(store: Path, key: str, say: Say) -> Answer | None:
    """What the gateway says that runs for this site; none when none runs."""
    try:
        connect(store / NAME, PATIENCE_S).close()
    except OSError:
        return None
    said = ask(store, "GET", f"/explain/{quote(key)}", say)
    return Answer(msgspec.convert(said, Explained), "gateway")


def _ask_journal(configuration: Configuration, key: str) -> Answer | None:
    """What the last states say that were kept; without a journal, how the rules begin."""
    path = configuration.store / JOURNAL_FILE
    states: dict[str, bytes] = {}
    at = None
    if path.exists():
        file = JournalFile(path)
        try:
            states = file.states()
            at = next((datetime.fromisoformat(str(e["at"])) for e in file.tell(1)), None)
        finally:
            file.close()
    engine = Engine(*rules_of(configuration))
    kept = {k.removeprefix(RULE_STATE): v for k, v in states.items() if k.startswith(RULE_STATE)}
    engine.restore(kept)
    alarms = Alarms(configuration.site)
    alarms.restore(states)
    account = account_of(engine, alarms.active, key, at or Clock().now(), {})
    return Answer(account, "journal", at) if account else None


def _as_of(at: datetime | None, configuration: Configuration, say: Say) -> str:
    if at is None:
        return say(
            "网关没有运行，也没有日志：规则刚开始时的样子。",
            "No gateway runs and there is no journal: this is how the rules begin.",
        )
    local = at.astimezone(configuration.site.timezone).strftime("%Y-%m-%d %H:%M:%S")
    return say(
        f"网关没有运行：以 {local} 最后保存的状态为准。",
        f"No gateway runs: as of the last kept state, {local}.",
    )


def _unknown(configuration: Configuration, key: str, say: Say) -> str:
    rules, templates = rules_of(configuration)
    keys = [alarm for rule in rules for alarm in keys_of(rule)]
    keys += [template.id for template in templates]
    near = nearest(key, keys)
    hint = say(f"；是不是 {near}？", f"; did you mean {near}?") if near and near != key else ""
    return say(
        f"{key} 不在有效的报警里，也没有这样的规则{hint}",
        f"{key} is no alarm that is on, and no rule has this name{hint}",
    )
