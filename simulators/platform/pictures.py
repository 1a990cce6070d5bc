"""What the platform knows of pictures: of which alarm each is evidence, and which have come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import apsw

from cloud_bridge.wire import Bilingual, CloudEvent, Data, origin_of
from cloud_bridge.wire.documents import EvidenceData
from simulators.platform.instants import micros
from simulators.platform.shown import Picture

MOST_ON_A_CARD = 8
"""Three cameras with a still and a clip each, and two more."""


def know(db: apsw.Connection, event: CloudEvent[Data | None], data: EvidenceData) -> None:
    """A gateway has kept pictures; their bytes come by another way, before or after."""
    site, camera = origin_of(event)[0], data.device
    name = camera.name if camera and camera.name else None
    told = camera.id if camera else ""
    for each in data.evidence:
        db.execute(
            "INSERT OR IGNORE INTO pictures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(site, each.sha256, data.alarm.id if data.alarm else "", each.kind),
                *(each.media_type, each.blurred, micros(each.began)),
                *(name.zh if name else told, name.en if name else told),
            ),
        )


def come(db: apsw.Connection, site: str, sha256: str) -> None:
    """All of a picture is there, and its hash was right."""
    db.execute("INSERT OR IGNORE INTO pictures_come VALUES (?, ?)", (site, sha256))


def media_type(db: apsw.Connection, site: str, sha256: str) -> str:
    """What a picture is, as its gateway said it; empty while it has not come, or nobody has."""
    row = db.execute(
        "SELECT media_type FROM pictures JOIN pictures_come USING (site, sha256)"
        " WHERE site = ? AND sha256 = ? LIMIT 1",
        (site, sha256),
    ).fetchone()
    return str(row[0]) if row else ""


def of_alarms(db: apsw.Connection) -> Mapping[tuple[str, str], Sequence[Picture]]:
    """The pictures by site and alarm, in the order in which they were taken."""
    found: dict[tuple[str, str], list[Picture]] = defaultdict(list)
    for site, alarm, sha256, kind, blurred, began, zh, en, there in db.execute(
        "SELECT site, alarm, sha256, kind, blurred, began, camera_zh, camera_en,"
        " EXISTS (SELECT 1 FROM pictures_come c WHERE c.site = p.site AND c.sha256 = p.sha256)"
        " FROM pictures p WHERE alarm <> '' ORDER BY camera_en, kind DESC, began"
    ):
        of = found[str(site), str(alarm)]
        if len(of) < MOST_ON_A_CARD:
            of.append(
                Picture(
                    sha256=str(sha256),
                    kind=str(kind),
                    blurred=str(blurred),
                    at=int(began) / 1e6,
                    camera=Bilingual(zh=str(zh), en=str(en)),
                    there=bool(there),
                )
            )
    return found
