"""What each profile exposes: points, alarms, actions."""

from __future__ import annotations

from collections.abc import Iterator

from edge.model import Text
from edge.schema import Profile
from edge.schema.alarm import AlarmSpec
from edge.schema.pieces import PointSpec
from tests.reference.markdown import page, table
from tests.reference.shipped_profiles import shipped_profiles


def devices_page() -> str:
    """The page; words in both languages beside each other."""
    return page(
        "Devices: points, alarms, actions · 设备：点、报警、动作",
        "What a device of each shipped profile has. A point is `lift-1/trapped`; of what stands"
        " behind a device, such as a detector, `fire-1/1-1-2-1.fire`. Every device has the point"
        " `online` besides.",
        "各型号的设备有哪些点、报警和动作。点写作 `lift-1/trapped`；设备后面的部件（如探测器）写作"
        " `fire-1/1-1-2-1.fire`。每台设备另有点 `online`（在线）。",
        "[How a profile is written](../../firmware_configs/README.md)"
        " · [what was tried how](../../SUPPORTED.md)",
        *(part for name, profile in shipped_profiles().items() for part in _parts(name, profile)),
    )


def _parts(name: str, profile: Profile) -> Iterator[str]:
    yield f"## {name}"
    named = f"{profile.text.zh} · {profile.text.en}"
    yield f"{named}. `driver: {profile.driver}`, kind `{profile.kind}`."
    points = [(key, spec) for key, spec in profile.points.items()]
    points += [(f"*.{key}", spec) for key, spec in profile.component_points.items()]
    yield table(("point", "type", "中文", "English"), (_point(*each) for each in points))
    alarms = (_alarm(*each) for each in profile.alarms.items())
    yield table(("alarm", "lane", "severity", "category", "中文", "English"), alarms)
    actions = (
        (f"`{key}`", spec.effect, spec.text.zh, spec.text.en)
        for key, spec in profile.all_actions.items()
    )
    yield table(("action", "effect", "中文", "English"), actions)


def _point(name: str, spec: PointSpec) -> tuple[str, ...]:
    named = ((str(number), text) for number, text in spec.labels.items())
    labels = [Text(f"{number} {text.zh}", f"{number} {text.en}") for number, text in named]
    kind = f"{spec.type}, {spec.unit}" if spec.unit else spec.type
    zh = "；".join((spec.text.zh, *(each.zh for each in labels)))
    return f"`{name}`", kind, zh, "; ".join((spec.text.en, *(each.en for each in labels)))


def _alarm(name: str, spec: AlarmSpec) -> tuple[str, ...]:
    words = spec.text.zh, spec.text.en
    return f"`{name}`", spec.lane.value, str(spec.severity), f"`{spec.category}`", *words
