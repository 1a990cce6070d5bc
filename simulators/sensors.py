"""Simulated sensors that publish JSON on one broker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, NoReturn, TypeAlias

from edge.errors import LinkDown
from edge.model import Value
from edge.mqtt import Broker, Session, connect
from simulators.simulator import Told

EVERY_SECONDS: Final = 60.0
RETRY_SECONDS: Final = 0.5
MAX_UNSENT: Final = 100
"""Messages a sensor keeps while the broker is away; then the oldest is overwritten."""

Kind: TypeAlias = Literal["call_button", "smoke", "bin", "parking", "pressure"]

_AT_REST: Final[Mapping[Kind, Mapping[str, Value]]] = {
    "call_button": {"pressed": False},
    "smoke": {"smoke": "normal", "temperature": 22.5},
    "bin": {"fill": 10.0},
    "parking": {"occupied": False},
    "pressure": {"pressure": 320.0},
}


@dataclass(slots=True)
class Sensor:
    """One sensor: `device` is its name on the site, `number` its own in the topics."""

    device: str
    number: str
    values: dict[str, Value]
    count: int = 0
    silent: bool = False
    unsent: list[bytes] = field(default_factory=list)


class JsonSensors:
    """All sensors of a link; `sensors` gives each device its own number and its kind.

    A sensor hears no more than its broker's word, so nothing in the ledger is ever marked
    as confirmed: what counts is whether the origin arrives.
    """

    def __init__(  # noqa: PLR0913 - a world with its paces
        self,
        link: str,
        broker: Broker,
        sensors: Mapping[str, tuple[str, Kind]],
        *,
        prefix: str = "sensors",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._link = link
        self._broker = broker
        self._prefix = prefix
        self._now = now
        self._every = every_seconds
        self._told: list[Told] = []
        self._session: Session | None = None
        self._sensors = {
            device: Sensor(device, number, {**_AT_REST[kind], "battery": 96.0, "tamper": False})
            for device, (number, kind) in sensors.items()
        }

    @property
    def id(self) -> str:
        """The link in the site file that these sensors stand behind."""
        return self._link

    @property
    def told(self) -> list[Told]:
        """Every message that a scenario asked for, oldest first."""
        return self._told

    async def run(self) -> NoReturn:
        """Live until cancelled; a broker that goes is waited for."""
        while True:
            try:
                await self._live()
            except (LinkDown, OSError):
                await asyncio.sleep(RETRY_SECONDS)

    async def act(self, device: str, verb: str, args: dict[str, Value]) -> None:
        """Do what a scenario asks; `ValueError` names a verb or sensor that there is not."""
        sensor = self._sensors.get(device)
        if sensor is None:
            raise ValueError(f"no sensor {device}")
        match verb:
            case "silent":
                sensor.silent = True
            case "speak":
                sensor.silent = False
                await self._tell(sensor)
            case "garbage":
                sensor.unsent += [b"\x80\x81", b'{"pressed": tru', b"[]", b"[" * 2000]
                await self._flush(sensor)
            case _:
                sensor.values |= _change(sensor, verb, args)
                told = await self._tell(sensor)
                self._told.append(Told(device=device, origin=told, what=verb, at=self._now()))

    async def _live(self) -> None:
        async with connect(
            self._broker, client_id=f"sensors-{self._link}", subscriptions=[]
        ) as session:
            self._session = session
            try:
                while True:
                    for sensor in self._sensors.values():
                        await session.publish(
                            f"{self._prefix}/{sensor.number}/availability", b"online", retain=True
                        )
                        await self._tell(sensor)
                    await session.receive(self._every)
            finally:
                self._session = None

    async def _tell(self, sensor: Sensor) -> str:
        """Send all values under the next number; return the message's own identity."""
        sensor.count += 1
        stamp = self._now().isoformat(timespec="milliseconds")
        said = {"id": sensor.count, "at": stamp, **sensor.values}
        sensor.unsent.append(json.dumps(said, ensure_ascii=False).encode())
        del sensor.unsent[:-MAX_UNSENT]
        await self._flush(sensor)
        return f"{sensor.device}/{sensor.count}/{stamp}"

    async def _flush(self, sensor: Sensor) -> None:
        """Send what waits, oldest first; what the broker did not take waits on."""
        topic = f"{self._prefix}/{sensor.number}/state"
        while sensor.unsent and self._session is not None and not sensor.silent:
            body = sensor.unsent[0]
            try:
                await self._session.publish(topic, body)
            except LinkDown:
                return
            if body in sensor.unsent:
                sensor.unsent.remove(body)


def _change(sensor: Sensor, verb: str, args: Mapping[str, Value]) -> dict[str, Value]:
    """What a verb does to the values; `ValueError` when this sensor has no such value."""
    changes: dict[str, tuple[str, Value]] = {
        "press": ("pressed", True),
        "release": ("pressed", False),
        "fill": ("fill", args.get("percent", 95.0)),
        "occupy": ("occupied", True),
        "leave": ("occupied", False),
        "pressure": ("pressure", args.get("kpa", 80.0)),
        "smoke": ("smoke", "alarm"),
        "clear": ("smoke", "normal"),
        "battery": ("battery", args.get("percent", 5.0)),
        "tamper": ("tamper", True),
        "restore": ("tamper", False),
    }
    name, value = changes.get(verb, ("", None))
    if value is None or name not in sensor.values:
        raise ValueError(f"{sensor.device} has no verb {verb}")
    return {name: value}
