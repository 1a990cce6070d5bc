"""Which commands were taken and what became of them, so that each is carried out once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from edge.instants import reckonable
from edge.model import Command, CommandResult, Outcome

COMMAND: Final = "command:"
"""How the journal's keys of commands begin."""

MOST: Final = 10_000
"""Commands remembered in each room: three days of one every 26 seconds."""

KEPT_FOR: Final = timedelta(days=3)
"""A platform that has not been answered for longer has to ask what became of it."""

SAFE_AFTER: Final = timedelta(hours=1)
"""After its expiry by this much a copy is refused as too old, whatever a clock may be off."""

INTERRUPTED: Final = "interrupted: unknown: the gateway restarted while it was under way"


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One command: `content` tells it from another of the same id; no outcome while under way."""

    content: str
    device: str
    action: str
    issued_by: str
    expires_at: datetime
    taken_at: datetime
    outcome: Outcome | None = None
    detail: str = ""
    observed: Literal["", "yes", "no"] = ""
    ended_at: datetime | None = None

    def result(self, command: str) -> CommandResult | None:
        """What became of it, once that is known."""
        if self.outcome is None:
            return None
        return CommandResult(
            command=command,
            device=self.device,
            action=self.action,
            outcome=self.outcome,
            at=self.ended_at or self.taken_at,
            detail=self.detail,
            observed=self.observed,
            issued_by=self.issued_by,
        )


class Ledger:
    """Remembers by room and id, oldest first; each room is bounded in number and age.

    A room is who asks, such as `technician`: nobody uses up the ids, or the place, of another.
    """

    def __init__(self) -> None:
        self._rooms: dict[str, dict[str, Line]] = defaultdict(dict)

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Take up what was kept; a body from a version with another shape is left out."""
        lines: dict[str, Line] = {}
        for key, body in states.items():
            if key.startswith(COMMAND):
                with suppress(msgspec.MsgspecError, UnicodeDecodeError):
                    line = _LINE.decode(body)
                    if reckonable(line):
                        lines[key.removeprefix(COMMAND)] = line
        self._rooms.clear()
        for name, line in sorted(lines.items(), key=lambda each: each[1].taken_at):
            room, _, command = name.partition("/")
            self._rooms[room][command] = line

    def get(self, room: str, command: str) -> Line | None:
        """What is known of this id."""
        return self._rooms[room].get(command)

    def interrupted(self, now: datetime) -> list[tuple[str, CommandResult]]:
        """What to answer, by room, for those that were taken and have no outcome."""
        return [
            (
                room,
                CommandResult(
                    command=command,
                    device=line.device,
                    action=line.action,
                    outcome="failed",
                    at=now,
                    detail=INTERRUPTED,
                    issued_by=line.issued_by,
                ),
            )
            for room, lines in self._rooms.items()
            for command, line in lines.items()
            if line.outcome is None
        ]

    def take(self, room: str, command: Command, now: datetime) -> Mapping[str, bytes | None]:
        """Note that it is taken; return what has to be on disk before the device is told."""
        line = Line(
            content=content_of(command),
            device=command.device,
            action=command.action,
            issued_by=command.issued_by,
            expires_at=command.expires_at,
            taken_at=now,
        )
        self._rooms[room][command.id] = line
        return {_key(room, command.id): _ENCODER.encode(line), **self._forget(now)}

    def end(self, room: str, result: CommandResult) -> Mapping[str, bytes | None]:
        """Note its outcome; return what has to be on disk together with the result."""
        line = self._rooms[room].get(result.command)
        if line is None:
            return {}
        ended = msgspec.structs.replace(
            line,
            outcome=result.outcome,
            detail=result.detail,
            observed=result.observed,
            ended_at=result.at,
        )
        self._rooms[room][result.command] = ended
        return {_key(room, result.command): _ENCODER.encode(ended)}

    def has_room(self, room: str, now: datetime) -> bool:
        """Whether one more can be remembered without forgetting what might come again."""
        lines = self._rooms[room]
        return len(lines) < MOST or _safe(next(iter(lines.values())), now)

    def _forget(self, now: datetime) -> dict[str, bytes | None]:
        gone: dict[str, bytes | None] = {}
        for room, lines in self._rooms.items():
            for command in tuple(_past(lines, now)):
                del lines[command]
                gone[_key(room, command)] = None
        return gone


def _past(lines: Mapping[str, Line], now: datetime) -> Iterator[str]:
    """The oldest ones, as far as they are too old or too many and may be forgotten."""
    too_many = len(lines) - MOST
    for number, (command, line) in enumerate(lines.items()):
        old = now - line.taken_at > KEPT_FOR or number < too_many
        if not old or not _safe(line, now):
            return
        yield command


def _key(room: str, command: str) -> str:
    return f"{COMMAND}{room}/{command}"


def content_of(command: Command) -> str:
    """What tells a command from another one of the same id: what is wanted of which device."""
    said = [command.device, command.action, sorted(command.args.items())]
    return hashlib.sha256(_ENCODER.encode(said)).hexdigest()[:32]


def _safe(line: Line, now: datetime) -> bool:
    return line.outcome is not None and now - line.expires_at > SAFE_AFTER


_ENCODER: Final = msgspec.json.Encoder()
_LINE: Final = msgspec.json.Decoder(Line)
