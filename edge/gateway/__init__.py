"""The composition root: the process, the site that it runs, and the page beside it."""

from edge.gateway.daemon import Daemon
from edge.gateway.gateway import Gateway

__all__ = ["Daemon", "Gateway"]
