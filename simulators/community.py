"""Every simulated device of a site, built from the site file that the gateway reads too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import msgspec
from ruamel.yaml import YAML

from edge.broker import Broker
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.profile import GbProfile
from edge.drivers.modbus.profile import ModbusProfile
from edge.errors import ConfigError
from edge.profiles import Profiles, shipped
from edge.schema import Profile
from simulators.breaker import BreakerSimulator
from simulators.fire_device import Identity
from simulators.fire_line import Centre, Pace
from simulators.fire_panel import FirePanel
from simulators.gate import FaceGates
from simulators.lift import LiftSimulator, LiftSpec
from simulators.sensors import JsonSensors, Kind
from simulators.simulator import Simulator

LIVELY: Final = Pace(reply=2.0, resends=3, heartbeat=5.0, reconnect=0.5)
"""Transmission devices of a demonstration: the standard's 10 s would be a long wait to watch."""

RESEND_S: Final = 2.0
"""The same for gates."""

Section: TypeAlias = Mapping[str, Any]
"""A part of the site file as it is written; the gateway has checked it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedDevice:
    """A device of the site file with its profile; `floors` are those of its building.

    `folder` is the site file's, from which it names other files.
    """

    id: str
    address: Section
    profile: Profile
    folder: Path
    floors: int = 18


Served: TypeAlias = list[tuple[Simulator, Sequence[SimulatedDevice]]]
"""Simulators, each with the devices that it stands in for."""


def simulators_of(site_file: Path) -> dict[str, Simulator]:
    """Return what stands in for each device of a site, by the device's id."""
    site = YAML(typ="safe").load(site_file.read_text(encoding="utf-8"))
    profiles = Profiles(site_file.parent / "profiles", shipped())
    found: dict[str, Simulator] = {}
    floors = {
        each["id"]: _count(each["floors"]) for each in site.get("buildings", ()) if "floors" in each
    }
    for link in site["links"]:
        devices = [
            SimulatedDevice(
                id=device["id"],
                address=device.get("address", {}),
                profile=profiles.get(device["profile"]),
                folder=site_file.parent,
                floors=floors.get(device.get("location", {}).get("building"), 18),
            )
            for device in site["devices"]
            if device["link"] == link["id"]
        ]
        for simulator, served in _BUILDERS[link["driver"]](link, devices):
            found |= dict.fromkeys((device.id for device in served), simulator)
    return found


def _count(floors: Section) -> int:
    """How many floors there are; there is none of the number 0."""
    lowest, highest = int(floors["from"]), int(floors["to"])
    return highest - lowest + (0 if lowest <= 0 <= highest else 1)


def _modbus(link: Section, devices: Sequence[SimulatedDevice]) -> Served:
    transport = link["transport"]
    if transport["type"] == "rtu":
        raise ConfigError(
            f"{link['id']}: a serial port is not simulated; give a copy of the site file"
            " {type: rtu_over_tcp, host: 127.0.0.1, port: 15020} there"
        )
    profiles = {device.id: cast("ModbusProfile", device.profile) for device in devices}
    if transport["type"] != "dial_in" and any(d.profile.kind != "lift" for d in devices):
        host, port = transport["host"], transport.get("port", 502)
        breakers = {d.id: (int(d.address.get("unit", 1)), profiles[d.id]) for d in devices}
        return [(BreakerSimulator(link["id"], breakers, host=host, port=port), devices)]
    lifts = [
        LiftSpec(
            device=d.id,
            unit=int(d.address.get("unit", 1)),
            profile=profiles[d.id],
            highest=d.floors if d.profile.lift and d.profile.lift.floor == "counted" else 18,
        )
        for d in devices
    ]
    return [(_lifts(link["id"], transport, lifts), devices)]


def _lifts(link: str, transport: Section, lifts: Sequence[LiftSpec]) -> LiftSimulator:
    if transport["type"] == "dial_in":
        hello = transport.get("registration", "").encode()
        return LiftSimulator(
            link,
            lifts,
            framing="rtu",
            way="dial",
            port=transport["listen"],
            registration=hello or bytes.fromhex(transport.get("registration_hex", "")),
        )
    return LiftSimulator(
        link,
        lifts,
        framing="mbap" if transport["type"] == "tcp" else "rtu",
        host=transport["host"],
        port=transport.get("port", 502),
    )


def _gb26875(link: Section, devices: Sequence[SimulatedDevice]) -> Served:
    centre = Centre(
        host="127.0.0.1",
        port=link["listen"]["port"],
        dialect=DIALECTS[link.get("dialect", "std")],
        pace=LIVELY,
    )
    served: Served = []
    for device in devices:
        identity = Identity(
            link=link["id"], device=device.id, address=device.address["address"], centre=centre
        )
        panel = FirePanel(identity, cast("GbProfile", device.profile), lambda: datetime.now(UTC))
        served.append((panel, [device]))
    return served


def _mqtt_gate(link: Section, devices: Sequence[SimulatedDevice]) -> Served:
    gates = {device.id: str(device.address["device_id"]) for device in devices}
    simulator = FaceGates(link["id"], _broker(link), gates, resend_seconds=RESEND_S)
    return [(simulator, devices)]


def _mqtt_json(link: Section, devices: Sequence[SimulatedDevice]) -> Served:
    sensors = {
        device.id: (str(device.address["device_id"]), cast("Kind", device.profile.kind))
        for device in devices
    }
    return [(JsonSensors(link["id"], _broker(link), sensors), devices)]


def _camera(link: Section, devices: Sequence[SimulatedDevice]) -> Served:
    from simulators.cameras.site import camera_of  # noqa: PLC0415 - loads what handles pictures

    cameras = [(camera_of(link, device.id, device.folder), device) for device in devices]
    return [(camera, [device]) for camera, device in cameras if camera is not None]


def _broker(link: Section) -> Broker:
    return Broker.model_validate_json(msgspec.json.encode(link["broker"]))


_BUILDERS: Final[Mapping[str, Callable[[Section, Sequence[SimulatedDevice]], Served]]] = {
    "camera": _camera,
    "modbus": _modbus,
    "gb26875": _gb26875,
    "mqtt_gate": _mqtt_gate,
    "mqtt_json": _mqtt_json,
}
