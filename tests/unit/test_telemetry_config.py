"""How a profile and a site file say what goes to a platform, and what is wrong with it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cloud_bridge.sieve import reported_of
from edge.config import load
from edge.errors import ConfigError
from edge.files.problems import screen
from edge.gateway.followers import followers
from edge.model import Reporting

SITE = """\
site: {id: court, name: {zh: 苑, en: Court}, language: en}
gateway: {id: gw-1}
links:
  - {id: bus, driver: modbus, transport: {type: tcp, host: 127.0.0.1, port: 502}}
  - {id: fire, driver: gb26875, listen: {port: 5200}}
devices:
  - id: meter-1
    link: bus
    profile: meter
    name: {zh: 表, en: Meter}
    address: {unit: 1}
    REPORT
  - {id: meter-2, link: bus, profile: meter, name: {zh: 表, en: Meter}, address: {unit: 2}}
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {zh: 装置, en: Panel}
    address: {address: 1}
    report: {fire: {on_change: false}}
uplinks:
  - {id: quiet, type: mqtt, broker: {host: 127.0.0.1}}
  - {id: city, type: mqtt, broker: {host: 127.0.0.1}, telemetry: {linger: LINGER}}
"""
PROFILE = """\
driver: modbus
kind: pressure
make: M
model: M
source: a test
text: {zh: 表, en: Meter}
points:
  pressure: {type: int, register: 1, text: {zh: 压力, en: Pressure}, report: {REPORTED}}
  running: {type: bool, register: 2, bit: 0, text: {zh: 运行, en: Running}}
"""


def written(
    folder: Path, report: str = "{}", linger: str = "1min", reported: str = "deadband: 2"
) -> Path:
    """A site file and the profile beside it."""
    (folder / "profiles").mkdir(exist_ok=True)
    profile = PROFILE.replace("REPORTED", reported)
    (folder / "profiles" / "meter.yaml").write_text(profile, encoding="utf-8")
    path = folder / "site.yaml"
    site = SITE.replace("REPORT", f"report: {report}").replace("LINGER", linger)
    path.write_text(site, encoding="utf-8")
    return path


def test_the_profile_says_how_and_the_device_says_otherwise(tmp_path: Path) -> None:
    """A component's point is reported as its device says; who wants no readings gets none."""
    configuration = load(written(tmp_path, "{pressure: {every: 5min}, running: {every: 1h}}"))
    reported = reported_of(configuration.site)
    assert reported("meter-1/pressure") == Reporting(every=timedelta(minutes=5))
    assert reported("meter-1/running") == Reporting(every=timedelta(hours=1))
    assert reported("meter-2/pressure") == Reporting(deadband=2, every=timedelta(minutes=15))
    assert reported("meter-2/running") is None
    fire = Reporting(on_change=False, every=timedelta(minutes=15))
    assert reported("fire-1/1-1-10-2.fire") == fire
    assert reported("fire-1/online") is None
    assert reported("gone/online") is None
    assert followers(configuration) == ["uplink.city"]
    assert configuration.uplinks[1].telemetry is not None
    assert configuration.uplinks[1].telemetry.linger == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("case", "zh", "en"),
    [
        (
            {"report": "{presure: {}}"},
            "site.yaml:12:14  devices[0].report.presure: 没有点 presure → 是不是 pressure？",
            (
                "site.yaml:12:14  devices[0].report.presure: there is no point presure"
                " → did you mean pressure?"
            ),
        ),
        (
            {"report": "{running: {deadband: 1}}"},
            (
                "site.yaml:12:34  devices[0].report.running.deadband: 点 running 不是数值"
                " → 删去 deadband"
            ),
            (
                "site.yaml:12:34  devices[0].report.running.deadband: the point running is no"
                " number → remove the deadband"
            ),
        ),
        (
            {"report": "{pressure: {every: 10ms}}"},
            (
                "site.yaml:12:24  devices[0].report.pressure: every 太短"
                " → 至少写 1s；要告知每次变化就写 on_change: true"
            ),
            (
                "site.yaml:12:24  devices[0].report.pressure: every is too short"
                " → write 1s or more; on_change: true tells each change"
            ),
        ),
        (
            {"linger": "2h"},
            "site.yaml:22:66  uplinks[1].telemetry: linger 太长 → 最长 1h",
            "site.yaml:22:66  uplinks[1].telemetry: linger is too long → 1h is the longest",
        ),
    ],
)
def test_what_does_not_fit_is_told_in_its_place(
    tmp_path: Path, case: dict[str, str], zh: str, en: str
) -> None:
    """Line, column, mistake and remedy, in both languages."""
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, **case), language="en")
    assert str(caught.value) == en
    assert screen(caught.value.problems, "zh") == zh


def test_a_deadband_in_a_profile_belongs_to_a_number(tmp_path: Path) -> None:
    """The profile's own reader says so, wherever it is used."""
    path = written(tmp_path)
    profile = tmp_path / "profiles" / "meter.yaml"
    text = profile.read_text("utf-8").replace("en: Running}", "en: Running}, report: {deadband: 1}")
    profile.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="a deadband of report belongs to numbers"):
        load(path, language="en")
