"""Evidence on the wire: pieces of a picture or a clip, and how much of it the platform has."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from cloud_bridge.wire.limits import MAX_EVIDENCE_BYTES, MAX_PIECE_BYTES, WireError
from cloud_bridge.wire.parts import Document, Words
from cloud_bridge.wire.reading import read
from cloud_bridge.wire.topics import ROOT

PIECE_CONTENT_TYPE: Final = "application/octet-stream"

_HEAD: Final = struct.Struct(">QQ")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Size = Annotated[int, Meta(ge=0, le=MAX_EVIDENCE_BYTES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Bytes of a picture from `offset` on; `total` it has. Without bytes it asks how much is there.

    On the wire: `offset` and `total` in eight bytes each, big-endian, then the bytes.
    """

    offset: int
    total: int
    body: bytes = b""


class EvidenceReceipt(Document, frozen=True, kw_only=True):
    """How much of a picture the platform has: `had` bytes from its beginning on.

    `stored`: all of it, and its hash is right. `damaged`: it had all, the hash was wrong, and what
    it had is thrown away. `refused` says why it wants none of it.
    """

    sha256: Sha256
    had: Size = 0
    stored: bool = False
    damaged: bool = False
    refused: Words = ""


_RECEIPT: Final = msgspec.json.Decoder(EvidenceReceipt)


def encode_piece(piece: Piece) -> bytes:
    """The piece as it travels."""
    return _HEAD.pack(piece.offset, piece.total) + piece.body


def decode_piece(body: bytes) -> Piece:
    """Read a piece; `WireError` says what does not fit."""
    if len(body) > _HEAD.size + MAX_PIECE_BYTES:
        raise WireError(f"{len(body)} bytes; a piece has at most {MAX_PIECE_BYTES}")
    if len(body) < _HEAD.size:
        raise WireError("no piece of evidence: its head is cut")
    offset, total = _HEAD.unpack_from(body)
    piece = Piece(offset=offset, total=total, body=body[_HEAD.size :])
    if not 0 < total <= MAX_EVIDENCE_BYTES or offset + len(piece.body) > total:
        raise WireError("no piece of evidence: it lies outside of what it is a piece of")
    return piece


def encode_evidence_receipt(receipt: EvidenceReceipt) -> bytes:
    """The receipt as JSON."""
    return msgspec.json.encode(receipt)


def decode_evidence_receipt(body: bytes) -> EvidenceReceipt:
    """Read what the platform has; `WireError` says what does not fit."""
    return read(_RECEIPT, body, "evidence receipt")


def evidence_of(rest: str) -> str:
    """The hash in the rest of a topic, `evidence/<sha256>`; `WireError` when it is none."""
    first, _, sha256 = rest.partition("/")
    if first != "evidence" or not _SHA256.fullmatch(sha256):
        raise WireError(f"{rest[:80]!r} names no evidence")
    return sha256


def evidence_topic(site: str, gateway: str, sha256: str) -> str:
    """Up: pieces of one picture or clip."""
    return f"{ROOT}/{site}/{gateway}/evidence/{sha256}"


def evidence_receipts_topic(site: str, gateway: str) -> str:
    """Down: how much of a picture or clip is there."""
    return f"{ROOT}/{site}/{gateway}/evidence_receipts"
