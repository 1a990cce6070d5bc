"""A transmission device with a fire panel of many detectors behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from edge.driver import Now
from edge.drivers.gb26875 import codec, frames, objects, tables
from edge.drivers.gb26875.codec import Received
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.frames import Frame
from edge.drivers.gb26875.objects import Item
from edge.drivers.gb26875.profile import GbProfile
from edge.model import Value
from simulators.fire_detectors import SYSTEM_ADDRESS, SYSTEM_TYPE, Detectors
from simulators.fire_line import GARBAGE, FireLine, Letter, Pace
from simulators.simulator import Told

Args = Mapping[str, Value]

DETECTORS: Final = 300
YEAR: Final = timedelta(days=365)
CENTRE: Final = 1
"""The address of the centre that devices are set up with."""
RESET: Final = 1 << 0
MANUAL_ALARM: Final = 1 << 2
DUTY_ANSWER: Final = 1 << 5
IN_STATUS: Final = 11
"""Components in one status upload, so that it fits the smallest of the makers' limits."""


class FirePanel:
    """One transmission device; `id` is the link in the site file on whose port it speaks."""

    def __init__(  # noqa: PLR0913  a device as the site file describes it
        self,
        *,
        link: str,
        device: str,
        address: int,
        host: str,
        port: int,
        profile: GbProfile,
        now: Now,
        dialect: str = "std",
        utc_offset: timedelta = timedelta(hours=8),
        detectors: int = DETECTORS,
        pace: Pace | None = None,
        duty_answer_s: float | None = 2.0,
    ) -> None:
        """Set up the device; `duty_answer_s` is how soon a person answers a duty check."""
        self._link = link
        self._device = device
        self._address = address
        self._now = now
        self._dialect = DIALECTS[dialect]
        self._utc_offset = utc_offset
        self._clock_off = timedelta(0)
        self._serial = 0
        self._serial_step = 1
        self._duty_answer_s = duty_answer_s
        self._told: list[Told] = []
        self._refuses = False
        self._later: set[asyncio.Task[None]] = set()
        self.detectors = Detectors(detectors, profile, self._dialect)
        self.line = FireLine(
            host, port, self._dialect, pace or Pace(), self._heartbeat, self._asked
        )
        self._verbs = self._all_verbs()

    @property
    def id(self) -> str:
        """The link in the site file."""
        return self._link

    @property
    def told(self) -> list[Told]:
        """Everything told that asks for a confirmation, oldest first."""
        return self._told

    async def run(self) -> None:
        """Live until cancelled."""
        try:
            await self.line.run()
        finally:
            later = tuple(self._later)
            for task in later:
                task.cancel()
            await asyncio.gather(*later, return_exceptions=True)

    async def act(self, device: str, verb: str, args: dict[str, Value]) -> None:
        """Do what a scenario asks; `ValueError` names a wrong device, verb or argument."""
        if device != self._device:
            raise ValueError(f"{device} is not {self._device}")
        act = self._verbs.get(verb)
        if act is None:
            raise ValueError(f"a fire panel cannot {verb}; it can {', '.join(self._verbs)}")
        act(args)

    def _all_verbs(self) -> Mapping[str, Callable[[Args], None]]:
        return {
            "fire": lambda args: self._bit(args, "fire", on=True),
            "restore": self._restore,
            "fault": lambda args: self._bit(args, "fault", on=True),
            "shield": lambda args: self._bit(args, "shield", on=True),
            "reset": lambda _: self._operate(RESET),
            "analog": self._analog,
            "call_point": lambda _: self._operate(MANUAL_ALARM),
            "status": self._status,
            "power_fault": lambda _: self._device_status(1 << 3),
            "power_back": lambda _: self._device_status(0),
            "storm": self._storm,
            "clock_off": self._set_clock_off,
            "garbage": lambda _: self._next(garbage=GARBAGE),
            "split": lambda _: self._next(split=True),
            "wrong_crc": lambda _: self._next(wrong_crc=True),
            "over_length": lambda _: self._break(self._over_length()),
            "lose_confirms": lambda args: self._next(lost_confirms=_int(args, "count", 1)),
            "stop_acking": lambda args: self._set_refusing(args),
            "silent": lambda args: self._next(mute=bool(args.get("on", True))),
            "hang_up": lambda _: self.line.hang_up(),
            "twice": lambda _: self._do_later(self.line.greet_twice()),
            "serial": lambda args: self._set_serial(args),
            "stale_text": self._stale_text,
            "short_objects": self._short_objects,
        }

    def _bit(self, args: Args, name: str, *, on: bool) -> None:
        zone, point = _int(args, "zone", 1), _int(args, "point", 1)
        self.detectors.set_bit(zone, point, name, on=on)
        item = self.detectors.component(zone, point, self._label())
        self._tell(tables.COMPONENT_STATUS, (item,), urgent=name == "fire" and on)

    def _restore(self, args: Args) -> None:
        for name in ("fire", "fault"):
            place = _int(args, "zone", 1), _int(args, "point", 1)
            self.detectors.set_bit(*place, name, on=False)
        self._bit(args, "shield", on=False)
