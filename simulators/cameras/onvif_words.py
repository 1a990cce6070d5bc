"""The envelope that everything of ONVIF is said in, and the names in it."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
WSA: Final = "http://www.w3.org/2005/08/addressing"
WSNT: Final = "http://docs.oasis-open.org/wsn/b-2"
WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
TDS: Final = "http://www.onvif.org/ver10/device/wsdl"
TRT: Final = "http://www.onvif.org/ver10/media/wsdl"
TEV: Final = "http://www.onvif.org/ver10/events/wsdl"
TT: Final = "http://www.onvif.org/ver10/schema"
TNS1: Final = "http://www.onvif.org/ver10/topics"

_SPACES: Final = " ".join(
    f'xmlns:{prefix}="{space}"'
    for prefix, space in {
        "s": SOAP,
        "wsa5": WSA,
        "wsnt": WSNT,
        "tds": TDS,
        "trt": TRT,
        "tev": TEV,
        "tt": TT,
        "tns1": TNS1,
    }.items()
)


def envelope(body: str) -> bytes:
    """A whole answer."""
    whole = f'<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope {_SPACES}><s:Body>{body}</s:Body>'
    return f"{whole}</s:Envelope>".encode()


def fault(code: str, reason: str) -> bytes:
    """What went wrong: the asker's mistake (`Sender`) or the camera's."""
    return envelope(
        f"<s:Fault><s:Code><s:Value>s:{code}</s:Value></s:Code><s:Reason>"
        f'<s:Text xml:lang="en">{escape(reason)}</s:Text></s:Reason></s:Fault>'
    )
