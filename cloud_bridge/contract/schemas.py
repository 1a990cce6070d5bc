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
    Buffer,
    CertificateStatus,
    CloudEvent,
    Depth,
    EvidenceReceipt,
    IssueUpdate,
    LinkStatus,
    Machine,
    Receipt,
    Refusal,
    Status,
    Telemetry,
    TelemetryReceipt,
    event_id,
    type_of,
)
from cloud_bridge.wire.status import UpdateStatus

Schema: TypeAlias = dict[str, Any]

Other: TypeAlias = Status | Telemetry | TelemetryReceipt | Receipt | EvidenceReceipt | IssueUpdate

_READINGS = Telemetry(
    id="5b2f0c6f2d1e-17",
    site=SITE.id,
    gateway=SITE.gateway,
    begin=AT,
    points=("lift-1/floor", "lift-1/trapped", "mains-1/pressure"),
    point=(0, 1, 1, -2, 2),
    at=(0, 0, 250_000, 750_000, 0),
    value=(3, False, 0.42, 4, None),
    bad=(4,),
)

_BOX = Machine(
    disk_free=21_474_836_480,
    store=734_003_200,
    journal_room=12_884_901_888,
    temperature=51.5,
    clock_error=0.004,
    certificates=(CertificateStatus(use="page", ends=AT + timedelta(days=300)),),
    update=UpdateStatus(
        offer=3, release="0.2.0", state="accepted", had=12_582_912, size=61_203_456
    ),
    configuration="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)

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


def _examples() -> Mapping[str, Other]:
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
            uptime=259_200.0,
            links=(LinkStatus(id="lifts", up=False, reason="connection refused", since=AT),),
            uplinks=(LinkStatus(id="platform", up=True),),
            buffer=Buffer(events=1_900_800.0, evidence=604_800.0),
            machine=_BOX,
        ),
        "telemetry": _READINGS,
        "telemetry_receipt": TelemetryReceipt(stored=(_READINGS.id,)),
        "receipt": Receipt(
            stored=(alarm,),
            refused=(Refusal(id=event_id(SITE.gateway, FIRST + 1), reason="no such community"),),
        ),
        "evidence_receipt": EvidenceReceipt(
            sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", had=32_768
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
