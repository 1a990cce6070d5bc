"""Whether the picture that a camera sends can be trusted."""

from edge.vision.health.health import Health

__all__ = ["Health"]
