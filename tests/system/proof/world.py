"""Who takes part in a proof, at which ports, and the site file that says so."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

WORLD: Final = "world.json"
SENT: Final = "devices.jsonl"
RECEIVED: Final = "platform.jsonl"
AUTHORITY: Final = "authority.crt"
GOOD: Final = "good"
EXPIRED: Final = "expired"
"""The platform's certificates, and their keys."""
TOKEN_FILE: Final = "token"  # noqa: S105 - a name
TOKEN: Final = "known-to-the-platform"  # noqa: S105 - a test's own

SITE: Final = """\
site: {{id: proof, name: {{zh: 证明, en: Proof}}}}
gateway: {{id: gw, store: var}}
page: {{listen: {{host: 127.0.0.1, port: {page_port}}}}}
links:
  - {{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {panel_port}}}}}
  - {{id: gates, driver: mqtt_gate, broker: {{host: 127.0.0.1, port: {field_port}}}}}
devices:
{devices}
uplinks:
  - id: city
    type: mqtt
    broker: {{host: 127.0.0.1, port: {cloud_way}, username: gateway}}
    https:
      url: https://127.0.0.1:{door_port}/ingest
      token_file: {token}
      tls: {{ca_file: {authority}}}
"""
PANEL: Final = """\
  - id: {name}
    link: fire
    profile: panels/gb26875
    name: {{zh: 装置, en: Device}}
    address: {{address: {number}}}
"""
GATE: Final = """\
  - id: {name}
    link: gates
    profile: gates/mqtt_face
    name: {{zh: 门禁, en: Gate}}
    address: {{device_id: '{number}'}}
"""


class World(msgspec.Struct, frozen=True, kw_only=True):
    """A `way` is the port of a proxy before the port of the same name.

    `panels` send event after event, `flooder` as fast as it is told; `pause_s` is between two
    events of one device.
    """

    page_port: int
    panel_port: int
    panel_way: int
    cloud_port: int
    cloud_way: int
    door_port: int
    field_port: int
    panels: dict[str, int]
    flooder: tuple[str, int]
    gates: dict[str, str]
    pause_s: float = 0.25

    def site(self, folder: Path) -> str:
        """Return the site file of the gateway; its platform's authority is in a folder."""
        panels = {**self.panels, self.flooder[0]: self.flooder[1]}
        devices = [PANEL.format(name=name, number=number) for name, number in panels.items()]
        devices += [GATE.format(name=name, number=number) for name, number in self.gates.items()]
        return SITE.format(
            page_port=self.page_port,
            panel_port=self.panel_port,
            field_port=self.field_port,
            cloud_way=self.cloud_way,
            door_port=self.door_port,
            token=folder / TOKEN_FILE,
            authority=folder / AUTHORITY,
            devices="".join(devices).rstrip(),
        )

    def save(self, folder: Path) -> None:
        """Leave it for the other processes."""
        (folder / WORLD).write_bytes(msgspec.json.encode(self))


def load(folder: Path) -> World:
    """Read what `save` left."""
    return msgspec.json.decode((folder / WORLD).read_bytes(), type=World)
