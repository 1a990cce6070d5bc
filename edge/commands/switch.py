"""The switch at the site: whether commands from afar are carried out at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

Position: TypeAlias = Literal["on", "off"]

SWITCH: Final = "commands:remote"
"""The journal's key."""


class RemoteSwitch:
    """Off where the site file does not allow remote commands; else as somebody last left it."""

    def __init__(self, allowed: Position) -> None:
        self._allowed = allowed
        self._position: Position = "on"
        self._turned: list[Callable[[], None]] = []

    @property
    def position(self) -> Position:
        """Whether commands from afar are carried out."""
        return self._position if self._allowed == "on" else "off"

    def allow(self, allowed: Position) -> None:
        """Take what the site file says from now on."""
        self._allowed = allowed

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Take up how it was left."""
        self._position = "off" if states.get(SWITCH) == b"off" else "on"

    def on_turned(self, then: Callable[[], None]) -> None:
        """Call this each time when somebody at the site switches them on."""
        self._turned.append(then)

    def turn(self, position: Position) -> Mapping[str, bytes | None]:
        """Switch at once; return what has to be kept for it to outlive a restart."""
        self._position = position
        if position == "on":
            for then in self._turned:
                then()
        return {SWITCH: position.encode()}
