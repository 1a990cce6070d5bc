"""The configuration's versions: what is, what was, what is tried, and what differs."""

from edge.versions.applying import Amiss, Applying, Conflict, Trial, Watch
from edge.versions.changes import Changes, changes
from edge.versions.difference import FileDifference, Line, difference
from edge.versions.files import Files, Unfit
from edge.versions.versions import Version, Versions

__all__ = [
    "Amiss",
    "Applying",
    "Changes",
    "Conflict",
    "FileDifference",
    "Files",
    "Line",
    "Trial",
    "Unfit",
    "Version",
    "Versions",
    "Watch",
    "changes",
    "difference",
]
