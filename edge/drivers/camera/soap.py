"""ONVIF's questions in SOAP, and what its answers say; pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from edge.drivers.camera.codec import Garbled, plain
from edge.drivers.camera.xml_tree import Element, read_xml
from edge.vision.http_login import Login

DEVICE: Final = "http://www.onvif.org/ver10/device/wsdl"
_ADDRESSING: Final = "http://www.w3.org/2005/08/addressing"
_SECURITY: Final = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
)
_UTILITY: Final = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
)
_TOKEN: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"  # noqa: S105 - a name of the standard
_ENCODING: Final = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: what is done, and what it is done with; the camera may wait for `waits_s`."""

    action: str
    body: str
    reference: Sequence[Element] = ()
    waits_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Who asks; `created` is the instant by the camera's clock, `nonce` sixteen bytes of chance."""

    login: Login | None
    created: datetime
    nonce: bytes


CLOCK: Final = Question(
    action=f"{DEVICE}/GetSystemDateAndTime", body=f'<GetSystemDateAndTime xmlns="{DEVICE}"/>'
)
SERVICES: Final = Question(
    action=f"{DEVICE}/GetCapabilities",
    body=f'<GetCapabilities xmlns="{DEVICE}"><Category>All</Category></GetCapabilities>',
)


def envelope(question: Question, *, to: str, number: str, proof: Proof) -> bytes:
    """The question as it is sent to an address; `number` is its own."""
    reference = "".join(
        f"<p:{each.name} xmlns:p={quoteattr(each.space)}>{escape(each.text)}</p:{each.name}>"
        for each in question.reference
    )
    security = _security(proof.login, proof) if proof.login is not None else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        f' xmlns:a="{_ADDRESSING}"><s:Header>'
        f"<a:Action>{question.action}</a:Action><a:MessageID>{number}</a:MessageID>"
        f"<a:To>{escape(to)}</a:To>{reference}{security}</s:Header>"
        f"<s:Body>{question.body}</s:Body></s:Envelope>"
    ).encode()


def _security(login: Login, proof: Proof) -> str:
    at = proof.created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    digest = password_digest(proof.nonce, at, login.password)
    return (
        f'<w:Security xmlns:w="{_SECURITY}"><w:UsernameToken>'
        f"<w:Username>{escape(login.username)}</w:Username>"
        f'<w:Password Type="{_TOKEN}#PasswordDigest">{digest}</w:Password>'
        f'<w:Nonce EncodingType="{_ENCODING}">{base64.b64encode(proof.nonce).decode()}</w:Nonce>'
        f'<Created xmlns="{_UTILITY}">{at}</Created></w:UsernameToken></w:Security>'
    )


def password_digest(nonce: bytes, created: str, password: str) -> str:
    """The digest of a UsernameToken: base64 of SHA-1 over nonce, instant and password."""
    raw = nonce + created.encode() + password.encode()
    return base64.b64encode(hashlib.sha1(raw, usedforsecurity=False).digest()).decode()


def body_of(raw: bytes) -> Element:
    """What an answer says; `Garbled` with the camera's own words where it refuses."""
    root = read_xml(raw)
    body = root.first("Body") if root.name == "Envelope" else None
    if body is None:
        raise Garbled("not SOAP")
    fault = body.first("Fault")
    if fault is not None:
        said = fault.word("Reason", "Text") or fault.word("faultstring") or fault.word("Value")
        raise Garbled(f"the camera refuses: {plain(said) or 'a fault'}")
    return body


def clock_of(body: Element) -> datetime | None:
    """The camera's clock, none where it does not say."""
    clock = body.first("UTCDateTime")
    if clock is None:
        return None
    try:
        year, month, day, hour, minute, second = (
            int(clock.word(*path))
            for path in (
                ("Date", "Year"),
                ("Date", "Month"),
                ("Date", "Day"),
                ("Time", "Hour"),
                ("Time", "Minute"),
                ("Time", "Second"),
            )
        )
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def service_of(body: Element, name: str) -> str:
    """Where a service (`Events`, `Media`) is; empty where there is none."""
    return body.word("Capabilities", name, "XAddr")
