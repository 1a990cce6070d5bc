"""Models for the cameras of a demonstration: those that are on this machine anyway."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

STORE: Final = "var"
MODELS: Final = "models"
"""Where a shipped site's gateway looks for them: in its store."""

_CHECKOUT: Final = Path(__file__).resolve().parents[2]


def lend_models(folder: Path) -> bool:
    """Let the site in a folder use them; false where there are none.

    They are where `WHISTLE_MODELS` says and nowhere else; without it where `whistle models pull`
    puts them, or where tests find theirs. A demonstration without any shows what needs none.
    """
    found = next((each for each in _places() if any(each.glob("*.onnx"))), None)
    if found is None:
        return False
    store = folder / STORE
    store.mkdir(mode=0o700, exist_ok=True)
    if not (store / MODELS).exists():
        (store / MODELS).symlink_to(found.resolve(), target_is_directory=True)
    return True


def _places() -> list[Path]:
    if named := os.environ.get("WHISTLE_MODELS"):
        return [Path(named)]
    own = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    tests = os.environ.get("WHISTLE_TEST_MODELS")
    shared = Path(tests) if tests else _CHECKOUT.parent / "shared" / "design" / MODELS
    return [Path(own) / "whistle" / MODELS, shared]
