"""One parser under libFuzzer: `python -m tests.fuzz.one [--fast] NAME CORPUS [its words]`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Final

import atheris

OURS: Final = ["edge", "cloud_bridge"]
"""Whose branches are counted."""
FAST: Final = "--fast"
"""No branch is counted, which costs three to fifteen times the parsing; what is in the corpus is
mutated."""


def main() -> None:
    """Fuzz until the words say that it is enough; the first finding ends it with a status of 77."""
    fast = FAST in sys.argv
    name, folder, *words = (word for word in sys.argv[1:] if word != FAST)
    corpus = Path(folder)
    with nullcontext() if fast else atheris.instrument_imports(include=OURS):
        from tests.fuzz.catalogue import TARGETS  # noqa: PLC0415 - what is imported here is watched
    target = TARGETS[name]
    for seed in target.seeds:
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed[: target.most])

    def hold(body: bytes) -> None:
        target.hold(body)

    # libFuzzer gives up where nothing at all is counted, and drops inputs that reach nothing new.
    held = atheris.instrument_func(hold) if fast else hold
    keep = ["-keep_seed=1"] if fast else []
    atheris.Setup([sys.argv[0], folder, f"-max_len={target.most}", *keep, *words], held)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
