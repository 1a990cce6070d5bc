"""`whistle completion`: what a shell needs to complete the words of a command."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator, Mapping
from typing import Final

from edge.cli.command import Say

Table = Mapping[str, Mapping[str, str]]
"""By the words that came before: what may follow, each with what it does."""


def add_completion(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        from edge.cli.parser import parser_of  # noqa: PLC0415 - it is what loads this module

        table = dict(words_of(parser_of(arguments.lang)))
        sys.stdout.write("\n".join(_SHELLS[arguments.shell](table)) + "\n")
        return 0

    command.add_argument("shell", choices=sorted(_SHELLS), help=say("哪种 shell", "which shell"))
    command.set_defaults(run=run)


def words_of(
    parser: argparse.ArgumentParser, before: str = ""
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield for each parser, by the words that lead to it, its verbs, choices and options."""
    words: dict[str, str] = {}
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to ask for them
        below = action.choices
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            for name, each in action.choices.items():
                words[name] = each.description or ""
                yield from words_of(each, f"{before} {name}".strip())
        elif action.option_strings:
            words[action.option_strings[-1]] = "" if action.help is None else action.help
        elif below is not None:
            words.update(dict.fromkeys(map(str, below), ""))
    yield before, words


def _bash(table: Table) -> Iterator[str]:
    yield "_whistle() {"
    yield '  local at path="" words="" next'
    yield "  for ((at = 1; at <= COMP_CWORD; at++)); do"
    yield '    case "$path" in'
    for path, words in sorted(table.items()):
        yield f"      {shlex.quote(path)}) words={shlex.quote(' '.join(words))} ;;"
    yield "    esac"
    yield "    next=${path:+$path }${COMP_WORDS[at]}"
    yield "    ((at < COMP_CWORD)) || break"
    known = "|".join(shlex.quote(path) for path in sorted(table) if path)
    yield f'    case "$next" in {known}) path=$next ;; esac'
    yield "  done"
    yield '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))'
    yield "}"
    yield "complete -o default -F _whistle whistle"


def _zsh(table: Table) -> Iterator[str]:
    yield "autoload -U +X compinit && compinit"
    yield "autoload -U +X bashcompinit && bashcompinit"
    yield from _bash(table)


def _fish(table: Table) -> Iterator[str]:
    for path, words in sorted(table.items()):
        said = path.split()
        here = [f"__fish_seen_subcommand_from {word}" for word in said]
        verbs = " ".join(word for word in words if not word.startswith("-"))
        first = f"not __fish_seen_subcommand_from {verbs}"
        for word, what in words.items():
            option = word.startswith("--")
            when = "; and ".join(here if option or not verbs else [*here, first])
            given = f"-l {word[2:]}" if option else f"-f -a {word}"
            condition, told = shlex.quote(when or "true"), shlex.quote(what)
            yield f"complete -c whistle -n {condition} {given} -d {told}"


_SHELLS: Final = {"bash": _bash, "zsh": _zsh, "fish": _fish}
