"""What is true now: how each link stands, how much has come."""

from __future__ import annotations

from collections.abc import Mapping

from edge.model import DeviceChanged, LinkChanged, Reading, Record


class State:
    """The read model; the pipeline writes it, everybody else only looks."""

    def __init__(self) -> None:
        self._links: dict[str, LinkChanged] = {}
        self.reading_count = 0
        self.event_count = 0

    @property
    def links(self) -> Mapping[str, LinkChanged]:
        """How each link stands."""
        return self._links

    def follow(self, record: Record) -> Reading | None:
        """Take one record; return the reading of `online` that follows from it, if one does."""
        if isinstance(record, Reading):
            self.reading_count += 1
            return None
        self.event_count += 1
        return self._online(record)

    def _online(self, record: Record) -> Reading | None:
        match record:
            case LinkChanged(link=name, up=up):
                self._links[name] = record
            case DeviceChanged(device=name, state=state):
                up = state != "offline"
            case _:
                return None
        return Reading(point=f"{name}/online", value=up, at=record.at)
