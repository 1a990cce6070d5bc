"""The command line: `whistle`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence

from edge.cli.parser import COMMANDS, parser_of
from edge.cli.teaching import WRONG_INPUT
from edge.errors import ConfigError
from edge.files.problems import Language


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status: 0 well, 1 not as expected, 2 wrong input."""
    given = _language_first(sys.argv[1:] if words is None else words)
    parser = parser_of(_language(given), _wanted(given))
    if not [word for word in given if not word.startswith("--lang=")]:
        parser.print_help(sys.stderr)
        return WRONG_INPUT
    arguments = parser.parse_args(given)
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


def _wanted(words: Sequence[str]) -> Iterable[str]:
    """Return the command that is called, or all where that has to be explained."""
    rest = words[1:] if words and words[0].startswith("--lang=") else words
    alone = rest and rest[0] in COMMANDS and rest[0] != "completion"
    return rest[:1] if alone else COMMANDS


if __name__ == "__main__":
    sys.exit(main())
