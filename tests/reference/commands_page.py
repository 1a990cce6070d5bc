"""Every command of `whistle`, from its parser."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from edge.cli.examples import EXAMPLES
from edge.cli.parser import GROUPS, parser_of
from edge.files.problems import Language
from tests.reference.markdown import page, table

_USUAL = {"--help", "--lang"}


def commands_page(language: Language) -> str:
    """The page in one language."""
    zh = language == "zh"
    top = parser_of(language)
    found = dict(_parsers(top, ""))
    parts = []
    for title, group in GROUPS.items():
        parts.append(f"## {title[0] if zh else title[1]}")
        for path, parser in found.items():
            if path.partition(" ")[0] in group:
                parts += _told(path, parser, language)
    return page(
        "命令" if zh else "Commands",
        "退出码：0 正常，1 与预期不符，2 输入有误。`--help` 显示说明，"
        "`--lang zh|en` 选消息语言，放在任何位置都行。"
        if zh
        else "Exit status: 0 well, 1 not as expected, 2 wrong input. Each takes `--help`, and"
        " `--lang zh|en` anywhere.",
        *parts,
    )


def _told(path: str, parser: argparse.ArgumentParser, language: Language) -> Iterator[str]:
    zh = language == "zh"
    yield f"### whistle {path}\n\n{parser.description}"
    head = ("参数", "含义") if zh else ("argument", "means")
    yield table(head, (row for each in parser._actions for row in _rows(each)))
    if examples := EXAMPLES.get(path, ()):
        yield "\n".join(("```console", *examples, "```"))


def _rows(action: argparse.Action) -> Iterator[tuple[str, str]]:
    if isinstance(action, argparse._SubParsersAction) or set(action.option_strings) & _USUAL:
        return
    choices = "|".join(map(str, action.choices)) if action.choices is not None else ""
    value = choices or str(action.metavar or action.dest).upper()
    if action.option_strings:
        shown = action.option_strings[-1] + ("" if action.nargs == 0 else f" {value}")
    else:
        shown = value
    default = action.default
    said = (
        f" (`{default}`)"
        if isinstance(default, int | str) and default and default is not True
        else ""
    )
    yield f"**`{shown}`**" if action.required else f"`{shown}`", f"{action.help or ''}{said}"


def _parsers(
    parser: argparse.ArgumentParser, before: str
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                path = f"{before} {name}".strip()
                if not any(isinstance(a, argparse._SubParsersAction) for a in below._actions):
                    yield path, below
                yield from _parsers(below, path)
