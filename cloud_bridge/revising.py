"""Configurations as the platform's side makes them: whole files, numbered, signed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cloud_bridge.order_keys import SigningKey
from cloud_bridge.ordering import CHANCE_BYTES
from cloud_bridge.wire.revisions import Revision, encode_revision

LIFE: Final = timedelta(hours=1)
"""Long enough for a gateway that comes back from a cut line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants one gateway to run; see `Revision`."""

    site: str
    gateway: str
    revision: int
    by: str
    base: str = ""
    site_file: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()


def revision_of(draft: Draft, now: datetime, life: timedelta = LIFE) -> Revision:
    """The revision that says so, from now on for a while."""
    return Revision(
        site=draft.site,
        gateway=draft.gateway,
        revision=draft.revision,
        base=draft.base,
        site_file=draft.site_file,
        files=dict(draft.files),
        gone=draft.gone,
        issued_by=draft.by,
        issued_at=now,
        expires_at=now + life,
        nonce=secrets.token_hex(CHANCE_BYTES),
    )


def configuration_message(
    draft: Draft, key: SigningKey, now: datetime, life: timedelta = LIFE
) -> bytes:
    """The signed message for the topic `config`."""
    return key.seal_bytes(encode_revision(revision_of(draft, now, life)))
