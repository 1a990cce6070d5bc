"""Node-RED at the bench: for each device a Modbus node, wired to a node that publishes at QoS 1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from simulators.ports import LOOPBACK
from tests.bench.peers.devices import host
from tests.bench.peers.install import NODE_RED, NODE_RED_FOLDER
from tests.bench.peers.load import REGISTERS, Load, Place

SETTINGS: Final = """\
module.exports = {{
  uiPort: {port}, uiHost: "{host}", httpAdminRoot: false, httpNodeRoot: false,
  nodesDir: "{nodes}", flowFile: "flows.json",
  logging: {{ console: {{ level: "warn", metrics: false, audit: false }} }},
  editorTheme: {{ tours: false }}, telemetry: {{ enabled: false }},
}}
"""
QUIET: Final = {"showErrors": False, "showWarnings": False, "showLogs": False}


def lay_out(place: Place, load: Load) -> list[str | Path]:
    """Write settings and flows; return the command that runs them."""
    folder = place.folder / "node-red"
    folder.mkdir(exist_ok=True)
    nodes = NODE_RED_FOLDER / "node_modules" / "node-red-contrib-modbus"
    settings = SETTINGS.format(port=place.spare_port, host=LOOPBACK, nodes=nodes)
    (folder / "settings.js").write_text(settings, "utf-8")
    (folder / "flows.json").write_text(json.dumps(_flows(place, load)), "utf-8")
    return [NODE_RED, "--userDir", folder, "--settings", folder / "settings.js"]


def _flows(place: Place, load: Load) -> list[dict[str, Any]]:
    broker = {
        "id": "broker",
        "type": "mqtt-broker",
        "broker": LOOPBACK,
        "port": str(place.broker_port),
        "clientid": "node-red",
        "autoConnect": True,
        "usetls": False,
        "protocolVersion": "4",
        "keepalive": "60",
        "cleansession": True,
    }
    flows: list[dict[str, Any]] = [{"id": "tab", "type": "tab", "label": "bench"}, broker]
    for number in range(load.devices):
        flows += _device(number, place, load)
    return flows


def _device(number: int, place: Place, load: Load) -> list[dict[str, Any]]:
    """A connection of its own, a read of ten registers, a topic."""
    out = {
        "id": f"m{number}",
        "type": "mqtt out",
        "z": "tab",
        "topic": f"bench/d{number}",
        "qos": "1",
        "retain": "false",
        "broker": "broker",
        "wires": [],
    }
    return [_client(number, place), _read(number, load), out]


def _client(number: int, place: Place) -> dict[str, Any]:
    return {
        "id": f"c{number}",
        "type": "modbus-client",
        "name": f"d{number}",
        "clienttype": "tcp",
        "bufferCommands": True,
        "stateLogEnabled": False,
        "queueLogEnabled": False,
        "failureLogEnabled": False,
        "tcpHost": host(number),
        "tcpPort": str(place.devices_port),
        "tcpType": "DEFAULT",
        "unit_id": "1",
        "commandDelay": "1",
        "clientTimeout": "5000",
        "reconnectOnTimeout": True,
        "reconnectTimeout": "2000",
        "parallelUnitIdsAllowed": True,
        **QUIET,
    }


def _read(number: int, load: Load) -> dict[str, Any]:
    return {
        "id": f"r{number}",
        "type": "modbus-read",
        "z": "tab",
        "name": f"d{number}",
        "topic": f"bench/d{number}",
        "showStatusActivities": False,
        "logIOActivities": False,
        "unitid": "1",
        "dataType": "HoldingRegister",
        "adr": "0",
        "quantity": str(REGISTERS),
        "rate": str(load.period_ms),
        "rateUnit": "ms",
        "delayOnStart": False,
        "server": f"c{number}",
        "useIOFile": False,
        "useIOForPayload": False,
        "emptyMsgOnFail": False,
        "wires": [[f"m{number}"], []],
        **QUIET,
    }
