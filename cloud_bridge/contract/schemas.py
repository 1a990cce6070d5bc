"""JSON Schemas of everything on the wire, with examples."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

import msgspec

from cloud_bridge.contract.examples import AT, FIRST, SITE, example_events, narrator
from cloud_bridge.contract.orders import order_examples
from cloud_bridge.wire import (
    TYPES,
    Bilingual,
    CloudEvent,
    Depth,
    IssueUpdate,
    LinkStatus,
    Receipt,
    Refusal,
    Status,
    event_id,
    type_of,
)
from cloud_bridge.wire.status import Sample, Telemetry

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def event_schemas() -> Iterator[tuple[str, Schema]]:
    """Each type of event with the schema of its CloudEvent, in the order of `TYPES`."""
    told = narrator()
    examples = {type_of(kept.event): told.tell(kept) for kept in example_events()}
    for name, data in TYPES.items():
        schema = _schema(name, CloudEvent[data])  # type: ignore[valid-type] # known at run time
        schema["description"] = inspect.cleandoc(data.__doc__ or "")
        schema["properties"]["type"] = {"const": name}
        schema["required"] = list(schema["properties"])
        schema["examples"] = [msgspec.to_builtins(examples[name])]
        yield name, schema


def other_schemas() -> Iterator[tuple[str, Schema]]:
    """Status, telemetry, receipt, issue update and orders, by name."""
    for name, example in {**_examples(), **order_examples()}.items():
        schema = _schema(name, type(example))
        schema["examples"] = [msgspec.to_builtins(example)]
        yield name, schema


def _schema(title: str, kind: Any) -> Schema:
    [top], parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    own = parts.pop(top["$ref"].rpartition("/")[2])
    for part in (own, *parts.values()):
        if "description" in part:  # which compilers indent differently from 3.13 on
            part["description"] = inspect.cleandoc(part["description"])
    return {
        "$schema": DIALECT,
        **own,
        "title": title,
        "$defs": {name: parts[name] for name in sorted(parts)},
    }


def _examples() -> Mapping[str, Status | Telemetry | Receipt | IssueUpdate]:
    alarm = event_id(SITE.gateway, FIRST)
    return {
        "status": Status(
            site=SITE.id,
            gateway=SITE.gateway,
            online=True,
            version="1.0.0",
            site_name=Bilingual(zh=SITE.name.zh, en=SITE.name.en),
            at=AT,
            started_at=AT - timedelta(days=3),
            readings=1_204_113,
            events=8_211,
            journal=Depth(info=3),
            oldest_unsent=0.4,
            open_alarms=1,
            links=(LinkStatus(id="lifts", up=False, reason="connection refused"),),
            uplinks=(LinkStatus(id="platform", up=True),),
        ),
        "telemetry": Telemetry(
            gateway=SITE.gateway,
            samples=(Sample(point="lift-1/trapped", value=False, at=AT),),
        ),
        "receipt": Receipt(
            stored=(alarm,),
            refused=(Refusal(id=event_id(SITE.gateway, FIRST + 1), reason="no such community"),),
        ),
        "issue_update": IssueUpdate(
            issue=f"{alarm}/issue",
            alarm=alarm,
            state="accepted",
            by="值班员",
            party="property",
            at=AT + timedelta(minutes=2),
        ),
    }
