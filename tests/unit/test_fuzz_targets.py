"""What `./check --fuzz` does for hours, for a moment: seeds, what was found, some noise."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fuzz.catalogue import TARGETS
from tests.fuzz.target import Target
from tests.source_tree import ROOT

FOUND = ROOT / "tests" / "fuzz" / "found"
"""By parser, inputs that once escaped; what is found later goes here, too."""
CHANGED = 60
"""Inputs made of each parser's seeds."""
EACH = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)


def changed(target: Target, chance: random.Random) -> Iterator[bytes]:
    """Yield seeds that are cut, doubled, and spoilt in a few bytes."""
    for _ in range(CHANGED):
        body = bytearray(chance.choice(target.seeds))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(body) + 1)
            match chance.randrange(4):
                case 0:
                    body[at : at + 1] = chance.randbytes(1)
                case 1:
                    del body[at : at + chance.randint(1, 16)]
                case 2:
                    body[at:at] = body[: chance.randint(1, 64)]
                case _:
                    body[at:at] = b"9" * chance.choice((1, 20, 400))
        yield bytes(body[: target.most])


@EACH
def test_a_parser_reads_what_it_is_for(target: Target) -> None:
    """A seed is worth something only if it gets past the first check."""
    read = 0
    for seed in target.seeds:
        with suppress(*target.errors):
            target.parse(seed)
            read += 1
    assert read > 0


@EACH
def test_a_parser_has_one_error(target: Target) -> None:
    """Seeds, and what is made of them, raise nothing but what the target may."""
    chance = random.Random(target.name)  # noqa: S311 - the same inputs each time
    for body in (*target.seeds, *changed(target, chance)):
        with suppress(*target.errors):
            target.parse(body)


@pytest.mark.parametrize(
    "path", sorted(FOUND.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_what_was_found_does_not_escape_again(path: Path) -> None:
    """Each input that once escaped ends in the parser's own error, or is read."""
    target = TARGETS[path.parent.name]
    with suppress(*target.errors):
        target.parse(path.read_bytes())


def test_every_driver_is_fuzzed() -> None:
    """Who adds a driver adds the parsers of what its devices say."""
    drivers = {path.parent.name for path in ROOT.glob("edge/drivers/*/codec.py")}
    assert drivers <= {name.partition(".")[0] for name in TARGETS}
