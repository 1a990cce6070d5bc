"""What is supported, and how far each was tried: by profiles, cases, the drivers' own marks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ruamel.yaml import YAML

from edge.schema import Profile
from tests.reference.markdown import code, page, table
from tests.reference.shipped_profiles import shipped_profiles
from tests.source_tree import ROOT

_FEW: Final = 2
CASES: Final = ROOT / "tests" / "cases"
PROTOCOLS: Final[Mapping[str, str]] = {
    "modbus": "Modbus TCP, RTU",
    "gb26875": "GB/T 26875.3",
    "mqtt_gate": "MQTT, face gates",
    "mqtt_json": "MQTT, JSON",
    "camera": "RTSP, MJPEG, snapshots, USB",
}
_PANELS: Final = {"std": "panels/gb26875", "dahua-bcd": "panels/gb26875_dahua"}

_HEAD: Final = (
    *("profile", "device", "protocol", "points", "alarms", "actions"),
    *("literal frames", "cases", "simulator", "other software", "real device"),
)
_NOTES: Final = (
    "- **literal frames**: the decoder is pinned by bytes from a standard's transcription, a"
    " public program or a message on record, not only by our simulator.\n"
    "- **cases**: folders in `tests/cases/` with such input and what has to come of it.\n"
    "- **other software**: tried against an implementation that is not ours.\n"
    "- **real device**: by us, on the wire."
)


def supported_page() -> str:
    """The page."""
    profiles, cases = shipped_profiles(), Counter(_case_profiles())
    quality = {driver: _quality(driver) for driver in PROTOCOLS}
    rows = (_row(*each, cases, quality) for each in profiles.items())
    exempt = [
        f"- `{driver}`: {marks['counterpart']['exempt']}."
        for driver, marks in quality.items()
        if marks["counterpart"] != "done"
    ]
    return page(
        "What is supported",
        "**None of these has been seen by us on a real device.** A profile comes from the source"
        " that is named below, and is only as right as that. Before a device counts on a site,"
        " compare what it shows with what the page shows, one signal after the other.",
        "这些型号都没有在真实设备上见过。型号文件依据下面写明的来源，来源错了它也错。"
        "投用前，请逐个信号对照设备与网关页面。",
        table(_HEAD, rows),
        _NOTES,
        "## No other software",
        "\n".join(exempt),
        "## Where each profile comes from",
        *(f"**{name}**: {' '.join(each.source.split())}" for name, each in profiles.items()),
        "## Adding one\n\nA model of a known protocol is one YAML file and one recorded case:"
        " [CONTRIBUTING.md](CONTRIBUTING.md#a-lift-model). A recording of a real device, with its"
        " firmware version, is what this table lacks most.",
    )


def _row(
    name: str, profile: Profile, cases: Mapping[str, int], quality: Mapping[str, Mapping[str, Any]]
) -> tuple[str, ...]:
    marks = quality[profile.driver]
    return (
        f"[{name}](docs/reference/devices.md#{name.replace('/', '')})",
        f"{profile.text.zh} · {profile.text.en}",
        PROTOCOLS[profile.driver],
        str(len(profile.points) + len(profile.component_points)),
        str(len(profile.alarms)),
        _told(profile),
        "yes" if marks["golden_frames"] == "done" else "no",
        str(cases.get(name, 0)),
        "yes" if marks["simulator"] == "done" else "no",
        "yes" if marks["counterpart"] == "done" else "no",
        "not yet",
    )


def _told(profile: Profile) -> str:
    """What such a device can be told: by name while that is short."""
    actions = profile.all_actions
    return code(actions) if len(actions) <= _FEW else str(len(actions))


def _quality(driver: str) -> Mapping[str, Any]:
    path = ROOT / "edge" / "drivers" / driver / "quality.yaml"
    marks: Mapping[str, Any] = YAML(typ="safe", pure=True).load(path.read_text())["rules"]
    return marks


def _case_profiles() -> Iterator[str]:
    """The profile of each recorded case; one that brings a profile of its own counts for none."""
    for path in CASES.glob("modbus/*/case.yaml"):
        yield str(YAML(typ="safe", pure=True).load(path.read_text())["profile"])
    for path in CASES.glob("mqtt_json/*/case.json"):
        yield f"sensors/{json.loads(path.read_text())['like']}"
    for _ in CASES.glob("mqtt_gate/*/case.json"):
        yield "gates/mqtt_face"
    for path in CASES.glob("gb26875/*/dialect"):
        yield _PANELS.get(path.read_text().strip(), "")
