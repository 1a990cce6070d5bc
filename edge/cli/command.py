"""What every command of `whistle` begins with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from edge.duration import parse_duration
from edge.errors import ConfigError

if TYPE_CHECKING:  # see below
    from edge.config import Configuration

Say: TypeAlias = Callable[[str, str], str]
"""Chooses between the Chinese and the English words."""


def load_site(arguments: argparse.Namespace) -> Configuration:
    """Read the site file; tell its warnings."""
    from edge.config import load  # noqa: PLC0415 - to explain a command nobody need wait for it

    found = load(arguments.site, language=arguments.lang)
    if advice := found.advice(arguments.lang):
        sys.stderr.write(f"{advice}\n")
    return found


def instant_in(text: str, zone: ZoneInfo, say: Say) -> datetime:
    """Return the instant that somebody has typed, in this zone where none is said."""
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigError(
            say(
                f"{text}：不是时间；写站点当地时间，如 2026-10-01 或 2026-10-01T22:30",
                f"{text}: no moment; write it in the site's time, such as 2026-10-01 or"
                " 2026-10-01T22:30",
            )
        ) from error


def duration(text: str) -> timedelta:
    """Read a length of time that somebody has typed behind an option."""
    try:
        return parse_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
