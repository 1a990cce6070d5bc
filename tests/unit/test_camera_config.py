"""What the site file and the profiles may say of cameras, and what a change of them does."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from edge.config import Configuration, load
from edge.errors import ConfigError
from edge.gateway.cameras import Cameras, settings_of, studio_of
from edge.profiles import Profiles
from edge.schema import AlarmSpec
from edge.versions.changes import changes
from tests.fakes import time as virtual
from tests.fakes.camera_link import PROFILES

SITE = """
site: {id: s, name: {zh: 小区, en: Site}, language: en}
gateway: {id: g}
buildings: [{id: b1, name: {zh: 1号楼, en: Building 1}}]
links:
  - {driver: camera, id: one, source: {type: rtsp, url: 'rtsp://192.0.2.1/1'}}
  - {driver: camera, id: two, source: {type: file, path: clips/lane.mp4}}
devices:
  - id: camera-1
    link: one
    profile: cameras/generic
    name: {zh: 一, en: One}
    location: {building: b1, floor: 1, text: south side}
    address:
      zones:
        lane: {name: {zh: 通道, en: Fire lane}, area: [[0, 0], [1, 0], [1, 1]], watch: [{what: lane_occupied}]}
  - {id: camera-2, link: two, profile: cameras/generic, name: {zh: 二, en: Two}}
"""  # noqa: E501 - one zone in one line
VISION = (
    "vision: {workers: 2, detector: 'off', models: weights, evidence: {keep: 3d, before: 2s}}\n"
)


def loaded(tmp_path: Path, text: str = SITE) -> Configuration:
    """The site, from a file."""
    (tmp_path / "site.yaml").write_text(text, encoding="utf-8")
    return load(tmp_path / "site.yaml", language="en")


def test_zones_stand_where_their_camera_does(tmp_path: Path) -> None:
    """An alarm in a zone names building and floor, and the zone in the site's language."""
    site = loaded(tmp_path).site
    place = site.locate("camera-1/lane.lane_occupied")
    assert (place.building, place.floor, place.text) == ("b1", "1", "south side Fire lane")
    chinese = loaded(tmp_path, SITE.replace("language: en", "language: zh")).site
    assert chinese.locate("camera-1/lane.lane_occupied").text == "south side 通道"


def test_what_cameras_share(tmp_path: Path) -> None:
    """Models lie in the store, or where the file says; a recording beside the file."""
    usual = loaded(tmp_path)
    assert usual.models == tmp_path / "var" / "models"
    assert usual.vision.evidence.keep == timedelta(days=7)
    assert usual.sections["two"].source.path == str(tmp_path / "clips/lane.mp4")  # type: ignore[attr-defined]
    own = loaded(tmp_path, SITE + VISION)
    assert own.models == tmp_path / "weights"
    settings = settings_of(own)
    assert (settings.detector, settings.before) == ("", timedelta(seconds=2))
    assert settings_of(usual).detector == "on"
    assert studio_of(own).detector_socket == ""
    assert studio_of(usual).detector_socket.endswith("detector.sock")
    foreign = SITE + "vision: {detector: {socket: /run/gpu.sock}}\n"
    assert studio_of(loaded(tmp_path, foreign)).detector_socket == "/run/gpu.sock"


@pytest.mark.parametrize(
    ("old", "new", "closed"),
    [
        ("watch: [{what: lane_occupied}]", "watch: [{what: loitering}]", ("one",)),
        ("{type: file, path: clips/lane.mp4}", "{type: usb, device: /dev/video0}", ("two",)),
        ("name: {zh: 二, en: Two}", "name: {zh: 三, en: Three}", ()),
        ("\nbuildings", "\nvision: {workers: 2}\nbuildings", ("one", "two")),
        ("language: en}", "language: en, timezone: Europe/Oslo}", ("one", "two")),
    ],
    ids=["zone", "source", "name", "shared", "time zone"],
)
def test_which_links_a_change_opens_anew(
    tmp_path: Path, old: str, new: str, closed: tuple[str, ...]
) -> None:
    """One camera's zones touch no other camera; what all share touches all."""
    before, after = loaded(tmp_path), loaded(tmp_path, SITE.replace(old, new, 1))
    assert changes(before, after).links_changed == closed


def test_a_link_has_one_camera(tmp_path: Path) -> None:
    """Two devices on one are refused, and a zone called as what a camera finds by itself."""
    twice = SITE.replace("link: two", "link: one").replace(
        "name: {zh: 二, en: Two}", "name: {zh: 二, en: Two}, address: {analysed_per_second: 1}"
    )
    with pytest.raises(ConfigError, match="a link of its own"):
        loaded(tmp_path, twice)
    with pytest.raises(ConfigError, match="native"):
        loaded(tmp_path, SITE.replace("lane: {name", "native: {name"))


