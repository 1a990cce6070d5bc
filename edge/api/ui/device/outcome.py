"""What became of a command, as the one who asked for it is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.api.ui.command_words import OUTCOMES, detail_words
from edge.model import Action, CommandResult, Text

Tone: TypeAlias = Literal["good", "fault", "info"]

_SEEN: Final = Text("已看到真的发生", "It was seen to have happened")
_NOT_SEEN: Final = Text(
    "设备说做了，但没有看到它发生：去现场看",
    "The device says it was done, but it was not seen to happen: go and look",
)
_SEEN_ANYWAY: Final = Text(
    "虽然没有好的应答，但看到它发生了", "There was no good answer, but it was seen to happen"
)
_CANNOT_SEE: Final = Text(
    "设备确认了；能否真的发生，网关看不到",
    "The device has confirmed it; whether it really happened the gateway cannot see",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of a command: `seen` is whether it was seen to have happened, in words."""

    text: Text
    outcome: Text
    detail: Text
    seen: Text | None
    tone: Tone
    at: datetime


def outcome_of(result: CommandResult, action: Action) -> Outcome:
    """Tell it; what was only confirmed and not seen is no success yet."""
    seen = _seen(result, action)
    well = result.outcome == "done" and result.observed != "no"
    return Outcome(
        text=action.text,
        outcome=OUTCOMES[result.outcome],
        detail=detail_words(result.detail),
        seen=seen,
        tone="good" if well else "fault",
        at=result.at,
    )


def _seen(result: CommandResult, action: Action) -> Text | None:
    match result.outcome, result.observed:
        case "done", "yes":
            return _SEEN
        case "done", "no":
            return _NOT_SEEN
        case _, "yes":
            return _SEEN_ANYWAY
        case "done", _ if action.effect != "reads":
            return _CANNOT_SEE
        case _:
            return None
