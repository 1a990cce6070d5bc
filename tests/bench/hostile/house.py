"""The site that a hostile device is part of: ordinary links, and the links that are its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import msgspec

from simulators.ports import LOOPBACK, free_port

HOUSE: Final = "house.json"
PERIOD_S: Final = 1.0
REGISTERS: Final = 10
LIFTS: Final = 6
PANELS: Final = 3
GATES: Final = 2
BAD_PANEL: Final = 66
BAD_GATE: Final = "6666"


class House(msgspec.Struct, frozen=True, kw_only=True):
    """Ports by link; `bad_*` are the places at which the hostile device is.

    Its broker is its own: what a broker hands on is one link's, whoever said it.
    """

    lifts: dict[str, int]
    panels: dict[str, int]
    gates: dict[str, str]
    broker: int
    bad_broker: int
    bad_modbus: int
    bad_panel: int

    def save(self, folder: Path) -> None:
        """Leave it for the other process, and the site file for the gateway. JSON is YAML, too."""
        (folder / HOUSE).write_bytes(msgspec.json.encode(self))
        profiles = folder / "profiles" / "sensors"
        profiles.mkdir(parents=True)
        (profiles / "registers.yaml").write_text(json.dumps(_profile()), "utf-8")
        (folder / "site.yaml").write_text(json.dumps(_site(self)), "utf-8")


def a_house() -> House:
    """Return a house on free ports."""
    return House(
        lifts={f"lift-{n}": free_port() for n in range(1, LIFTS + 1)},
        panels={f"fire-{n}": free_port() for n in range(1, PANELS + 1)},
        gates={f"gate-{n}": f"{1000 + n}" for n in range(1, GATES + 1)},
        broker=free_port(),
        bad_broker=free_port(),
        bad_modbus=free_port(),
        bad_panel=free_port(),
    )


def load(folder: Path) -> House:
    """Read what `save` left."""
    return msgspec.json.decode((folder / HOUSE).read_bytes(), type=House)


def _profile() -> dict[str, Any]:
    """Registers that are read together."""
    return {
        "driver": "modbus",
        "kind": "pressure",
        "make": "bench",
        "model": "registers",
        "source": "a bench",
        "text": _text("registers"),
        "settings": {"groups": {"all": f"{PERIOD_S:.0f}s"}},
        "points": {
            f"r{n}": {"type": "int", "register": n, "group": "all", "text": _text(f"register {n}")}
            for n in range(REGISTERS)
        },
    }


def _site(house: House) -> dict[str, Any]:
    modbus = house.lifts | {"bad-modbus": house.bad_modbus}
    panels = {name: (port, 1) for name, port in house.panels.items()}
    panels["bad-fire"] = house.bad_panel, BAD_PANEL
    gates = {name: (house.broker, number) for name, number in house.gates.items()}
    gates["bad-gate"] = house.bad_broker, BAD_GATE
    links = [_modbus(name, port) for name, port in modbus.items()]
    links += [_panel(name, port) for name, (port, _) in panels.items()]
    links += [_gate(name, port) for name, (port, _) in gates.items()]
    devices = [_device(name, "sensors/registers", {"unit": 1}) for name in modbus]
    devices += [
        _device(name, "panels/gb26875", {"address": at}) for name, (_, at) in panels.items()
    ]
    devices += [
        _device(name, "gates/mqtt_face", {"device_id": no}) for name, (_, no) in gates.items()
    ]
    return {
        "site": {"id": "hostile", "name": _text("hostile")},
        "gateway": {"id": "gw", "store": "var"},
        "page": {"serve": "off"},
        "links": links,
        "devices": devices,
    }


def _modbus(name: str, port: int) -> dict[str, Any]:
    transport = {"type": "tcp", "host": LOOPBACK, "port": port}
    return {"id": f"to-{name}", "driver": "modbus", "transport": transport}


def _panel(name: str, port: int) -> dict[str, Any]:
    return {"id": f"to-{name}", "driver": "gb26875", "listen": {"host": LOOPBACK, "port": port}}


def _gate(name: str, port: int) -> dict[str, Any]:
    return {"id": f"to-{name}", "driver": "mqtt_gate", "broker": {"host": LOOPBACK, "port": port}}


def _device(name: str, profile: str, address: dict[str, Any]) -> dict[str, Any]:
    link = {"id": name, "link": f"to-{name}", "profile": profile}
    return link | {"name": _text(name), "address": address}


def _text(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}
