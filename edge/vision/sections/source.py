"""Where a camera's pictures come from, as the site file says it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, StringConstraints

from edge.schema import Duration, Strict

STALLED: Final = timedelta(seconds=3)
"""A camera that sends nothing for so long is gone, whatever its connection says."""

RtspUrl: TypeAlias = Annotated[str, StringConstraints(pattern=r"^rtsps?://[^\s@]{1,2000}$")]
HttpUrl: TypeAlias = Annotated[str, StringConstraints(pattern=r"^https?://[^\s@]{1,2000}$")]
"""Addresses without a user name or password in them: those stand beside them."""


class _Source(Strict):
    stalled_after: Annotated[Duration, Field(ge=timedelta(seconds=1))] = Field(
        STALLED, description="Without a picture for so long, the link is down."
    )


class _Network(_Source):
    username: str = ""
    password_file: str | None = None
    ca_file: str | None = Field(
        None,
        description="The camera's certificate or its issuer's; else the system's count.",
    )


class RtspSource(_Network):
    """A stream over RTSP, over TCP only: over UDP pictures tear."""

    type: Literal["rtsp"]
    url: RtspUrl
    decode: Literal["all", "keyframes"] = Field(
        "all", description="Keyframes only cost a tenth, and suit what stands still."
    )


class MjpegSource(_Network):
    """A stream of JPEG pictures over HTTP (multipart/x-mixed-replace)."""

    type: Literal["mjpeg"]
    url: HttpUrl


class SnapshotSource(_Network):
    """A picture that is fetched again and again over HTTP; `stalled_after` counts as well."""

    type: Literal["snapshot"]
    url: HttpUrl
    every: Annotated[Duration, Field(ge=timedelta(milliseconds=100))] = timedelta(seconds=1)


class FileSource(_Source):
    """A recording that is played again and again, for demonstrations and tests."""

    type: Literal["file"]
    path: str


class UsbSource(_Source):
    """A camera that is plugged in: `/dev/video0`."""

    type: Literal["usb"]
    device: Annotated[str, StringConstraints(pattern=r"^/dev/[A-Za-z0-9_/.-]{1,100}$")]


SourceSection: TypeAlias = Annotated[
    RtspSource | MjpegSource | SnapshotSource | FileSource | UsbSource,
    Field(discriminator="type"),
]
