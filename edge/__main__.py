"""The command line: `whistle`."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from edge.cli.parser import COMMANDS, parser_of
from edge.cli.teaching import WRONG_INPUT
from edge.errors import ConfigError

if TYPE_CHECKING:  # whatever stands here, every command waits for
    from edge.files.problems import Language


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status: 0 well, 1 not as expected, 2 wrong input.

    Without words it is the one that this process was called for, and ends with.
    """
    if words is not None:
        return _called(words)
    gc.disable()  # what is loaded stays: to look through it for what nobody needs finds nothing
    try:
        return _called(sys.argv[1:])
    finally:
        gc.freeze()  # nor need anybody look at the end: all of it goes with the process


def _called(words: Sequence[str]) -> int:
    given = _language_first(words)
    parser = parser_of(_language(given), _wanted(given))
    if not [word for word in given if not word.startswith("--lang=")]:
        parser.print_help(sys.stderr)
        return WRONG_INPUT
    arguments = parser.parse_args(given)
    gc.enable()
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


def _language_first(words: Sequence[str]) -> list[str]:
    """Put `--lang` before the command: between words that belong together it would part them."""
    for at, word in enumerate(words):
        if word == "--lang" or word.startswith("--lang="):
            value = word.partition("=")[2] or "".join(words[at + 1 : at + 2])
            rest = words[at + 1 + (word == "--lang") :]
            return [f"--lang={value}", *words[:at], *rest]
    return list(words)


def _language(words: Sequence[str]) -> Language:
    """Return the language of messages: `--lang`, which comes first, else the environment's."""
    if words and words[0].startswith("--lang="):
        wanted = words[0].partition("=")[2]
    else:
        names = ("WHISTLE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
        wanted = next((value for name in names if (value := os.environ.get(name))), "")
    return "zh" if wanted.startswith("zh") else "en"


def _wanted(words: Sequence[str]) -> Collection[str]:
    """Return the command that is called, if any; all of them for whoever completes their words."""
    called = [word for word in words if not word.startswith("-")][:1]
    if called == ["completion"]:
        return COMMANDS
    return called if set(called) <= COMMANDS.keys() else ()


if __name__ == "__main__":
    sys.exit(main())
