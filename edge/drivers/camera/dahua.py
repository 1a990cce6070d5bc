"""The events of Dahua's eventManager: a line of words, and JSON behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from edge.drivers.camera.codec import MOST_BODY, Said, Way, plain

HEARTBEAT_S: Final = 5
PATH: Final = f"/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat={HEARTBEAT_S}"
"""All codes: which of them mean something is the profile's, and a technician sees the others."""

_EVENT: Final = re.compile(
    r"Code=(?P<code>[^;\s]{1,64});action=(?P<action>[A-Za-z]{1,16});index=(?P<index>\d{1,6})"
    r"(?=(?P<behind>.?))",
    re.DOTALL,
)
_START: Final = "Code="
_DATA: Final = ";data="
_LONGEST_LINE: Final = 160
"""Letters from `Code=` to the end of the index."""
_WAYS: Final[dict[str, Way]] = {"start": "on", "stop": "off", "pulse": "pulse"}
_JSON: Final = json.JSONDecoder()


class Scanner:
    """Finds events in bytes that are cut anywhere; never raises.

    The parts around them are not relied on: there is firmware that counts their length wrongly, or
    forgets the blank line before the event.
    """

    def __init__(self) -> None:
        self._text = ""

    @property
    def pending(self) -> bool:
        """Whether an event waits for its rest."""
        return _START in self._text

    def feed(self, arrived: bytes) -> Iterator[Said]:
        """Yield the events that are whole with these bytes."""
        self._text += arrived.decode("utf-8", "replace")
        yield from self._events(last=False)

    def rest(self) -> Iterator[Said]:
        """Nothing more has come for a while: yield what can be made of the rest."""
        yield from self._events(last=True)

    def _events(self, *, last: bool) -> Iterator[Said]:
        while (begin := self._text.find(_START)) >= 0:
            self._text = self._text[begin:]
            event = _EVENT.match(self._text)
            if event is None:
                if len(self._text) < _LONGEST_LINE and not last:
                    return
                self._text = self._text[len(_START) :]
                continue
            end, tree = self._details(event, last=last)
            if end is None:
                return
            self._text = self._text[end:]
            if (said := _said(event, tree)) is not None:
                yield said
        keep = 0 if last else len(_START) - 1
        self._text = self._text[-keep:] if keep else ""

    def _details(self, event: re.Match[str], *, last: bool) -> tuple[int | None, Any]:
        """Where the event ends and the JSON behind it; no end while it is not whole."""
        end = event.end()
        behind = self._text[end : end + len(_DATA)]
        if not last and _DATA.startswith(behind) and behind != _DATA:
            return None, None
        if behind != _DATA:
            return end, None
        start = end + len(_DATA)
        while start < len(self._text) and self._text[start].isspace():
            start += 1
        try:
            tree, at = _JSON.raw_decode(self._text, start)
        except (ValueError, RecursionError):
            other = self._text.find(_START, start)
            if not last and other < 0 and len(self._text) - start <= MOST_BODY:
                return None, None
            return start, None
        return at, tree


def _said(event: re.Match[str], tree: Any) -> Said | None:
    """The event as one word; none for an action such as State, which neither begins nor ends."""
    way = _WAYS.get(event["action"].lower())
    if way is None:
        return None
    tree = tree if isinstance(tree, dict) else {}
    seen = tree.get("Object")
    label = seen.get("ObjectType") if isinstance(seen, dict) else tree.get("ObjectType")
    return Said(
        code=plain(event["code"]),
        way=way,
        where=_word(tree.get("Name")),
        channel=int(event["index"]) + 1,
        label=_word(label).lower(),
    )


def _word(value: object) -> str:
    return plain(value) if isinstance(value, str) else ""
