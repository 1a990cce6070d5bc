"""`whistle rules`: cases that show what rules do; why an alarm is on; what was, once more."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from edge.cli.command import Say, load_site
from edge.cli.explain import add_explain
from edge.cli.rules_replay import add_replay
from edge.errors import ConfigError
from edge.trial.case_file import OWN_CASES, case_files, load_cases
from edge.trial.report import told_of
from edge.trial.run import run_case


def add_rules(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""
    verbs = command.add_subparsers(required=True, metavar=say("动作", "VERB"))

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=what, description=what)
        parser.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        parser.add_argument("site", type=Path, help=say("站点文件", "the site file"))
        return parser

    _add_test(verb, say)
    add_explain(verb, say)
    add_replay(verb, say)


def _add_test(verb: Callable[[str, str], argparse.ArgumentParser], say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        configuration = load_site(arguments)
        files = case_files(arguments.site, arguments.files)
        if not files:
            raise ConfigError(
                say(
                    f"{arguments.site.parent / OWN_CASES}：没有用例",
                    f"{arguments.site.parent / OWN_CASES}: there are no cases",
                )
            )
        links = [link.id for link in configuration.links]
        cases = load_cases(files, configuration.site, links, arguments.lang)
        failed = 0
        for placed in cases:
            outcome = run_case(configuration, placed.case)
            failed += not outcome.passed
            for line in told_of(placed, outcome, say):
                sys.stdout.write(f"{line}\n")
        passed = len(cases) - failed
        sys.stdout.write(
            say(f"{passed} 个通过，{failed} 个不符\n", f"{passed} passed, {failed} failed\n")
        )
        return 1 if failed else 0

    command = verb("test", say("在虚拟时间里试验规则", "run rule cases in virtual time"))
    command.add_argument(
        "files", nargs="*", type=Path, help=say("用例；默认站点旁的 cases/", "cases; or cases/")
    )
    command.set_defaults(run=run)
