"""What became of commands, as lines of a list; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from edge.api.ui.command_words import OUTCOMES, detail_words
from edge.api.ui.device.outcome import Tone
from edge.api.ui.event.story import command_of
from edge.model import EventLine, Text
from edge.rules.interlock import Grant
from edge.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """One command that has come to its end; `observed` is yes, no, or empty for cannot be seen."""

    number: int
    at: datetime
    device: str
    action: Text
    outcome: Text
    tone: Tone
    detail: Text
    observed: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """What a key of the platform may do."""

    key: str
    actions: tuple[str, ...]
    devices: tuple[str, ...]
    kinds: tuple[str, ...]


def command_lines(site: Site, found: Iterable[EventLine]) -> tuple[CommandLine, ...]:
    """The results of commands, in the order in which they were kept."""
    lines = (_line(site, each) for each in found)
    return tuple(line for line in lines if line is not None)


def key_lines(grants: Iterable[Grant]) -> tuple[KeyLine, ...]:
    """Who may command from afar, and what."""
    return tuple(
        KeyLine(
            key=grant.key,
            actions=tuple(sorted(grant.actions)),
            devices=tuple(sorted(grant.devices)),
            kinds=tuple(sorted(grant.kinds)),
        )
        for grant in grants
    )


def _line(site: Site, event: EventLine) -> CommandLine | None:
    said = command_of(event.body)
    if said is None:
        return None
    device = site.devices.get(event.subject.partition("/")[0])
    action = device.actions.get(said.action) if device else None
    seen = said.outcome == "done" and said.observed != "no"
    return CommandLine(
        number=event.number,
        at=event.at,
        device=event.subject.partition("/")[0],
        action=action.text if action else Text(said.action, said.action),
        outcome=OUTCOMES.get(said.outcome, Text(said.outcome, said.outcome)),
        tone="good" if seen else "fault",
        detail=detail_words(said.detail),
        observed=said.observed,
        by=said.issued_by,
    )
