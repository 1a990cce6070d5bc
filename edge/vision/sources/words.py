"""What a technician reads when a camera gives no pictures."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

BY_STATUS: Final[Mapping[int, str]] = MappingProxyType(
    {
        HTTPStatus.BAD_REQUEST: "the camera does not understand the url (400)",
        HTTPStatus.UNAUTHORIZED: "login refused (401): check username and password_file",
        HTTPStatus.FORBIDDEN: "this user may not see the stream, or is locked out (403)",
        HTTPStatus.NOT_FOUND: "no such stream on the camera (404): check the path in the url",
        HTTPStatus.TOO_MANY_REQUESTS: "the camera is asked too often (429)",
        HTTPStatus.SERVICE_UNAVAILABLE: "the camera is busy (503): too many viewers?",
    }
)

BY_ERRNO: Final[Mapping[int, str]] = MappingProxyType(
    {
        errno.ECONNREFUSED: "refused: nothing listens at that address and port",
        errno.EHOSTUNREACH: "no route: nothing answers at that address",
        errno.ENETUNREACH: "no route to the camera's network",
        errno.ENETDOWN: "the gateway's own network is down",
        errno.EHOSTDOWN: "no route: the camera is off",
        errno.ETIMEDOUT: "timed out: the camera does not answer",
        errno.ECONNRESET: "the camera has broken off the connection",
        errno.EPIPE: "the camera has broken off the connection",
        errno.ECONNABORTED: "the camera has broken off the connection",
        errno.ENOENT: "there is no such file",
        errno.EACCES: "no permission to read it",
        errno.EPERM: "no permission to read it",
        errno.EISDIR: "that is a folder",
        errno.EBUSY: "something else is using the camera",
        errno.ENODEV: "the camera was unplugged, or is none",
        errno.ENOTTY: "that is not a camera",
        errno.EINVAL: "the camera does not accept how it is asked",
        errno.EIO: "the camera does not answer as it should",
    }
)

TIMED_OUT: Final = BY_ERRNO[errno.ETIMEDOUT]
NO_HOST: Final = "no such host: its name cannot be resolved"
NO_VIDEO: Final = "no video in what the camera sends"
NONSENSE: Final = "nonsense: what the camera sends is no video that can be read"
CLOSED: Final = "the camera has ended the stream"
UNTRUSTED: Final = "the camera's certificate is not trusted: name it, or its issuer's, in ca_file"
NO_CERTIFICATE: Final = "the ca_file for the camera's certificate cannot be read"
A_PAGE: Final = "the camera answers with a page, not with pictures: check the path in the url"
A_STREAM: Final = "that url is a stream: use a source of type mjpeg"
A_PICTURE: Final = "that url is one picture, not a stream: use a source of type snapshot"
NO_KEYFRAMES: Final = "the camera sends no keyframes: set an I-frame interval of 1 to 4 s on it"


def stalled(seconds: float) -> str:
    """Nothing came for so long."""
    return f"stalled: no picture for {seconds:.1f} s"


def for_status(status: int) -> str:
    """The camera answers with a status of HTTP or RTSP that is not 200."""
    return BY_STATUS.get(status, f"the camera answers with an error ({status})")


def for_errno(number: int) -> str:
    """The operating system says why; never with the address, that may hold a password."""
    return BY_ERRNO.get(number, f"error {errno.errorcode.get(number, number)}")
