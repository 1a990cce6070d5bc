"""The composition root: the process, the site that it runs, and the page beside it."""

from edge.gateway.daemon import Daemon
from edge.gateway.gateway import JOURNAL_FILE, Gateway

__all__ = ["JOURNAL_FILE", "Daemon", "Gateway"]
