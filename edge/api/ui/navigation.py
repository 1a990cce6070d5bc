"""Where one can go: the pages by name, and what one has to be allowed to see each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.access.roles import Permission, Principal
from edge.model import Text

Group: TypeAlias = Literal["watch", "site", "gateway"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page in the navigation; `first` ones stand in the bar at the bottom of a phone."""

    path: str
    text: Text
    icon: str
    group: Group
    needs: Permission = "look"
    first: bool = False

    def is_here(self, path: str) -> bool:
        """Whether a page belongs to this place."""
        if self.path == "/":
            return path == "/"
        return path == self.path or path.startswith(f"{self.path}/")


PLACES: Final = (
    Place(path="/", text=Text("现状", "Now"), icon="now", group="watch", first=True),
    Place(path="/alarms", text=Text("报警", "Alarms"), icon="bell", group="watch", first=True),
    Place(path="/devices", text=Text("设备", "Devices"), icon="devices", group="watch", first=True),
    Place(path="/events", text=Text("事件", "Events"), icon="events", group="watch", first=True),
    Place(path="/commands", text=Text("命令", "Commands"), icon="command", group="site"),
    Place(path="/rules", text=Text("规则", "Rules"), icon="rules", group="site", needs="configure"),
    Place(
        path="/add",
        text=Text("接入设备", "Add a device"),
        icon="add",
        group="site",
        needs="configure",
    ),
    Place(
        path="/configuration",
        text=Text("配置", "Configuration"),
        icon="configuration",
        group="site",
        needs="configure",
    ),
    Place(
        path="/diagnostics",
        text=Text("诊断", "Diagnostics"),
        icon="diagnostics",
        group="gateway",
        needs="configure",
    ),
    Place(path="/log", text=Text("日志", "Log"), icon="log", group="gateway", needs="configure"),
    Place(path="/audit", text=Text("审计", "Audit"), icon="audit", group="gateway", needs="audit"),
    Place(
        path="/users", text=Text("账号", "Users"), icon="users", group="gateway", needs="administer"
    ),
    Place(
        path="/certificates",
        text=Text("证书", "Certificates"),
        icon="certificate",
        group="gateway",
        needs="administer",
    ),
)

GROUPS: Final[dict[Group, Text]] = {
    "watch": Text("看", "Watch"),
    "site": Text("小区", "Site"),
    "gateway": Text("网关", "Gateway"),
}


def places(who: Principal) -> Iterator[Place]:
    """Those that this account may see."""
    return (place for place in PLACES if who.may(place.needs))
