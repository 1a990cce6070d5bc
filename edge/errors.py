"""Everything that may go wrong, named by who has to act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every command waits for this module, and few for all that can be said
    from edge.model import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a file; `line` and `column` count from 1, 0 is unknown.

    Where they are not known, `steps` lead to it from the section that somebody was given.
    """

    file: str
    line: int = 0
    column: int = 0
    where: str = ""
    what: Text
    remedy: Text
    steps: tuple[str | int, ...] = ()


class GatewayError(Exception):
    """Base of every error the gateway raises on purpose."""


class ConfigError(GatewayError):
    """A file is wrong: refuse to start or refuse the change, a person has to edit it.

    `problems` names each mistake where it was found; its text is fit for a screen.
    """

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


def refusal(what: Text, remedy: Text) -> ConfigError:
    """What a driver raises when a link cannot be as the site file has it; it says where."""
    return ConfigError(f"{what.en}; {remedy.en}", (Problem(file="", what=what, remedy=remedy),))


class LinkDown(GatewayError):
    """The link is lost: the keeper reconnects, nobody else reacts."""


class CommandRejected(GatewayError):
    """The device refused: tell the issuer, do not retry."""
