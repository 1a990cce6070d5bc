"""Readings over time, on the gateway's disk: what a point read, and when."""

from edge.history.history import History
from edge.history.samples import Sample

__all__ = ["History", "Sample"]
