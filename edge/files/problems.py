"""The mistakes found in files, gathered and laid out on one screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from edge.errors import ConfigError, Problem
from edge.files.yaml_file import Document, Steps, path_of
from edge.model import Text

Language: TypeAlias = Literal["zh", "en"]

MOST_LINES: Final = 20
"""What a person sees without scrolling, and can mend in one go."""


class Problems:
    """What is wrong so far; every check adds to it and goes on.

    A second mistake at one place is an echo of the first and is not told.
    """

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self.found = [*found]
        self.warnings: list[Problem] = []

    def add(
        self, document: Document, steps: Steps, what: Text, remedy: Text, *, at: str = "value"
    ) -> None:
        """Note a mistake at a node, or at its key when `at` says `key`."""
        self._note(_problem(document, steps, what, remedy, at))

    def add_within(
        self, document: Document, steps: Steps, letter: int, what: Text, remedy: Text
    ) -> None:
        """Note a mistake at a letter of a text, counted from 0."""
        mark = document.letter(steps, letter)
        problem = _problem(document, steps, what, remedy, "value")
        self._note(replace(problem, line=mark.line, column=mark.column))

    def _note(self, problem: Problem) -> None:
        if not any(_place(problem) == _place(known) for known in self.found):
            self.found.append(problem)

    def warn(
        self, document: Document, steps: Steps, what: Text, remedy: Text, *, at: str = "value"
    ) -> None:
        """Note what a person should look at, and go on all the same."""
        self.warnings.append(_problem(document, steps, what, remedy, at))

    def take(self, error: ConfigError, document: Document, steps: Steps, remedy: Text) -> None:
        """Note what another file's reader found; without a line of its own it gets this one."""
        for problem in error.problems:
            if problem.line:
                self.found.append(problem)
            else:
                self.add(document, (*steps, *problem.steps), problem.what, problem.remedy)
        if not error.problems:
            self.add(document, steps, Text(str(error), str(error)), remedy)


def _place(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, problem.where


def _problem(document: Document, steps: Steps, what: Text, remedy: Text, at: str) -> Problem:
    mark = document.mark(steps, key=at == "key")
    return Problem(
        file=mark.file,
        line=mark.line,
        column=mark.column,
        where=path_of(steps),
        what=what,
        remedy=remedy,
    )


def line_of(problem: Problem, language: Language) -> str:
    """Say one problem: `site.yaml:14:7  links[0].port: what is wrong → what would be right`."""
    place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file
    where = f"{problem.where}: " if problem.where else ""
    line = f"{place}  {where}{_in(problem.what, language)} → {_in(problem.remedy, language)}"
    return " ".join(line.split()).replace(f"{place} ", f"{place}  ", 1)


def _in(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en


def screen(problems: Iterable[Problem], language: Language) -> str:
    """All problems, in the order of the files, on at most one screen."""
    unique = dict.fromkeys(sorted(problems, key=lambda each: (each.file, each.line, each.column)))
    lines = list(dict.fromkeys(line_of(problem, language) for problem in unique))
    rest = len(lines) - MOST_LINES
    if rest > 0:
        more = f"… 另有 {rest} 处" if language == "zh" else f"… and {rest} more"
        lines = [*lines[:MOST_LINES], more]
    return "\n".join(lines)


def config_error(problems: Iterable[Problem], language: Language) -> ConfigError:
    """Make the error that a person reads."""
    kept = tuple(problems)
    return ConfigError(screen(kept, language), kept)
