"""Answers of cameras to the question who is there: sound ones, and what hostile ones try."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.discovery.probe_match import MOST_BYTES, Camera, Malformed, cameras_in, probe
from simulators.onvif import OnvifCamera

NUMBER = "urn:uuid:00000000-0000-4000-8000-00000000abcd"

HEAD = (
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
    f"<e:Header><a:RelatesTo>{NUMBER}</a:RelatesTo></e:Header><e:Body><d:ProbeMatches>"
)
TAIL = "</d:ProbeMatches></e:Body></e:Envelope>"


def match(scopes: str, addresses: str) -> str:
    """One match."""
    return (
        "<d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:1</a:Address>"
        f"</a:EndpointReference><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{addresses}</d:XAddrs>"
        "</d:ProbeMatch>"
    )


def test_a_camera_as_published() -> None:
    """An answer as cameras send it: scopes with escapes, two addresses, other namespaces."""
    raw = HEAD + match(
        "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/Profile/Streaming "
        "onvif://www.onvif.org/hardware/DS-2CD2032-I onvif://www.onvif.org/name/HIKVISION%20DS "
        "onvif://www.onvif.org/location/%E5%8D%97%E9%97%A8",
        "http://192.168.1.64/onvif/device_service http://[fe80::1]/onvif/device_service",
    )
    assert cameras_in((raw + TAIL).encode(), NUMBER) == (
        Camera(
            id="urn:uuid:1",
            name="HIKVISION DS",
            model="DS-2CD2032-I",
            place="南门",
            addresses=(
                "http://192.168.1.64/onvif/device_service",
                "http://[fe80::1]/onvif/device_service",
            ),
        ),
    )


def test_the_simulated_camera_understands_the_question() -> None:
    """Question and answer meet without a socket; another question is not answered."""
    camera = OnvifCamera("Gate east", "SIM-1")
    answer = camera.answer(probe(NUMBER))
    assert answer is not None
    [found] = cameras_in(answer, NUMBER)
    assert (found.name, found.model) == ("Gate east", "SIM-1")
    assert camera.answer(b"<Probe/>") is None


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no element"),
        (b"\x00\xff", "syntax error"),
        (b"x" * (MOST_BYTES + 1), "bytes"),
        (("<!DOCTYPE a [<!ENTITY b 'c'>]>" + HEAD + TAIL).encode(), "document type"),
        (("<!DOCTYPE a SYSTEM 'file:///etc/passwd'>" + HEAD + TAIL).encode(), "document type"),
        (
            ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a>' + HEAD + TAIL).encode("utf-16"),
            "document type",
        ),
        ((HEAD + "<x>" * 20 + "</x>" * 20 + TAIL).encode(), "deep"),
        ((HEAD + match("a" * 5000, "http://x/") + TAIL).encode(), "too long"),
        ((HEAD + match("", "http://x/") * 17 + TAIL).encode(), "too many"),
        ((HEAD + TAIL).replace("abcd", "abce").encode(), "another question"),
        ((HEAD + TAIL).encode()[:-9], "no element found|not well-formed|unclosed"),
    ],
)
def test_what_is_refused(raw: bytes, why: str) -> None:
    """No entities, no depth, no length without bound; no answer to somebody else's question."""
    with pytest.raises(Malformed, match=why):
        cameras_in(raw, NUMBER)


def test_only_addresses_of_the_web_are_told() -> None:
    """A page shows them as links: nothing else may stand there; without any it is no camera."""
    bad = "javascript:alert(1) file:///etc/passwd http:// ftp://x http://" + "x" * 300
    assert cameras_in((HEAD + match("", bad) + TAIL).encode(), NUMBER) == ()
    [one] = cameras_in((HEAD + match("", bad + " https://cam/x") + TAIL).encode(), NUMBER)
    assert one.addresses == ("https://cam/x",)


def test_names_are_printable_and_short() -> None:
    """Whatever a scope holds, a screen can show it."""
    scope = "onvif://www.onvif.org/name/" + "%0A%1B%5B31m" + "n" * 200
    [one] = cameras_in((HEAD + match(scope, "http://x/") + TAIL).encode(), NUMBER)
    assert one.name.isprintable()
    assert len(one.name) == 80


@given(st.binary(max_size=400))
def test_anything_at_all(raw: bytes) -> None:
    """Whatever comes, it is a camera, or refused in one way."""
    for each in (raw, HEAD.encode() + raw + TAIL.encode()):
        try:
            cameras_in(each, NUMBER)
        except Malformed:
            continue
