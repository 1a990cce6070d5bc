"""Server programs that integration tests start when they are installed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

# Debian keeps daemons here, which is not on the path of an ordinary account.
_DAEMONS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def require(binary: str, package: str) -> Path:
    """Where the program is; without it the test is skipped, and fails where `CI=true`."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *_DAEMONS))
    found = shutil.which(binary, path=path)
    if found is not None:
        return Path(found)
    message = f"{binary} is not installed: apt-get install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
