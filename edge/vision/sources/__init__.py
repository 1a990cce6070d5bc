"""Where pictures come from: streams, snapshots, files, cameras that are plugged in."""

from __future__ import annotations

from edge.vision.sections.source import (
    FileSource,
    MjpegSource,
    RtspSource,
    SnapshotSource,
    SourceSection,
)
from edge.vision.sources.file import File
from edge.vision.sources.mjpeg import Mjpeg
from edge.vision.sources.rtsp import Rtsp
from edge.vision.sources.snapshot import Snapshot
from edge.vision.sources.taken import Now, Source
from edge.vision.sources.usb import Usb


def open_source(section: SourceSection, password: str, now: Now) -> Source:
    """Return the source that a section describes; its own `open` connects it."""
    match section:
        case RtspSource():
            return Rtsp(section, password, now)
        case MjpegSource():
            return Mjpeg(section, password, now)
        case SnapshotSource():
            return Snapshot(section, password, now)
        case FileSource():
            return File(section, now)
    return Usb(section, now)
