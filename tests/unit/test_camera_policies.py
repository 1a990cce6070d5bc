"""What becomes of what cameras see, on the sites that are shipped."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from edge.config import Configuration, load
from edge.model import Lane
from edge.site import IssuePolicy
from simulators.demo.stage import SITES
from tests.fakes.camera_link import PROFILES
from tests.fakes.fire import SITE, FireLife, alarm
from tests.fakes.rule_life import raised

LANES = {
    spec.category: Lane(spec.lane)
    for profile in PROFILES.values()
    for spec in profile.alarms.values()
}
"""Of every category that any make of camera has."""
SUSPECTED = ("fire.flame_suspected", "fire.smoke_suspected")
EXPECTED = {
    "camera.covered": "security",
    "camera.moved": "security",
    "camera": "equipment",
    "device": "equipment",
    "fire": "security",
    "lift": "security",
    "parking": "parking",
    "security": "security",
    "waste": "cleaning",
}


@cache
def shipped(name: str) -> Configuration:
    """A site of the demonstrations."""
    return load(Path(str(SITES / name / "site.yaml")), language="en")


def issue_of(site: str, category: str) -> IssuePolicy:
    """What people have to do about it; no resident is told of what a camera sees."""
    seen = replace(raised("cam-lane/x", category), lane=LANES[category])
    policy = shipped(site).site.policy_for(seen)
    assert policy is not None
    assert policy.notice is None
    assert policy.issue is not None
    return policy.issue


@pytest.mark.parametrize("category", sorted(LANES))
def test_property_staff_are_called_for_all_that_a_camera_can_see(category: str) -> None:
    """No category of any make is forgotten, and each is an issue of the kind that it is."""
    issue = issue_of("lakeside", category)
    expected = EXPECTED.get(category) or EXPECTED[category.partition(".")[0]]
    assert issue.category == expected
    assert issue.parties == ("property",)
    assert shipped("lakeside").warnings == ()


@pytest.mark.parametrize("category", SUSPECTED)
@pytest.mark.parametrize("site", ["lakeside", "riverside"])
def test_a_suspicion_is_no_fire(site: str, category: str) -> None:
    """Staff go and look: neither a fire for the street office, nor a matter of life and death."""
    issue = issue_of(site, category)
    assert issue.category != "fire"
    assert issue.parties == ("property",)
    assert LANES[category] is Lane.SECURITY


def test_of_a_suspicion_the_street_office_hears_nothing() -> None:
    """When nobody of the property looks, the community is told; it goes no further by itself."""
    for category in SUSPECTED:
        issue = issue_of("lakeside", category)
        assert issue.escalation.to == ("community",)
        assert "go and look" in issue.title.en


def test_a_real_fire_is_still_told_to_the_residents() -> None:
    """The narrow policy does not stand before the one for fire alarms."""
    for site in ("lakeside", "riverside"):
        policy = shipped(site).site.policy_for(raised("fire-3/1-1-6-1/fire", "fire.alarm"))
        assert policy is not None
        assert policy.issue is not None
        assert policy.issue.category == "fire"
        assert policy.notice is not None


@pytest.mark.parametrize("category", SUSPECTED)
def test_a_suspicion_confirms_no_fire(category: str) -> None:
    """Beside a detector, or with another camera, it opens no gate and calls no lift home."""
    life = FireLife(SITE)
    life.tell(1, alarm("1-1-5-1"), raised("smoke-1/x", category), raised("smoke-2/x", category))
    assert (life.story, life.commands) == ([], [])
    life.tell(2, alarm("1-1-5-2"))
    assert life.commands
