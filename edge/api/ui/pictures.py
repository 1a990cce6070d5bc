"""Pictures of an alarm as its page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import HTTPException

from edge.access.roles import Principal
from edge.api.evidence_routes import find, kept
from edge.api.house import House
from edge.evidence.evidence import Evidence, EvidenceQuery
from edge.model import Blurred, EvidenceKind, Text

BEFORE: Final = timedelta(minutes=2)
"""Before an alarm was raised: its delay, and what a clip shows of before that."""

AFTER: Final = timedelta(minutes=10)
"""After an alarm was over: what was being kept then."""

MOST: Final = 12
"""Of one alarm on its page; a still and a clip of each of three cameras are six."""

FRESH: Final = timedelta(minutes=3)
"""After its raise pictures of an alarm may still come: a clip takes its time."""

_HIDDEN: Final[dict[Blurred, Text]] = {
    "faces": Text("人脸已抹去", "faces hidden"),
    "whole": Text("全图已抹去：没有人脸模型", "hidden whole: no model for faces"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLine:
    """One picture or clip: which camera, when, and what of it was made unknowable."""

    camera: str
    kind: EvidenceKind
    at: datetime
    hidden: Text
    url: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What is shown of an alarm; `more` may still come, `may`: they may be seen."""

    lines: tuple[PictureLine, ...]
    may: bool
    more: bool = False


async def pictures_of(
    house: House, who: Principal, key: str, since: datetime, until: datetime | None
) -> Pictures:
    """The pictures of one occurrence of an alarm: from its raise to its end."""
    query = EvidenceQuery(
        limit=MOST,
        alarm=key,
        since=since - BEFORE,
        until=None if until is None else until + AFTER,
    )
    try:
        found, _ = await kept(house, who, query)
    except OSError:  # a page that tells of a fire does not fail for want of its pictures
        found = ()
    clips = any(each.kind == "clip" for each in found)
    fresh = house.now() - since < FRESH and not clips
    return Pictures(lines=lines_of(reversed(found)), may=who.may("inspect"), more=fresh)


async def pictures_in(house: House, who: Principal, told: Mapping[str, Any]) -> Pictures:
    """The pictures that an event tells of, as far as they are still kept; `told` is its body."""
    named = told.get("data", {}).get("evidence") or ()
    found: list[Evidence] = []
    for each in named[:MOST]:
        with suppress(OSError, HTTPException):
            found.append(await find(house, who, each["sha256"]))
    return Pictures(lines=lines_of(found), may=who.may("inspect"))


def lines_of(found: Iterable[Evidence]) -> tuple[PictureLine, ...]:
    """Evidence as a page shows it."""
    return tuple(
        PictureLine(
            camera=each.camera,
            kind=each.kind,
            at=each.began,
            hidden=_HIDDEN[each.blurred],
            url=f"/api/v1/evidence/{each.sha256}/content",
            media_type=each.media_type,
        )
        for each in found
    )
