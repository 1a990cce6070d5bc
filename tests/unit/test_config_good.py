"""What a sound site file becomes."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from edge.config import Configuration, load
from edge.errors import ConfigError
from edge.profiles import Profiles
from edge.schema import Profile

CASES = Path(__file__).parent.parent / "cases"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the good site, to be changed."""
    shutil.copytree(CASES / "good", tmp_path / "site")
    return tmp_path / "site"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _load(folder: Path) -> Configuration:
    return load(folder / "site.yaml", language="en")


def _alarms(configuration: Configuration, device: str) -> dict[str, int]:
    return {a.name: a.spec.severity for a in configuration.alarms if a.device == device}


def test_site(folder: Path) -> None:
    """Places, devices and policies come out as the rest of the house knows them."""
    configuration = _load(folder)
    site = configuration.site
    assert (site.id, site.gateway, site.timezone.key) == ("riverside", "gw-1", "Asia/Shanghai")
    assert site.buildings["b3"].units["u1"].zh == "1单元"
    lift = site.devices["lift-3"]
    assert (lift.kind, lift.link, lift.profile) == ("lift", "lifts", "lifts/ba_box")
    assert (lift.location.building, lift.location.floor) == ("b3", "5")
    issue = site.policies[0].issue
    assert issue is not None
    assert issue.respond_within == timedelta(minutes=10)
    assert issue.parties == ("property", "community")
    assert configuration.warnings == ()


def test_links_are_bound(folder: Path) -> None:
    """Every link is ready to be opened, and knows its devices."""
    configuration = _load(folder)
    assert [link.id for link in configuration.links] == ["lifts", "fire"]


def test_store_lies_beside_the_site_file(folder: Path) -> None:
    """The journal's folder does not depend on where the gateway is started."""
    assert _load(folder).store == folder.resolve() / "var"


def test_every_device_has_the_point_online(folder: Path) -> None:
    """`online` is there without being named; component points stand under their own name."""
    devices = _load(folder).site.devices
    assert all(device.points["online"].type == "bool" for device in devices.values())
    assert devices["fire-1"].points["fire"].type == "bool"


def test_alarms_of_profile_and_site(folder: Path) -> None:
    """A device has its profile's alarms and the site's for its kind; others have not."""
    configuration = _load(folder)
    assert "entrapment" in _alarms(configuration, "lift-3")
    assert _alarms(configuration, "lift-4")["unreachable"] == 400
    assert _alarms(configuration, "box-1") == {"leakage": 700}


def test_the_sites_alarm_replaces_the_profiles(folder: Path) -> None:
    """The same name on the same device: the site's word counts, and it counts once."""
    _edit(folder / "site.yaml", "id: unreachable", "id: entrapment")
    configuration = _load(folder)
    assert _alarms(configuration, "lift-3")["entrapment"] == 400
    names = [a.name for a in configuration.alarms if a.device == "lift-3"]
    assert names.count("entrapment") == 1


def test_extended_profile(folder: Path) -> None:
    """A profile that extends another changes what it names and keeps the rest."""
    (folder / "profiles/sensors/tight.yaml").write_text(
        "extends: sensors/box\nalarms: {leakage: {when: {above: 100}, severity: 800}}\n",
        encoding="utf-8",
    )
    _edit(folder / "site.yaml", "profile: sensors/box", "profile: sensors/tight")
    configuration = _load(folder)
    spec = next(a.spec for a in configuration.alarms if a.device == "box-1")
    assert (spec.when.above, spec.severity, spec.category) == (100, 800, "electric.leakage")
    assert set(configuration.site.devices["box-1"].points) == {"online", "leakage", "tripped"}


def test_own_profile_goes_before_the_shipped_one(folder: Path) -> None:
    """A profile beside the site file may extend the shipped one of the same id."""
    own = folder / "profiles" / "lifts"
    own.mkdir()
    (own / "ba_box.yaml").write_text("extends: lifts/ba_box\nmake: Ours\n", encoding="utf-8")
    device = _load(folder).site.devices["lift-3"]
    assert device.make == "Ours"
    assert len(device.points) > 10


def test_a_profile_is_read_again_when_it_or_what_it_extends_has_changed(folder: Path) -> None:
    """One that is in use and still says the same is not checked a second time."""
    box, tight = folder / "profiles/sensors/box.yaml", folder / "profiles/sensors/tight.yaml"
    tight.write_text("extends: sensors/box\n", encoding="utf-8")

    def read(name: str) -> Profile:
        return Profiles(folder / "profiles").get(name)

    first, extended = read("sensors/box"), read("sensors/tight")
    assert read("sensors/box") is first
    _edit(box, "make: Example", "make: Ours")
    assert (first.make, read("sensors/box").make) == ("Example", "Ours")
    assert (extended.make, read("sensors/tight").make) == ("Example", "Ours")


