"""Programs that integration tests start when they are installed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from tests.source_tree import ROOT

# Debian keeps daemons here, which is not on the path of an ordinary account.
_DAEMONS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def require(binary: str, package: str) -> Path:
    """Where the program is; without it the test is skipped, and fails where `CI=true`."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *_DAEMONS))
    found = shutil.which(binary, path=path)
    return Path(found) if found else _missing(f"{binary}: apt-get install {package}")


def require_tool(name: str) -> Path:
    """Where a tool is that has an environment of its own; skips and fails like `require`."""
    found = ROOT / ".venv" / name / "bin" / name
    return found if found.exists() else _missing(f"{name}: ./check --setup")


def _missing(what: str) -> NoReturn:
    message = f"not installed: {what}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
