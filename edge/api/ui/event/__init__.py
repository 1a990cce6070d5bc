"""Kept events as a technician looks at them: what happened, and how far it has been told."""
