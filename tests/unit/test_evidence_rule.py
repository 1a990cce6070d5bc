"""Which cameras keep what they see of which alarm, and who shares it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from edge.errors import ConfigError
from edge.model import (
    Action,
    AlarmUpdated,
    Command,
    CommandResult,
    Device,
    Event,
    EvidenceKept,
    Location,
    Record,
    Text,
)
from edge.rules.engine import Engine
from edge.rules.evidence import BUILT_IN, MOST_SHARED, EvidenceOptions
from edge.rules.nearest import nearest
from tests.fakes.rule_life import at, cleared, device, raised
from tests.fakes.site import bare_site

CAPTURE = {"capture": Action(text=Text("", ""))}


def standing(name: str, **place: str) -> tuple[str, Device]:
    """A camera at a place."""
    _, made = device(name, kind="camera", actions=CAPTURE)
    return name, replace(made, location=Location(**place))


def thing(name: str, **place: str) -> tuple[str, Device]:
    """Some other device."""
    _, made = device(name, kind="sensor")
    return name, replace(made, location=Location(**place))


SITE = bare_site(
    devices=dict(
        (
            standing("cam-a", building="b1", unit="1", floor="1"),
            standing("cam-b", building="b1", unit="1", floor="3"),
            standing("cam-c", building="b1", unit="1"),
            standing("cam-d", building="b1"),
            standing("cam-e", building="b1", unit="2", floor="3"),
            standing("cam-gate"),
            standing("cam-z", building="b2"),
            thing("smoke-1", building="b1", unit="1", floor="3"),
            thing("pump-1", building="b2"),
            thing("lift-1", building="b1", unit="1"),
            thing("post-1"),
            thing("far-1", building="b9"),
        )
    )
)


class Life:
    """The rule in an engine: what it told cameras, and of which alarms it said what was kept."""

    def __init__(self, **options: Any) -> None:
        self.options = EvidenceOptions.model_validate(options)
        self.engine = Engine(tuple(BUILT_IN.build(SITE, self.options)))
        self.commands: list[Command] = []
        self.kept: list[EvidenceKept] = []
        self.disk: dict[str, bytes] = {}
        self._take(self.engine.begin(at(0)))

    def tell(self, seconds: float, *records: Record) -> None:
        """This happens at that second."""
        for record in records:
            self._take(self.engine.feed(record, at(seconds)))

    def killed(self, back: float) -> None:
        """Only the disk is left; another process begins at that second."""
        self.engine = Engine(tuple(BUILT_IN.build(SITE, self.options)))
        assert self.engine.restore(self.disk) == []
        self._take(self.engine.begin(at(back)))

    def _take(self, follows: Any) -> None:
        for each in follows:
            if isinstance(each, Command):
                self.commands.append(each)
            else:
                assert isinstance(each, EvidenceKept)
                self.kept.append(each)
        self.disk |= self.engine.take_changed()

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Which camera, about which alarm."""
        return [(each.device, each.about) for each in self.commands]

    @property
    def shared(self) -> list[tuple[str, str]]:
        """Which alarm got which picture besides."""
        return [(each.alarm, each.sha256[:1]) for each in self.kept]


def kept(camera: str, alarm: str, picture: str, seconds: float = 0) -> EvidenceKept:
    """A camera kept a picture."""
    return EvidenceKept(
        device=camera,
        alarm=alarm,
        what="still",
        media_type="image/jpeg",
        sha256=picture * 64,
        size=1,
        blurred="faces",
        began=at(seconds),
        ended=at(seconds),
        at=at(seconds),
    )


def failed(command: Command, outcome: Any = "failed") -> CommandResult:
    """What became of it."""
    return CommandResult(
        command=command.id,
        device=command.device,
        action=command.action,
        outcome=outcome,
        at=command.expires_at,
        issued_by=command.issued_by,
    )


