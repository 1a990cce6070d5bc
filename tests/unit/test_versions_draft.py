"""Profiles drafted from what was found on a Modbus device."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.drivers.modbus.profile import ModbusProfile, Serial
from edge.errors import ConfigError
from edge.model import Text
from edge.profiles import Profiles, shipped
from edge.versions.files import Unfit
from edge.versions.profile_draft import DraftMeta, DraftPoint, draft, point_name, profile_file

META = DraftMeta(
    kind="electric",
    make="Example",
    model="M: 1, rev #2",
    source="找到于现场，2026-06-01: read on site",
    text=Text("总表", "Main meter"),
    numbering=1,
    word_order="little",
    serial=Serial(baud=19200, parity="E"),
)
POINTS = (
    DraftPoint(name="voltage", text=Text("电压", "Voltage"), register=10, scale=0.1, unit="V"),
    DraftPoint(
        name="energy", text=Text("电量", "Energy, total"), register=12, words="u32", group="slow"
    ),
    DraftPoint(name="power", text=Text("功率", "Power"), register=14, words="f32", unit="kW"),
    DraftPoint(name="door", text=Text("门", "Door"), register=1, table="discrete", inverted=True),
    DraftPoint(
        name="mode",
        text=Text("模式", "Mode"),
        register=20,
        labels={1: Text("开", "On")},
    ),
    DraftPoint(name="fault", text=Text("故障", "Fault"), register=21, bit=3, byte_order="little"),
)


def _loaded(folder: Path, text: str) -> ModbusProfile:
    file = folder / "meters" / "own.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return Profiles(folder, shipped()).of("meters/own", ModbusProfile)


def test_reads_as_one_written_by_hand() -> None:
    """A draft says what it has to, a line for each point, and nothing that goes without saying."""
    assert (
        draft(META, POINTS)
        == """\
driver: modbus
kind: electric
make: Example
model: 'M: 1, rev #2'
source: '找到于现场，2026-06-01: read on site'
text: {zh: 总表, en: Main meter}

settings:
  numbering: 1
  serial: {baud: 19200, data_bits: 8, parity: E, stop_bits: 1}
  word_order: little
  groups: {fast: 1s, slow: 1min}

points:
  voltage: {type: float, register: 10, scale: 0.1, unit: V, text: {zh: 电压, en: Voltage}}
  energy: {type: int, register: 12, words: u32, group: slow, text: {zh: 电量, en: 'Energy, total'}}
  power: {type: float, register: 14, words: f32, unit: kW, text: {zh: 功率, en: Power}}
  door: {type: bool, register: 1, table: discrete, inverted: true, text: {zh: 门, en: Door}}
  mode: {type: int, register: 20, labels: {1: {zh: 开, en: 'On'}}, text: {zh: 模式, en: Mode}}
  fault: {type: bool, register: 21, bit: 3, byte_order: little, text: {zh: 故障, en: Fault}}

alarms:
  offline:
    when: {point: online, equals: false}
    for: 60s
    category: device.offline
    severity: 500
    lane: fault
    text: {zh: 总表离线, en: Main meter does not answer}
"""
    )


def test_loads_through_profiles(tmp_path: Path) -> None:
    """What is drafted is a profile as it stands, and says what was found."""
    profile = _loaded(tmp_path, draft(META, POINTS))
    assert (profile.kind, profile.model) == ("electric", "M: 1, rev #2")
    assert profile.settings.serial == META.serial
    assert profile.points["voltage"].scale == 0.1
    assert profile.points["door"].inverted
    assert profile.points["mode"].labels[1].en == "On"
    assert set(profile.alarms) == {"offline"}


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        (replace(POINTS[0], register=0),),
        (replace(POINTS[0], name="No Name"),),
        (POINTS[0], POINTS[0]),
        (replace(POINTS[3], words="u32"),),
    ],
)
def test_what_cannot_be(wrong: tuple[DraftPoint, ...]) -> None:
    """A device that cannot be as it is described is refused in words, before anything is kept."""
    with pytest.raises(ConfigError) as caught:
        draft(META, wrong, "en")
    assert caught.value.problems


words = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(max_examples=60, deadline=None)
@given(words, words, words)
def test_any_words(name: str, chinese: str, unit: str) -> None:
    """Whatever somebody calls a thing comes back as it was, and is nothing but a text."""
    meta = replace(META, make=name, source=chinese, text=Text(chinese, name))
    text = draft(meta, [replace(POINTS[0], text=Text(chinese, name), unit=unit)])
    assert "\n  voltage: {type: float" in text


def test_names() -> None:
    """Names of points are made from what people call them, each once."""
    assert point_name("Active power, A") == "active_power_a"
    assert point_name("电压") == "value"
    assert point_name("24 V") == "value_24_v"
    assert point_name("Voltage", {"voltage", "voltage_2"}) == "voltage_3"
    assert len(point_name("x" * 100, {"x" * 59})) <= 63
    assert profile_file("meters/hall") == "profiles/meters/hall.yaml"
    for bad in ("../x", "Meters/x", "a/../b", "", "/x", "a/b/c/d/e/f"):
        with pytest.raises(Unfit):
            profile_file(bad)
