"""A transmission device with a fire panel of many detectors behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from edge.driver import Now
from edge.drivers.gb26875 import frames, objects, tables
from edge.drivers.gb26875.objects import Item
from edge.drivers.gb26875.profile import GbProfile
from edge.model import Value
from simulators.fire_detectors import SYSTEM_ADDRESS, SYSTEM_TYPE, Detectors
from simulators.fire_device import FireDevice, Identity
from simulators.fire_line import GARBAGE
from simulators.simulator import Told

Args = Mapping[str, Value]

DETECTORS: Final = 300
YEAR: Final = timedelta(days=365)
IN_STATUS: Final = 10
"""Components in one status upload, so that it fits the smallest of the makers' limits."""
RESET: Final = 1 << 0
MANUAL_ALARM: Final = 1 << 2
MAINS_FAULT: Final = 1 << 3
NORMAL: Final = 1
STALE: Final = b"\x00\xd0\xc2\xff\x80stale"
"""What is left in a text field behind its end: half characters and old words."""
NO_DATE: Final = bytes(6)


class FirePanel:
    """One device; `id` is the link in the site file on whose port it speaks."""

    def __init__(
        self,
        identity: Identity,
        profile: GbProfile,
        now: Now,
        *,
        detectors: int = DETECTORS,
    ) -> None:
        """Set the device up as its site does."""
        self.detectors = Detectors(detectors, profile, identity.centre.dialect)
        self.device = FireDevice(identity, self.detectors, now)
        self._link = identity.link
        self._name = identity.device
        self._verbs = self._all_verbs() | self._fault_verbs()

    @property
    def id(self) -> str:
        """The link in the site file."""
        return self._link

    @property
    def told(self) -> list[Told]:
        """Everything told that asks for a confirmation, oldest first."""
        return self.device.told

    async def run(self) -> None:
        """Live until cancelled; survives a gateway that comes and goes."""
        await self.device.run()

    async def act(self, device: str, verb: str, args: dict[str, Value]) -> None:
        """Do what a scenario asks; `ValueError` names a wrong device, verb or argument."""
        if device != self._name:
            raise ValueError(f"{device} is not {self._name}")
        act = self._verbs.get(verb)
        if act is None:
            raise ValueError(f"a fire panel cannot {verb}; it can {', '.join(self._verbs)}")
        act(args)

    def _all_verbs(self) -> dict[str, Callable[[Args], None]]:
        return {
            "fire": lambda args: self._bit(args, "fire"),
            "fault": lambda args: self._bit(args, "fault"),
            "shield": lambda args: self._bit(args, "shield"),
            "restore": self._restore,
            "reset": self._reset,
            "analog": self._analog,
            "call_point": lambda _: self._operate(MANUAL_ALARM),
            "status": self._status,
            "mains_fault": lambda _: self._device_status(NORMAL | MAINS_FAULT),
            "mains_back": lambda _: self._device_status(NORMAL),
            "storm": self._storm,
        }

    def _fault_verbs(self) -> dict[str, Callable[[Args], None]]:
        """Return what goes wrong on demand; `on: false` ends what lasts."""
        line, faults, habits = self.device.line, self.device.line.faults, self.device.habits
        return {
            "garbage": lambda _: setattr(faults, "before", GARBAGE),
            "over_length": lambda _: setattr(faults, "before", self._over_length()),
            "split": lambda _: setattr(faults, "split", True),
            "wrong_crc": lambda _: setattr(faults, "wrong_crc", True),
            "lose_confirms": lambda args: setattr(faults, "lost", _int(args, "count", 1)),
            "silent": lambda args: setattr(faults, "mute", _on(args)),
            "stop_acking": lambda args: setattr(habits, "deaf", _on(args)),
            "hang_up": lambda _: line.hang_up(),
            "connect_twice": lambda _: self.device.later(line.greet_twice()),
            "clock_off": lambda args: setattr(habits, "clock_off", _int(args, "years", -14) * YEAR),
            "nobody_there": lambda args: setattr(
                habits, "duty_answer_s", None if _on(args) else 2.0
            ),
            "serial": lambda args: setattr(self.device, "serial", _int(args, "next", 65535)),
            "stuck_serial": lambda args: setattr(habits, "serial_step", int(not _on(args))),
            "stale_text": self._stale_text,
            "short_objects": self._short_objects,
            "no_date": self._no_date,
        }

    def _bit(self, args: Args, name: str) -> None:
        place = _place(args)
        self.detectors.set_bit(*place, name, on=True)
        item = self.detectors.component(*place, self.device.label())
        self.device.tell(tables.COMPONENT_STATUS, (item,), urgent=name == "fire")

    def _restore(self, args: Args) -> None:
        place = _place(args)
        for name in ("fire", "fault", "shield"):
            self.detectors.set_bit(*place, name, on=False)
        item = self.detectors.component(*place, self.device.label())
        self.device.tell(tables.COMPONENT_STATUS, (item,))

    def _reset(self, _: Args) -> None:
        self.detectors.reset()
        self._operate(RESET)

    def _operate(self, operation: int) -> None:
        item = Item(
            system_type=SYSTEM_TYPE,
            system_address=SYSTEM_ADDRESS,
            operation=operation,
            operator=1,
            time=self.device.label(),
        )
        self.device.tell(tables.OPERATION, (item,), urgent=operation == MANUAL_ALARM)

    def _analog(self, args: Args) -> None:
        name, value = args.get("name", "temperature"), args.get("value")
        if not isinstance(name, str) or isinstance(value, str | bool) or value is None:
            raise ValueError("analog wants name and a number as value")
        kind = self.detectors.set_analog(*_place(args), name, value)
        item = self.detectors.analog(*_place(args), kind, self.device.label())
        self.device.tell(tables.COMPONENT_ANALOG, (item,))

    def _status(self, _: Args) -> None:
        """Upload the status of every detector, as a panel does after a power cut."""
        places, label = self.detectors.places(), self.device.label()
        for begin in range(0, len(places), IN_STATUS):
            chunk = places[begin : begin + IN_STATUS]
            items = [self.detectors.component(*place, label) for place in chunk]
            self.device.tell(tables.COMPONENT_STATUS, items)

    def _device_status(self, status: int) -> None:
        self.detectors.device = status
        item = Item(status=status, time=self.device.label())
        self.device.tell(tables.DEVICE_STATUS, (item,))

    def _storm(self, args: Args) -> None:
        """Tell faults of one detector after the other, as a cut loop does."""
        places = self.detectors.places()
        for number in range(_int(args, "count", 100)):
            zone, point = places[number % len(places)]
            self._bit({"zone": zone, "point": point}, "fault")

    def _over_length(self) -> bytes:
        """Build a frame that claims one byte more than the standard allows."""
        app = objects.encode(tables.DEVICE_STATUS, (Item(status=NORMAL, time=NO_DATE),))
        frame = frames.Frame(
            serial=0, label=self.device.label(), source=0, destination=0, command=2, app=app
        )
        claimed = (frames.MAX_APP_DATA + 1).to_bytes(2, "little")
        written = frames.encode(frame)
        return written[:24] + claimed + written[26:]

    def _stale_text(self, args: Args) -> None:
        """Tell a fire whose text is followed by what stood there before."""
        place = _place(args)
        self.detectors.set_bit(*place, "fire", on=True)
        item = self.detectors.component(*place, self.device.label())
        app = objects.encode(tables.COMPONENT_STATUS, (item,))
        end = len(app) - objects.TIME
        self.device.tell_raw(app[: end - len(STALE)] + STALE + app[end:], urgent=True)

    def _short_objects(self, args: Args) -> None:
        """Tell a fire in a frame that announces three objects and holds one."""
        place = _place(args)
        self.detectors.set_bit(*place, "fire", on=True)
        item = self.detectors.component(*place, self.device.label())
        app = objects.encode(tables.COMPONENT_STATUS, (item,))
        self.device.tell_raw(app[:1] + b"\x03" + app[2:], urgent=True)

    def _no_date(self, args: Args) -> None:
        """Tell a fire dated month 0, day 0."""
        place = _place(args)
        self.detectors.set_bit(*place, "fire", on=True)
        item = self.detectors.component(*place, NO_DATE)
        app = objects.encode(tables.COMPONENT_STATUS, (item,))
        self.device.tell_raw(app, urgent=True, label=NO_DATE)


def _place(args: Args) -> tuple[int, int]:
    return _int(args, "zone", 1), _int(args, "point", 1)


def _int(args: Args, name: str, default: int) -> int:
    value = args.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} is {value!r}, not a whole number")  # noqa: TRY004  the contract of `act`
    return value


def _on(args: Args) -> bool:
    return args.get("on", True) is True