@pytest.mark.parametrize(
    ("device", "cameras"),
    [
        ("smoke-1", ["cam-b", "cam-c", "cam-a"]),
        ("lift-1", ["cam-a", "cam-b", "cam-c"]),
        ("pump-1", ["cam-z"]),
        ("post-1", ["cam-gate"]),
        ("far-1", []),
        ("cam-e", ["cam-e"]),
    ],
)
def test_the_nearest_cameras_are_told(device: str, cameras: list[str]) -> None:
    """Same floor, unit, building; three at most; a camera's own alarm is its own; never abroad."""
    life = Life()
    life.tell(1, raised(f"{device}/x", "lift.entrapment"))
    assert sorted(life.asked) == sorted((camera, f"{device}/x") for camera in cameras)
    for command in life.commands:
        assert (command.action, command.issuer, command.expires_at) == ("capture", "rule", at(11))


def test_nearness_goes_by_room_floor_unit_building() -> None:
    """In that order; without a place nothing of a building is near."""
    cameras = [
        made
        for _, made in (
            standing("c1", building="b", unit="2", floor="3"),
            standing("c2", building="b"),
            standing("c3", building="b", unit="1"),
            standing("c4", building="b", floor="3"),
            standing("c5", building="b", unit="1", floor="3"),
            standing("c6", building="b", unit="1", floor="3", room="301"),
        )
    ]
    place = Location(building="b", unit="1", floor="3", room="301")
    assert nearest(cameras, place, 9) == ("c6", "c5", "c4", "c3", "c2", "c1")
    assert nearest(cameras, place, 2) == ("c6", "c5")
    assert nearest(cameras, Location(), 9) == ()
    assert nearest(cameras, Location(building="b", floor="3"), 3) == ("c4", "c1", "c5")


@pytest.mark.parametrize(
    "category",
    ["camera.covered", "link.offline", "link.silent", "network.offline", "device.offline",
     "gateway.degraded", "device.battery", "fire.offline"],
)  # fmt: skip
def test_what_only_cannot_be_heard_or_seen_has_no_picture(category: str) -> None:
    """Of a lost link or a covered camera a picture tells nothing."""
    life = Life()
    life.tell(1, raised("smoke-1/x", category), raised("cam-a/x", category))
    assert life.asked == []


def test_a_site_says_which_alarms_and_which_cameras() -> None:
    """Only some categories, one camera, or those that it names for a device; or none at all."""
    one = Life(alarms=("fire.*",), cameras=1)
    one.tell(1, raised("lift-1/x", "lift.door"), raised("smoke-1/x", "fire.alarm"))
    assert one.asked == [("cam-b", "smoke-1/x")]
    named = Life(near={"lift-1": ("cam-e", "cam-z")})
    named.tell(1, raised("lift-1/x", "lift.door"))
    assert named.asked == [("cam-e", "lift-1/x"), ("cam-z", "lift-1/x")]
    assert not tuple(BUILT_IN.build(SITE, EvidenceOptions(enabled=False)))
    assert not tuple(BUILT_IN.build(bare_site(), EvidenceOptions()))


@pytest.mark.parametrize("near", [{"lift-9": ("cam-a",)}, {"lift-1": ("smoke-1",)}])
def test_names_that_are_none_are_mistakes_of_the_site_file(near: Any) -> None:
    """A device that is not there, a camera that is none."""
    with pytest.raises(ConfigError):
        tuple(BUILT_IN.build(SITE, EvidenceOptions.model_validate({"near": near})))


