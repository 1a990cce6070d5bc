"""Scenarios: what happens at which second, and what has to come of it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeAlias

import msgspec
from pydantic import Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from edge.errors import ConfigError
from edge.files.text_file import read_text
from edge.model import EvidenceKind, Party, Value
from edge.schema import Duration, Strict, Text

SCENARIOS = resources.files("simulators") / "scenarios"

Intervention: TypeAlias = Literal["cut_cloud", "fill_disk", "kill_gateway"]
"""What happens to no device: the broker is killed, the disk is full, the process is killed."""


AT_PLATFORM: Final = "platform."
"""What a person at the platform does begins with this."""


class ExpectedEscalation(Strict):
    """A party that the gateway tells because nobody came, so long after the raise."""

    to: Party
    after: Duration


class ExpectedEnd(Strict):
    """What becomes of an alarm's issue; all times count from the raise, as both sides measure."""

    escalated: tuple[ExpectedEscalation, ...] = ()
    responded: Duration
    resolved: Duration


class Expectation(Strict):
    """An alarm, by its key, and what it has to become at the platform, to its `end`.

    `after` is how long after the step it comes; a play that ends before does not wait for it.
    `within` is how soon it has to be raised; `shows` what cameras have to keep of it. With `needs`
    it comes only where that is there: models are not shipped.
    """

    alarm: str
    after: Duration = timedelta(0)
    within: Duration | None = None
    needs: Literal["", "models"] = ""
    shows: tuple[EvidenceKind, ...] = ()
    issue: str = ""
    notice: str = ""
    end: ExpectedEnd | None = None

    @property
    def whole(self) -> timedelta:
        """How long after the step everything of it has come."""
        return self.after + (self.end.resolved if self.end else timedelta(0))


class Recovery(Strict):
    """An alarm that is over because of a step, and how soon."""

    alarm: str
    within: Duration


class Entry(Strict):
    """One line of a timeline: a device does something, or the world does.

    `times` repeats it: at moments chosen `between` two, or `every` so often from `at` on.
    `reaches` are the devices that have to be commanded because of what the device tells,
    `opens` a gate that has to be told to open for it, exactly once.
    """

    at: Duration | None = None
    between: tuple[Duration, Duration] | None = None
    times: Annotated[int, Field(ge=1, le=100)] = 1
    every: Duration = timedelta(0)
    device: str = ""
    do: str
    args: dict[str, bool | int | float | str] = Field(default_factory=dict, alias="with")
    lasts: Duration = Field(timedelta(0), alias="for")
    reaches: tuple[str, ...] = ()
    opens: str = ""
    expect: tuple[Expectation, ...] = ()
    clears: tuple[Recovery, ...] = ()

    @model_validator(mode="after")
    def _when(self) -> Self:
        if (self.at is None) is (self.between is None):
            raise ValueError("an entry has either `at` or `between`")
        return self


class _File(Strict):
    name: Text
    site: str = ""
    extends: str = ""
    timeline: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens at one second."""

    second: float
    do: str
    device: str = ""
    args: Mapping[str, Value] = field(default_factory=dict)
    lasts: float = 0.0
    reaches: tuple[str, ...] = ()
    opens: str = ""
    expect: tuple[Expectation, ...] = ()
    clears: tuple[Recovery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A story with every moment decided."""

    name: Text
    site: str
    steps: tuple[Step, ...]

    def without(self, need: str) -> Scenario:
        """Return the story as far as it does not need what is not there."""
        steps = tuple(
            replace(step, expect=tuple(each for each in step.expect if each.needs != need))
            for step in self.steps
        )
        return replace(self, steps=steps)

    def until(self, second: float) -> Scenario:
        """Return the part of the story before a second."""
        steps = tuple(step for step in self.steps if step.second <= second)
        return Scenario(name=self.name, site=self.site, steps=steps)


def load_scenario(name: str, seed: int) -> Scenario:
    """Read a shipped scenario by name, another by its path; the seed decides random moments."""
    file = _read(name)
    chance = random.Random(seed)
    steps = [step for entry in file.timeline for step in _steps(entry, chance)]
    site = file.site
    if file.extends:
        base = load_scenario(file.extends, seed)
        site = site or base.site
        steps += base.steps
    return Scenario(
        name=file.name, site=site, steps=tuple(sorted(steps, key=lambda step: step.second))
    )


def scenario_names() -> list[str]:
    """Return the scenarios that are shipped."""
    names = (entry.name for entry in SCENARIOS.iterdir())
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def _read(name: str) -> _File:
    if name.endswith((".yaml", ".yml")):
        text = read_text(Path(name), name, "en")
    elif name in scenario_names():
        text = (SCENARIOS / f"{name}.yaml").read_text(encoding="utf-8")
    else:
        names = ", ".join(scenario_names())
        raise ConfigError(f"no scenario {name!r}; there are {names}, or a file FOLDER/NAME.yaml")
    try:
        return _File.model_validate_json(msgspec.json.encode(YAML(typ="safe").load(text)))
    except YAMLError as error:
        raise ConfigError(f"scenario {name}: {error}") from error
    except ValidationError as error:
        wrong = (
            f"{name}: {'.'.join(str(step) for step in each['loc'])}: {each['msg']}"
            for each in error.errors()
        )
        raise ConfigError("\n".join(wrong)) from error


def _steps(entry: Entry, chance: random.Random) -> list[Step]:
    if entry.at is not None:
        pause = entry.every.total_seconds()
        seconds = [entry.at.total_seconds() + pause * n for n in range(entry.times)]
    else:
        low, high = (d.total_seconds() for d in entry.between or ())
        seconds = [chance.uniform(low, high) for _ in range(entry.times)]
    return [
        Step(
            second=second,
            do=entry.do,
            device=entry.device,
            args=entry.args,
            lasts=entry.lasts.total_seconds(),
            reaches=entry.reaches,
            opens=entry.opens,
            expect=entry.expect,
            clears=entry.clears,
        )
        for second in seconds
    ]
