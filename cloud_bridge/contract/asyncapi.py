"""The AsyncAPI 3 document: which message travels on which topic, in which direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from cloud_bridge.wire import (
    BATCH_CONTENT_TYPE,
    EVENT_CONTENT_TYPE,
    MAX_PIECE_BYTES,
    PIECE_CONTENT_TYPE,
    TELEMETRY_CONTENT_TYPE,
)
from cloud_bridge.wire.topics import ROOT
from edge.model import Lane

Tree: TypeAlias = dict[str, Any]

_PARAMETERS: Tree = {
    "site": {"description": "The site's id."},
    "gateway": {"description": "The gateway's id."},
}
_UP: dict[str, tuple[str, str, bool]] = {
    "telemetry": ("telemetry", "Readings, in batches, compressed.", False),
    "status": ("status", "How the gateway is; the last will says offline.", True),
}
_DOWN: dict[str, tuple[str, str]] = {
    "receipts": ("receipt", "What is stored for good; only this ends a delivery."),
    "evidence_receipts": ("evidence_receipt", "How much of a picture or clip is there."),
    "telemetry_receipts": ("telemetry_receipt", "Which batches of readings are stored."),
    "issues": ("issue_update", "What became of an issue."),
    "commands": ("order_envelope", "A signed order; what is inside is order.json."),
    "config": ("revision_envelope", "A signed configuration; what is inside is revision.json."),
    "update": (
        "order_envelope",
        "A release that is offered, signed; what is inside is offer.json.",
    ),
}


def asyncapi(types: Sequence[str]) -> Tree:
    """The document, as the gateway sees it: it sends events and receives receipts."""
    channels: Tree = {"events": _events_channel(types)}
    operations: Tree = {
        "sendEvents": _operation("send", "events", "One event, or several of one lane as an array.")
    }
    for channel, (message, text, _) in _UP.items():
        channels[channel] = _channel(channel, message)
        operations[f"send{channel.title()}"] = _operation("send", channel, text)
    channels["evidence"] = _evidence_channel()
    operations["sendEvidence"] = _operation("send", "evidence", "A piece of a picture or clip.")
    for channel, (message, text) in _DOWN.items():
        channels[channel] = _channel(channel, message)
        named = "".join(word.title() for word in channel.split("_"))
        operations[f"receive{named}"] = _operation("receive", channel, text)
    for channel, (_, _, retain) in _UP.items():
        operations[f"send{channel.title()}"]["bindings"]["mqtt"]["retain"] = retain
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Community gateway and platform",
            "version": "1.0.0",
            "description": "Events go up, receipts come down. A version only ever adds.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": _messages(types)},
    }


def _events_channel(types: Sequence[str]) -> Tree:
    lane = {"description": "How urgent.", "enum": [lane.value for lane in Lane]}
    return {
        "address": f"{ROOT}/{{site}}/{{gateway}}/events/{{lane}}",
        "parameters": {**_copy(_PARAMETERS), "lane": lane},
        "messages": {name: _ref(name) for name in [*map(message_name, types), "eventBatch"]},
    }


def _evidence_channel() -> Tree:
    named = {"description": "The hash of all of it, in hex: 64 digits."}
    return {
        "address": f"{ROOT}/{{site}}/{{gateway}}/evidence/{{sha256}}",
        "parameters": {**_copy(_PARAMETERS), "sha256": named},
        "messages": {"evidencePiece": _ref("evidencePiece")},
    }


def _channel(name: str, message: str) -> Tree:
    return {
        "address": f"{ROOT}/{{site}}/{{gateway}}/{name}",
        "parameters": _copy(_PARAMETERS),
        "messages": {message: _ref(message)},
    }


def _operation(action: str, channel: str, summary: str) -> Tree:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
        "bindings": {"mqtt": {"qos": 1}},
    }


def _messages(types: Sequence[str]) -> Tree:
    messages: Tree = {
        message_name(name): {
            "name": name,
            "contentType": EVENT_CONTENT_TYPE,
            "payload": {"$ref": f"./events/{name}.json"},
        }
        for name in types
    }
    messages["eventBatch"] = {
        "name": "eventBatch",
        "contentType": BATCH_CONTENT_TYPE,
        "payload": {
            "type": "array",
            "items": {"anyOf": [{"$ref": f"./events/{name}.json"} for name in types]},
        },
    }
    messages["evidencePiece"] = {
        "name": "evidencePiece",
        "contentType": PIECE_CONTENT_TYPE,
        "payload": {
            "description": "Offset and total size in eight bytes each, big-endian, then the bytes"
            f" from that offset on, {MAX_PIECE_BYTES} at most. Without any it asks what is there.",
            "type": "string",
            "format": "binary",
        },
    }
    for name in [*(up[0] for up in _UP.values()), *(down[0] for down in _DOWN.values())]:
        messages[name] = {"name": name, "payload": {"$ref": f"./{name}.json"}}
    messages["telemetry"]["contentType"] = TELEMETRY_CONTENT_TYPE
    return messages


def message_name(event_type: str) -> str:
    """`alarmRaised` for `community.alarm.raised.v1`."""
    first, *rest = event_type.replace("_", ".").split(".")[1:-1]
    return first + "".join(word.title() for word in rest)


def _ref(message: str) -> Tree:
    return {"$ref": f"#/components/messages/{message}"}


def _copy(tree: Tree) -> Tree:
    """A copy of its own, so that YAML writes it out instead of an alias."""
    return {key: dict(value) for key, value in tree.items()}