def test_a_later_alarm_shares_what_is_kept_for_an_earlier_one() -> None:
    """Kept already or later, a restart between; after twenty seconds it has pictures of its own."""
    life = Life(cameras=1)
    life.tell(1, raised("pump-1/a", "fire.alarm"))
    life.tell(3, kept("cam-z", "pump-1/a", "1"))
    life.tell(5, raised("pump-1/b", "fire.alarm"))
    assert life.shared == [("pump-1/b", "1")]
    life.killed(6)
    life.tell(12, kept("cam-z", "pump-1/a", "2"), *life.kept)
    assert life.shared == [("pump-1/b", "1"), ("pump-1/b", "2")]
    assert life.asked == [("cam-z", "pump-1/a")]
    life.tell(20.9, raised("pump-1/c", "fire.alarm"))
    assert life.shared[2:] == [("pump-1/c", "1"), ("pump-1/c", "2")]
    life.tell(21, raised("pump-1/d", "fire.alarm"))
    assert life.asked == [("cam-z", "pump-1/a"), ("cam-z", "pump-1/d")]
    assert len({each.id for each in life.commands}) == 2


def test_a_late_clip_belongs_to_the_alarm_that_it_was_taken_for() -> None:
    """Also when the camera has been told again meanwhile."""
    life = Life(cameras=1)
    life.tell(1, raised("pump-1/a", "fire.alarm"))
    life.tell(2, raised("pump-1/b", "fire.alarm"))
    life.tell(30, raised("pump-1/c", "fire.alarm"))
    life.tell(31, kept("cam-z", "pump-1/a", "1"), kept("cam-z", "pump-1/c", "2"))
    assert life.shared == [("pump-1/b", "1")]


def test_nothing_is_told_for_ever() -> None:
    """What the rule said itself, heard again, says nothing new; a storm of alarms is bounded."""
    life = Life(cameras=1)
    life.tell(1, raised("pump-1/a", "fire.alarm"))
    for number in range(2 * MOST_SHARED):
        life.tell(2, raised(f"pump-1/s{number}", "fire.alarm"))
    life.tell(3, kept("cam-z", "pump-1/a", "1"))
    told = len(life.kept)
    assert told == MOST_SHARED
    life.tell(4, *life.kept)
    life.tell(25, raised("pump-1/s1", "fire.alarm"), raised("pump-1/a", "fire.alarm"))
    life.tell(26, *life.kept, kept("cam-z", "pump-1/s1", "2"))
    for _ in range(3):
        life.tell(27, *life.kept)
    assert [each.alarm for each in life.kept[told:]] == ["pump-1/a"]


def test_a_camera_that_could_not_is_told_again_at_the_next_alarm() -> None:
    """A failed capture is shared with nobody; one that was done is."""
    life = Life(cameras=1)
    life.tell(1, raised("pump-1/a", "fire.alarm"))
    life.tell(2, failed(life.commands[0]))
    life.tell(3, raised("pump-1/b", "fire.alarm"))
    life.tell(4, failed(life.commands[1], "done"))
    life.tell(5, raised("pump-1/c", "fire.alarm"))
    assert life.asked == [("cam-z", "pump-1/a"), ("cam-z", "pump-1/b")]


def test_what_calls_nobody_is_not_pictured_until_it_does() -> None:
    """An alarm under test or maintenance is put aside; one that has ended has no picture."""
    life = Life(cameras=1)
    for key in ("pump-1/a", "pump-1/b"):
        life.tell(1, raised(key, "fire.alarm", suppressed=("test",)))
    life.tell(2, cleared("pump-1/a"))
    assert life.asked == []
    again: list[Event] = [
        AlarmUpdated(alarm=key, why="unsuppressed", at=at(60)) for key in ("pump-1/a", "pump-1/b")
    ]
    life.killed(50)
    life.tell(60, *again)
    assert life.asked == [("cam-z", "pump-1/b")]


def test_a_clock_that_was_set_back_stops_no_picture() -> None:
    """What lies in the future was taken before the clock was set."""
    life = Life(cameras=1)
    life.tell(10_000, raised("pump-1/a", "fire.alarm"))
    life.tell(5, raised("pump-1/b", "fire.alarm"))
    assert [about for _, about in life.asked] == ["pump-1/a", "pump-1/b"]
