"""What every command of `whistle` begins with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TypeAlias

from edge.config import Configuration, load

Say: TypeAlias = Callable[[str, str], str]
"""Chooses between the Chinese and the English words."""

Add: TypeAlias = Callable[[str, str], argparse.ArgumentParser]
"""Adds a command with what it does."""


def load_site(arguments: argparse.Namespace) -> Configuration:
    """Read the site file; tell its warnings."""
    found = load(arguments.site, language=arguments.lang)
    if advice := found.advice(arguments.lang):
        sys.stderr.write(f"{advice}\n")
    return found
