"""What an RTSP camera says of its stream before anybody plays it (RFC 4566, RFC 6184)."""

from __future__ import annotations

import base64

from simulators.cameras.rtp import CLOCK, PAYLOAD_TYPE

TRACK = "trackID=1"


def description(name: str, sps: bytes, pps: bytes, *, host: str, fps: float) -> bytes:
    """One video stream, with its parameter sets, so that a decoder is ready before a picture."""
    sets = ",".join(base64.b64encode(each).decode() for each in (sps, pps))
    profile = sps[1:4].hex().upper()
    sprop = f"profile-level-id={profile};sprop-parameter-sets={sets}"
    lines = (
        "v=0",
        f"o=- 1 1 IN IP4 {host}",
        f"s={name}",
        f"c=IN IP4 {host}",
        "t=0 0",
        "a=control:*",
        "a=range:npt=0-",
        f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        f"a=rtpmap:{PAYLOAD_TYPE} H264/{CLOCK}",
        f"a=fmtp:{PAYLOAD_TYPE} packetization-mode=1;{sprop}",
        f"a=framerate:{fps:g}",
        f"a=control:{TRACK}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()
