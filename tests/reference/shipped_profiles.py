"""The profiles that are shipped, by id, in the order of their folders."""

from __future__ import annotations

from collections.abc import Mapping

from edge.profiles import Profiles, shipped
from edge.schema import Profile


def shipped_profiles() -> Mapping[str, Profile]:
    """Every one, as a site gets it."""
    profiles = Profiles(shipped())
    return {each: profiles.get(each) for each in profiles.ids()}
