"""The simulated property platform: it stores what the gateway tells and shows it on a page."""

from simulators.platform.platform import Platform

__all__ = ["Platform"]
