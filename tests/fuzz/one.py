"""One parser under libFuzzer: `python -m tests.fuzz.one NAME CORPUS [libFuzzer's own words]`."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

import atheris

OURS: Final = ["edge", "cloud_bridge"]
"""Whose branches are counted."""


def main() -> None:
    """Fuzz until the words say that it is enough; the first finding ends it with a status of 77."""
    name, corpus = sys.argv[1], Path(sys.argv[2])
    with atheris.instrument_imports(include=OURS):
        from tests.fuzz.catalogue import TARGETS  # noqa: PLC0415 - what is imported here is watched
    target = TARGETS[name]
    for seed in target.seeds:
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed[: target.most])
    words = [sys.argv[0], str(corpus), f"-max_len={target.most}", *sys.argv[3:]]
    atheris.Setup(words, target.hold)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