def test_profile_that_extends_itself(folder: Path) -> None:
    """A circle of profiles ends with a message, not with the stack."""
    (folder / "profiles/sensors/a.yaml").write_text("extends: sensors/b\n", encoding="utf-8")
    (folder / "profiles/sensors/b.yaml").write_text("extends: sensors/a\n", encoding="utf-8")
    _edit(folder / "site.yaml", "profile: sensors/box", "profile: sensors/a")
    with pytest.raises(ConfigError, match=r"yaml:1:10  extends: this extends leads nowhere"):
        _load(folder)


def test_mistake_in_the_extended_profile(folder: Path) -> None:
    """A mistake is told in the file that it stands in, through the profile that extends it."""
    (folder / "profiles/sensors/tight.yaml").write_text(
        "extends: sensors/box\nmake: Ours\n", encoding="utf-8"
    )
    _edit(folder / "profiles/sensors/box.yaml", "register: 10", "register: 99999999")
    _edit(folder / "site.yaml", "profile: sensors/box", "profile: sensors/tight")
    with pytest.raises(ConfigError, match=r"^profiles/sensors/box\.yaml:12:15  points\.leakage"):
        _load(folder)


def test_components_are_placed(folder: Path) -> None:
    """A table that an address names says where the detectors stand."""
    (folder / "places.csv").write_text(
        "system_type,system_address,zone,point,building,floor\n1,1,10,2,b3,7\n", encoding="utf-8"
    )
    _edit(folder / "site.yaml", "{address: 77}", "{address: 77, places: places.csv}")
    site = _load(folder).site
    assert site.locate("fire-1/1-1-10-2.fire").floor == "7"


def test_secret_file(folder: Path) -> None:
    """A secret lies beside the site file; one that everybody can read is warned of."""
    secret = folder / "secrets" / "broker"
    secret.parent.mkdir()
    secret.write_text("hunter2\n", encoding="utf-8")
    _edit(folder / "site.yaml", "port: 1883}", "port: 1883, password_file: secrets/broker}")
    secret.chmod(0o600)
    configuration = _load(folder)
    assert configuration.warnings == ()
    assert configuration.uplinks[0].broker.password_file == str(secret.resolve())
    secret.chmod(0o644)
    advice = _load(folder).advice("en")
    assert "every user can read this secret → run chmod 600 secrets/broker" in advice
    assert "hunter2" not in advice
    secret.write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="the file is empty"):
        _load(folder)


def test_policy_that_no_alarm_meets(folder: Path) -> None:
    """A policy for a category that does not exist is warned of: it would never do anything."""
    _edit(folder / "site.yaml", "alarms: lift.entrapment", "alarms: lift.trapped")
    configuration = _load(folder)
    assert "no alarm has a category lift.trapped" in configuration.advice("en")


def test_anchors(folder: Path) -> None:
    """What is written once under an anchor counts wherever its alias stands."""
    _edit(folder / "site.yaml", "name: {zh: 4号梯, en: Lift 4}", "name: &four {zh: 梯, en: Lift}")
    _edit(folder / "site.yaml", "name: {zh: 电箱, en: Box}", "name: *four")
    assert _load(folder).site.devices["box-1"].name.en == "Lift"


def test_an_uplink_without_policies(folder: Path) -> None:
    """A platform that gets alarms of which nothing becomes anything is warned of, with a sample."""
    site = folder / "site.yaml"
    text = site.read_text(encoding="utf-8")
    before, after = text.split("policies:\n")
    site.write_text(before + after[after.index("uplinks:") :], encoding="utf-8")
    advice = _load(folder).advice("en")
    assert "without `policies` none becomes an issue or a notice" in advice
    sample = advice.partition("such as ")[2].partition("; of life and limb")[0]
    site.write_text(f"{site.read_text(encoding='utf-8')}{sample}\n", encoding="utf-8")
    assert _load(folder).warnings == ()


def test_a_device_that_stands_nowhere(folder: Path) -> None:
    """Where there are buildings it is warned of: nobody would find it from its alarm."""
    _edit(folder / "site.yaml", "    location: {text: 大门旁}\n", "")
    assert "box-1 has no place" in _load(folder).advice("en")


def test_two_links_that_call_one_address(folder: Path) -> None:
    """They are warned of, most boxes take one connection; another port is another box."""
    site = folder / "site.yaml"
    twin = "    transport: {type: tcp, host: 192.0.2.10, port: 502}\n"
    _edit(site, "  - id: fire\n", f"  - id: more\n    driver: modbus\n{twin}  - id: fire\n")
    assert "the link in line 17 calls it too" in _load(folder).advice("en")
    _edit(site, f"{twin}  - id: fire\n", f"{twin.replace('502', '503')}  - id: fire\n")
    assert _load(folder).warnings == ()


def test_a_secret_behind_a_chinese_colon_is_not_told(folder: Path) -> None:
    """YAML takes `password：hunter2` for a key, and keys are told."""
    _edit(folder / "site.yaml", "port: 1883}", "port: 1883, password：hunter2}")
    with pytest.raises(ConfigError, match="a Chinese colon follows password") as caught:
        _load(folder)
    assert "hunter2" not in str(caught.value)