@pytest.mark.parametrize(
    "wrong",
    [
        "vision: {workers: 0}",
        "vision: {detector: maybe}",
        "vision: {detector: {socket: relative.sock}}",
        "vision: {evidence: {keep: 1min}}",
        "vision: {evidence: {keep: 900d}}",
        "vision: {evidence: {before: 10min}}",
        "vision: {evidence: {budget_mb: 1}}",
        "vision: {gpu: yes}",
    ],
)
def test_what_cannot_be_shared(tmp_path: Path, wrong: str) -> None:
    """Each is told with its line."""
    with pytest.raises(ConfigError, match=r"site\.yaml:18:"):
        loaded(tmp_path, SITE + wrong + "\n")


def test_a_password_in_an_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    """It would stand on the screen, in the log and in every version of the file."""
    with pytest.raises(ConfigError) as refusal:
        loaded(tmp_path, SITE.replace("rtsp://192", "rtsp://admin:canary@192"))
    assert "canary" not in str(refusal.value)
    assert "password_file" in str(refusal.value)


def test_how_long_is_told_as_it_is_written(tmp_path: Path) -> None:
    """A bound of a time reads as in the file."""
    with pytest.raises(ConfigError, match="write a time above 1h, or that"):
        loaded(tmp_path, SITE + "vision: {evidence: {keep: 1min}}\n")


@pytest.mark.parametrize(
    ("alarm", "expected"),
    [
        ("frozen", ("camera.frozen", 450, "fault")),
        ("covered", ("camera.covered", 500, "security")),
        ("lane_occupied", ("parking.fire_lane", 600, "security")),
        ("cabin_object", ("lift.object_in_cabin", 500, "security")),
        ("flame_suspected", ("fire.flame_suspected", 700, "security")),
        ("bin_full", ("waste.full", 200, "info")),
        ("offline", ("device.offline", 400, "fault")),
    ],
)
def test_how_urgent_a_cameras_alarm_is(alarm: str, expected: tuple[str, int, str]) -> None:
    """As policies rely on it: a suspected flame saves no life by itself and releases no gate."""
    for profile in PROFILES.values():
        spec: AlarmSpec = profile.alarms[alarm]
        assert (spec.category, spec.severity, spec.lane) == expected


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"codes": {"VMD": {"what": "intruder"}}}, "no point stands for intruder"),
        ({"codes": {"VMD": {"what": "fps"}}}, "no point stands for fps"),
        ({"points": {"frozen": {"type": "int"}}}, "frozen is no int"),
        ({"component_points": {"fall": {"type": "int", "text": {"zh": "z", "en": "e"}}}}, "bool"),
        (
            {"actions": {"capture": {"text": {"zh": "z", "en": "e"}}}},
            "every camera has capture",
        ),
    ],
)
def test_profiles_that_cannot_be(tmp_path: Path, change: dict[str, object], said: str) -> None:
    """A code that means nothing, a point of the wrong kind, what every camera has."""
    (tmp_path / "own.yaml").write_text(json.dumps({"extends": "cameras/generic", **change}))
    with pytest.raises(ConfigError, match=said):
        Profiles(tmp_path, Path("firmware_configs").resolve()).get("own")


def test_every_code_of_a_shipped_profile_means_something() -> None:
    """A code is a point's or a component's; alarms hang on what cameras find by themselves."""
    for name in ("hikvision", "dahua", "onvif"):
        profile = PROFILES[name]
        assert len(profile.codes) > 10
        assert {spec.what for spec in profile.codes.values()} > {"motion", "covered", "intrusion"}
    assert "capture" in PROFILES["generic"].all_actions


def test_links_are_equipped(tmp_path: Path) -> None:
    """Every camera's link gets what it needs; other settings reach the links made later."""
    first = loaded(tmp_path)
    cameras = Cameras(first, {}, virtual.now, active=tuple)
    cameras.equip(first.links)
    studios = {link.studio for link in first.links}  # type: ignore[attr-defined]
    assert len(studios) == 1
    assert {link.evidence for link in first.links} == {cameras.evidence}  # type: ignore[attr-defined]

    async def main() -> None:
        same = second_site
        await cameras.reconfigure(same, (), virtual.now, _take)
        cameras.equip(same.links)
        assert {link.studio for link in same.links} == studios  # type: ignore[attr-defined]
        other = third_site
        await cameras.reconfigure(other, (), virtual.now, _take)
        cameras.equip(other.links)
        assert {link.studio for link in other.links} != studios  # type: ignore[attr-defined]
        await cameras.evidence.close()

    second_site = loaded(
        tmp_path, SITE.replace("language: en}", "language: en, timezone: Europe/Oslo}")
    )
    third_site = loaded(tmp_path, SITE + VISION)
    virtual.run(main())


async def _take(report: object) -> None:
    raise AssertionError(report)
