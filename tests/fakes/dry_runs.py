"""A site with rules to be tried over past readings, and such readings."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from edge.config import Configuration, load
from edge.model import Quality, Reading, Value
from tests.fakes.time import EPOCH

SITE = """
site: {id: court, name: {zh: 苑, en: Court}, timezone: Asia/Shanghai, language: en}
gateway: {id: gw-1}
buildings: [{id: b1, name: {zh: 1号楼, en: Building 1}}]
links:
  - {id: gates, driver: mqtt_gate, broker: {host: 192.0.2.20}}
  - {id: sensors, driver: mqtt_json, broker: {host: 192.0.2.20}}
  - {id: fire, driver: gb26875, listen: {host: 192.0.2.1, port: 5026}}
devices:
  - id: gate-1
    link: gates
    profile: gates/mqtt_face
    name: {zh: 门, en: Gate}
    address: {device_id: '1'}
  - id: hydrant-1
    link: sensors
    profile: sensors/hydrant_pressure
    name: {zh: 栓, en: Hydrant}
    address: {device_id: h}
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {zh: 主机, en: Panel}
    address: {address: 1}
alarms:
  - id: quiet
    devices: [hydrant-1]
    when: {point: pressure, stale: 5min}
    category: x.quiet
    severity: 300
    lane: fault
    text: {zh: 无声, en: Quiet}
schedules:
  night: {from: '22:00', to: '06:00'}
rules:
  - id: low
    when: {point: hydrant-1/pressure, below: 200, deadband: 10}
    for: 2min
    clear_for: 1min
    raise:
      category: x.low
      severity: 400
      lane: fault
      text: {zh: '水压 {hydrant-1/pressure}', en: 'Pressure {hydrant-1/pressure}'}
    command: [{device: gate-1, action: open}]
  - id: mean
    when: {mean: hydrant-1/pressure, over: 10min, below: 250, deadband: 20}
    raise: {category: x.mean, severity: 300, lane: fault, text: {zh: 均值, en: Mean}}
  - id: falls
    when: {change: hydrant-1/pressure, within: 5min, below: -100}
    raise: {category: x.falls, severity: 300, lane: fault, text: {zh: 下降, en: Falls}}
  - id: silent
    when: {point: hydrant-1/pressure, stale: 5min}
    raise: {category: x.silent, severity: 300, lane: fault, text: {zh: 静默, en: Silent}}
  - id: both
    when:
      all:
        - {alarm: hydrant-1/low}
        - {point: gate-1/door_open, equals: true}
    raise: {category: x.both, severity: 300, lane: fault, text: {zh: 都, en: Both}, device: gate-1}
  - id: refused
    when: {count: {event: access.denied, device: gate-1}, within: 10min, above: 2}
    raise: {category: x.refused, severity: 300, lane: fault, text: {zh: 拒, en: Refused}}
  - id: broken_in
    when:
      all:
        - {event: access.forced, device: gate-1}
        - {during: night}
    raise: {category: x.broken, severity: 800, lane: security, text: {zh: 闯入, en: Broken in}}
"""

PRESSURE = "hydrant-1/pressure"


def court(folder: Path) -> Configuration:
    """The site, loaded."""
    path = folder / "site.yaml"
    path.write_text(SITE, encoding="utf-8")
    return load(path)


def at(minutes: float) -> datetime:
    """So many minutes after the epoch of tests, which is eight in the morning at the site."""
    return EPOCH + timedelta(minutes=minutes)


def read(
    minutes: float, value: Value | None, point: str = PRESSURE, quality: Quality = Quality.GOOD
) -> Reading:
    """A reading of the hydrant, or of another point."""
    return Reading(point=point, value=value, at=at(minutes), quality=quality)
