"""A configuration from the platform: whole files, in an envelope signed over the bytes sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

from cloud_bridge.wire.limits import MAX_NUMBER, WireError
from cloud_bridge.wire.orders import Name, Own, Sealed, Word, opened
from cloud_bridge.wire.parts import Document, Instant
from cloud_bridge.wire.reading import read
from cloud_bridge.wire.topics import ROOT

MAX_REVISION_BYTES: Final = 512 * 1024
"""Of the message: a large site file has 50 kB, with own profiles some hundred; base64 adds a
third. A table with all the detectors of a large site does not fit, and stays as it is."""

MAX_REVISION_FILES: Final = 200
"""Ten times the profiles that a site has of its own."""

FileName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=255)]
FileText: TypeAlias = Annotated[str, Meta(max_length=MAX_REVISION_BYTES)]


class RevisionEnvelope(Document, frozen=True, kw_only=True):
    """What is on the wire: the revision's bytes and who signed them, in base64url."""

    signed: Annotated[str, Meta(min_length=1, max_length=MAX_REVISION_BYTES)]
    key: Name
    signature: Annotated[str, Meta(min_length=1, max_length=128)]


class Revision(Document, frozen=True, kw_only=True):
    """What the platform wants one gateway to run; what is not named stays as it is.

    `revision` grows from one to the next, never again the same. `base`, where it is written, is the
    hash of the configuration that it was made from: with another one it is refused. `site_file` is
    the text of the site file; `files` are profiles and tables by their names beside it, such as
    `profiles/lifts/own.yaml`; `gone` are profiles that shall not be there.
    """

    site: Name
    gateway: Name
    revision: Annotated[int, Meta(ge=1, le=MAX_NUMBER)]
    base: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    site_file: FileText | None = None
    files: Annotated[Mapping[FileName, FileText], Meta(max_length=MAX_REVISION_FILES)] = {}
    gone: Annotated[tuple[FileName, ...], Meta(max_length=MAX_REVISION_FILES)] = ()
    issued_by: Word
    issued_at: Instant
    expires_at: Instant
    nonce: Own


REVISION_ENVELOPE: Final = msgspec.json.Decoder(RevisionEnvelope)
_REVISION: Final = msgspec.json.Decoder(Revision)
_ENCODER: Final = msgspec.json.Encoder()


def config_topic(site: str, gateway: str) -> str:
    """Down: a configuration for this gateway."""
    return f"{ROOT}/{site}/{gateway}/config"


def open_revision(body: bytes) -> Sealed:
    """Take the envelope apart; `WireError` when it is too large or none."""
    if len(body) > MAX_REVISION_BYTES:
        raise WireError(f"{len(body)} bytes; at most {MAX_REVISION_BYTES}")
    envelope = read(REVISION_ENVELOPE, body, "envelope")
    return opened(envelope.signed, envelope.key, envelope.signature)


def read_revision(signed: bytes) -> Revision:
    """Read what was signed; to be asked once the signature is known to be good."""
    return read(_REVISION, signed, "revision")


def encode_revision(revision: Revision) -> bytes:
    """The bytes that are to be signed, and sent as they are."""
    return _ENCODER.encode(revision)
