"""Why a camera gives no pictures, in words for a technician."""

from __future__ import annotations

from edge.errors import LinkDown


class SourceLost(LinkDown):
    """The camera is lost; its text says why and holds no password."""


class SourceRefused(SourceLost):
    """The camera is there and says no: a wrong password, a wrong path. Asking again is no use."""
