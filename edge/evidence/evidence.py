"""One picture or clip that is kept, how it is asked for, and why one is not taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from edge.model import Blurred, EvidenceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A still or a clip in which nobody can be known; `sha256` of its bytes is its id everywhere.

    `number` grows as evidence comes in, `file` is its name in the folder. `alarms` are the keys of
    those that it is about.
    """

    number: int = 0
    sha256: str
    camera: str
    kind: EvidenceKind
    media_type: str
    size: int
    blurred: Blurred
    began: datetime
    ended: datetime
    faces: int = 0
    file: str
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceQuery:
    """Which evidence, the latest first: with a number below `before`; what is empty leaves no out.

    `since` and `until` are about what it shows: it has to touch that span.
    """

    limit: int = 50
    before: int | None = None
    alarm: str = ""
    camera: str = ""
    since: datetime | None = None
    until: datetime | None = None


class EvidenceRefused(ValueError):
    """It is not kept; the text says why, for whoever asked for it."""
