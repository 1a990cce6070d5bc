"""A small site on disk: its file, a profile of its own and a table, for tests that change it."""

from __future__ import annotations

from pathlib import Path

SITE = """\
# A small site.
site: {id: small, name: {zh: 小院, en: Small}, language: en}
gateway: {id: gw-1, store: var}
links:
  - id: bus
    driver: modbus
    transport: {type: tcp, host: 127.0.0.1, port: 15021}   # the box
  - id: fire
    driver: gb26875
    listen: {host: 127.0.0.1, port: 15026}
devices:
  - id: box-1
    link: bus
    profile: sensors/box
    name: {zh: 电箱, en: Box}
    address: {unit: 1}
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {zh: 消防主机, en: Fire panel}
    address: {address: 7, places: fire-1.csv}
"""

PROFILE = """\
driver: modbus
kind: electric
make: test
model: box
source: test
text: {zh: 电箱, en: Box}
points:
  leakage: {type: int, register: 1, text: {zh: 漏电, en: Leakage}}
"""

TABLE = """\
system_type,system_address,zone,point,building,unit,floor,room,text
1,1,1,1,,,1,,hall
"""


def lay_out(folder: Path) -> Path:
    """Write the site into a folder; return the site file."""
    (folder / "profiles" / "sensors").mkdir(parents=True)
    (folder / "profiles" / "sensors" / "box.yaml").write_text(PROFILE, encoding="utf-8")
    (folder / "fire-1.csv").write_text(TABLE, encoding="utf-8")
    site = folder / "site.yaml"
    site.write_text(SITE, encoding="utf-8")
    return site
