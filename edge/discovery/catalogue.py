"""Every profile that a stranger could have, read from disk."""

from __future__ import annotations

from collections.abc import Mapping

from edge.errors import ConfigError
from edge.profiles import Profiles
from edge.schema import Profile


def catalogue(profiles: Profiles) -> Mapping[str, Profile]:
    """Return every profile that is sound, by its id; blocks, so it is for a thread.

    One that is broken is left out: whoever uses it is told of that elsewhere.
    """
    sound: dict[str, Profile] = {}
    for name in profiles.ids():
        try:
            sound[name] = profiles.get(name)
        except ConfigError:
            continue
    return sound
