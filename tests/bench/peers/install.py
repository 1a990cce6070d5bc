"""Installs the peers, each into an environment of its own, at the version the figures are of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

from tests.source_tree import ROOT

FOLDER: Final = Path(os.environ.get("WHISTLE_PEERS", ROOT / ".venv" / "peers"))
THINGSBOARD: Final = FOLDER / "thingsboard" / "bin" / "thingsboard-gateway"
NODE_RED_FOLDER: Final = FOLDER / "node-red"
NODE_RED: Final = NODE_RED_FOLDER / "node_modules" / ".bin" / "node-red"

PYTHON_PACKAGES: Final = (
    "thingsboard-gateway==3.8.5",
    "pymodbus==3.9.2",
    "pyserial==3.5",
    "pyserial-asyncio==0.6",
)
"""The gateway installs the last three by itself when it first starts."""
NODE_PACKAGES: Final = {
    "private": True,
    "dependencies": {"node-red": "4.1.15", "node-red-contrib-modbus": "5.45.2"},
    "overrides": {"@openp4nr/modbus-serial": "npm:modbus-serial@8.0.25"},
}
"""contrib-modbus takes its own fork of modbus-serial from outside the registry; this is the
original, whose newest version stands closest to it."""


def install(folder: Path) -> None:
    """Install both; `CalledProcessError` where a registry does not give them."""
    place = folder / "thingsboard"
    venv.create(place, with_pip=True)
    pip: list[str | Path] = [place / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", *PYTHON_PACKAGES], check=True)
    place = folder / "node-red"
    place.mkdir(parents=True, exist_ok=True)
    (place / "package.json").write_text(json.dumps(NODE_PACKAGES, indent=2), "utf-8")
    npm = ["npm", "install", "--no-audit", "--no-fund", "--omit=optional"]
    subprocess.run(npm, cwd=place, check=True)


def main() -> None:
    """Install them into `.venv/peers`, or the folder named; WHISTLE_PEERS says where that is."""
    install(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)


if __name__ == "__main__":
    main()
