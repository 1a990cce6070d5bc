"""One store, one gateway: a second one is kept away for as long as the first runs."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from edge.errors import ConfigError


def locked(path: Path) -> IO[bytes]:
    """Lock the file until it is closed; `ConfigError` when somebody else has it."""
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise ConfigError(
            f"{path.parent}: another gateway runs on this store; stop it first, or give this one"
            " a store of its own (gateway.store in the site file)"
        ) from None
    return file
