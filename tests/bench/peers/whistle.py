"""Whistle at the bench: a whole gateway, rules and durable history on."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from simulators.ports import LOOPBACK
from tests.bench.peers.devices import host
from tests.bench.peers.load import Load, Place

RULES: Final = 20
NEVER: Final = 70_000
"""No register reads this much."""
LINGER: Final = "3ms"
PROFILE: Final = "sensors/bench"


def lay_out(place: Place, load: Load, **more: Any) -> list[str | Path]:
    """Write the site and its profile; return the command that runs it.

    JSON is YAML, too. `more` are further sections, or other ones, of the site file.
    """
    profiles = place.folder / "profiles" / "sensors"
    profiles.mkdir(parents=True, exist_ok=True)
    (profiles / "bench.yaml").write_text(json.dumps(profile(load)), "utf-8")
    site = place.folder / "site.yaml"
    site.write_text(json.dumps(site_of(place, load) | more), "utf-8")
    return [sys.executable, "-m", "edge", "run", site, "--log", "json"]


def profile(load: Load) -> dict[str, Any]:
    """Registers that are read together, and an alarm on one of them."""
    return {
        "driver": "modbus",
        "kind": "pressure",
        "make": "bench",
        "model": "ten registers",
        "source": "a bench",
        "text": _text("ten registers"),
        "settings": {"groups": {"all": f"{load.period_ms}ms"}},
        "points": {
            f"r{n}": {"type": "int", "register": n, "group": "all", "text": _text(f"register {n}")}
            for n in range(load.registers)
        },
        "alarms": {
            "high": {
                "when": {"point": "r1", "above": NEVER},
                "category": "water.pressure",
                "severity": 700,
                "lane": "fault",
                "text": _text("too high"),
            }
        },
    }


def site_of(place: Place, load: Load) -> dict[str, Any]:
    """Every device on a link of its own, rules on the first of them, an uplink."""
    return {
        "site": {"id": "bench", "name": _text("bench")},
        "gateway": {"id": "gw", "store": "var"},
        "page": {"serve": "off"},
        "links": [
            {
                "id": f"l{n}",
                "driver": "modbus",
                "transport": {"type": "tcp", "host": host(n), "port": place.devices_port},
            }
            for n in range(load.devices)
        ],
        "devices": [
            {
                "id": f"d{n}",
                "link": f"l{n}",
                "profile": PROFILE,
                "name": _text(f"d{n}"),
                "address": {"unit": 1},
            }
            for n in range(load.devices)
        ],
        "rules": [_rule(n, f"d{n % load.devices}/r{n % load.registers}") for n in range(RULES)],
        "uplinks": [
            {
                "id": "platform",
                "type": "mqtt",
                "broker": {"host": LOOPBACK, "port": place.broker_port},
                "telemetry": {"linger": LINGER},
            }
        ],
    }


def _rule(number: int, point: str) -> dict[str, Any]:
    return {
        "id": f"rule_{number}",
        "when": {"point": point, "above": NEVER},
        "for": "10s",
        "raise": {
            "category": "water.flood",
            "severity": 700,
            "lane": "fault",
            "text": _text("flood"),
        },
    }


def _text(words: str) -> dict[str, str]:
    return {"zh": words, "en": words}
