"""What a trial of rules may take: rules that never rest end it, rules that wake often do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge.config import Configuration, load
from edge.rules.rule import Step
from edge.trial import stage
from simulators.demo.stage import SITES

NOON = datetime(2026, 6, 1, 12)  # noqa: DTZ001 - local time of the site


@dataclass(frozen=True, slots=True)
class Restless:
    """A rule that wants to be woken again and again."""

    every: timedelta
    id: str = "riverside/restless"
    points: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def start(self) -> None:
        """No state."""

    def step(self, state: None, record: object, now: datetime) -> Step[None]:
        """Ask again."""
        del record
        return Step(state, wake=now + self.every)


@pytest.fixture(scope="module")
def riverside() -> Configuration:
    """Any site; its rules are replaced."""
    return load(Path(str(SITES / "riverside" / "site.yaml")))


@pytest.mark.parametrize(
    ("every", "rests"),
    [
        (timedelta(milliseconds=1), False),
        (timedelta(seconds=35), False),
        (timedelta(seconds=60), True),
    ],
)
def test_rules_that_never_rest_end_a_trial(
    every: timedelta, *, rests: bool, riverside: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is how often within an hour, not how long the case is."""
    monkeypatch.setattr(stage, "rules_of", lambda _: ((Restless(every),), ()))
    monkeypatch.setattr(stage, "MOST_WAKES", 100)
    assert stage.Stage(riverside, NOON).go_to(timedelta(days=2)) is rests
