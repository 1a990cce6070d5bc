"""ThingsBoard Gateway at the bench, set up so that nothing but its work holds it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from simulators.ports import LOOPBACK
from tests.bench.peers.devices import host
from tests.bench.peers.install import THINGSBOARD
from tests.bench.peers.load import REGISTERS, Load, Place

FREE: Final = "0:0,"
"""No limit at all."""
LIMITS: Final = (
    "rateLimits",
    "dpRateLimits",
    "messagesRateLimits",
    "deviceMessagesRateLimits",
    "deviceRateLimits",
    "deviceDpRateLimits",
)
LOGS: Final = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {
        "console": {"class": "logging.StreamHandler", "level": "WARNING"},
    },
    "root": {"level": "WARNING", "handlers": ["console"]},
}


def lay_out(place: Place, load: Load) -> list[str | Path]:
    """Write its three files; return the command that runs it."""
    folder = place.folder / "config"
    folder.mkdir(exist_ok=True)
    (folder / "tb_gateway.json").write_text(json.dumps(_gateway(place)), "utf-8")
    (folder / "modbus.json").write_text(json.dumps(_modbus(place, load)), "utf-8")
    (folder / "logs.json").write_text(json.dumps(LOGS), "utf-8")
    return ["env", f"TB_GW_CONFIG_DIR={folder}", THINGSBOARD]


def _gateway(place: Place) -> dict[str, Any]:
    """Memory store, no statistics, packs every 50 ms: its own default, and 0 would pin a core."""
    return {
        "thingsboard": {
            "host": LOOPBACK,
            "port": place.broker_port,
            "remoteShell": False,
            "remoteConfiguration": False,
            "statistics": {"enable": False},
            "deviceFiltering": {"enable": False},
            "maxPayloadSizeBytes": 65536,
            "minPackSendDelayMS": 50,
            "minPackSizeToSend": 500,
            "checkConnectorsConfigurationInSeconds": 60,
            "security": {"type": "accessToken", "accessToken": "bench"},
            "qos": 1,
            "reportStrategy": {"type": "ON_RECEIVED"},
            **dict.fromkeys(LIMITS, FREE),
        },
        "storage": {
            "type": "memory",
            "read_records_count": 5000,
            "max_records_count": 1_000_000,
        },
        "grpc": {"enabled": False},
        "connectors": [{"type": "modbus", "name": "bench", "configuration": "modbus.json"}],
    }


def _modbus(place: Place, load: Load) -> dict[str, Any]:
    """Ten registers as one range: one request for each device."""
    return {
        "name": "bench",
        "logLevel": "WARNING",
        "master": {
            "slaves": [
                {
                    "host": host(number),
                    "port": place.devices_port,
                    "type": "tcp",
                    "method": "socket",
                    "unitId": 1,
                    "deviceName": f"d{number}",
                    "deviceType": "default",
                    "timeout": 5,
                    "byteOrder": "BIG",
                    "wordOrder": "BIG",
                    "retries": 1,
                    "pollPeriod": load.period_ms,
                    "connectAttemptTimeMs": 500,
                    "connectAttemptCount": 5,
                    "waitAfterFailedAttemptsMs": 5000,
                    "attributes": [],
                    "timeseries": [
                        {
                            "tag": "r${address}",
                            "type": "16uint",
                            "functionCode": 3,
                            "objectsCount": 1,
                            "address": f"0-{REGISTERS - 1}",
                        }
                    ],
                    "attributeUpdates": [],
                    "rpc": [],
                }
                for number in range(load.devices)
            ]
        },
    }
