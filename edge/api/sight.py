"""What of a site concerns somebody whose account is for some buildings only."""

from __future__ import annotations

from http import HTTPStatus

from edge.access.roles import Principal
from edge.api.problems import problem
from edge.model import Alarm, Covers, Device
from edge.site import Site


class Sight:
    """Whether things stand where somebody may look; what stands nowhere concerns everybody."""

    def __init__(self, site: Site, who: Principal) -> None:
        self._site = site
        self._who = who

    @property
    def whole(self) -> bool:
        """Whether everything may be seen."""
        return not self._who.buildings

    def place(self, building: str) -> bool:
        """Whether a building, or no building, may be seen."""
        return not building or self._who.sees(building)

    def device(self, device: Device) -> bool:
        """Whether a device may be seen."""
        return self.place(device.location.building)

    def subject(self, subject: str) -> bool:
        """Whether a device, a point, or an alarm's key is about something that may be seen."""
        first = subject.partition("/")[0]
        if first in self._site.buildings:
            return self.place(first)
        return self.place(self._site.locate(subject).building)

    def alarm(self, alarm: Alarm) -> bool:
        """Whether an alarm is where one may look."""
        return self.whole or self.place(self._site.location_of(alarm.raised).building)

    def covers(self, covers: Covers) -> bool:
        """Whether all that a suppression is about may be seen."""
        device = self._site.devices.get(covers.device)
        return self.place(covers.building) and (device is None or self.device(device))

    def find(self, name: str) -> Device:
        """The device; a problem with status 404 where there is none, or none that may be seen."""
        device = self._site.devices.get(name)
        if device is None or not self.device(device):
            raise problem(HTTPStatus.NOT_FOUND, "没有这台设备", "no such device")
        return device
