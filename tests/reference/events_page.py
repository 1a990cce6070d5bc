"""Every event that goes to a platform: how urgent it is, what its data holds."""

from __future__ import annotations

from cloud_bridge.contract.examples import example_events
from cloud_bridge.contract.schemas import event_schemas
from cloud_bridge.wire.kinds import lane_of, severity_of, wire_kind
from tests.reference.markdown import code, page, table


def events_page() -> str:
    """The page."""
    urgent = {
        wire_kind(kept.event): (
            lane_of(kept.event, kept.alarm),
            severity_of(kept.event, kept.alarm),
        )
        for kept in reversed(example_events())
    }
    rows = []
    for name, schema in event_schemas():
        kind = name.removeprefix("community.").rpartition(".")[0]
        lane, severity = urgent[kind]
        own = kind.startswith(("alarm.", "issue.", "evidence.", "device.reported"))
        rows.append(
            (
                f"[`{kind}`](../contract/events/{name}.json)",
                "by what it says" if own else lane.value,
                "" if own else str(severity),
                schema["description"],
                code(_keys(schema)),
            )
        )
    return page(
        "Events",
        "What a gateway tells a platform, as CloudEvents of the type `community.<event>.v1`."
        " How they come, and what the platform answers, is [the contract](../contract/README.md);"
        " the schemas there are made from the same types. In `data` each has `device` and"
        " `location` besides.",
        "Lanes, the most urgent first: `life_safety`, `security`, `fault`, `info`.",
        table(("event", "lane", "severity", "tells", "data"), rows),
    )


def _keys(schema: object) -> list[str]:
    """The keys of the document that an event's data is."""
    tree = dict(schema) if isinstance(schema, dict) else {}
    data = tree["properties"]["data"]
    name = str(data.get("$ref", "")).rpartition("/")[2]
    found = tree["$defs"][name] if name else data
    return [each for each in found["properties"] if each not in {"device", "location"}]
