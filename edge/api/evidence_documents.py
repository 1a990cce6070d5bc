"""Evidence as the API tells of it: everything but the picture itself."""

from __future__ import annotations

from datetime import datetime

from edge.api.words import Document, Words
from edge.evidence.evidence import Evidence
from edge.model import Blurred, EvidenceKind
from edge.site import Site


class EvidenceView(Document):
    """A still or a clip; `id` is the hash of its bytes, `content` where these are.

    `blurred` says what was made unknowable: each face that was found, or all of the picture where
    nobody could look for faces. `alarms` are the keys of those that it is evidence of.
    """

    id: str
    camera: str
    name: Words | None
    kind: EvidenceKind
    media_type: str
    bytes: int
    blurred: Blurred
    faces: int
    began: datetime
    ended: datetime
    alarms: tuple[str, ...]
    content: str

    @classmethod
    def of(cls, evidence: Evidence, site: Site) -> EvidenceView:
        """One piece of evidence in the words of the site."""
        camera = site.devices.get(evidence.camera)
        return cls(
            id=evidence.sha256,
            camera=evidence.camera,
            name=Words.of(camera.name) if camera else None,
            kind=evidence.kind,
            media_type=evidence.media_type,
            bytes=evidence.size,
            blurred=evidence.blurred,
            faces=evidence.faces,
            began=evidence.began,
            ended=evidence.ended,
            alarms=evidence.alarms,
            content=f"/api/v1/evidence/{evidence.sha256}/content",
        )
