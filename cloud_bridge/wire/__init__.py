"""The contract with the platform, as types and codecs."""

from cloud_bridge.wire.arriving import origin_of, read_event, split
from cloud_bridge.wire.documents import CloudEvent, Data
from cloud_bridge.wire.down import (
    IssueUpdate,
    Receipt,
    Refusal,
    decode_issue_update,
    decode_receipt,
    encode_issue_update,
    encode_receipt,
    issue_changed,
    number_of,
)
from cloud_bridge.wire.kinds import TYPES, lane_of, severity_of, type_of
from cloud_bridge.wire.limits import (
    MAX_BATCH_BYTES,
    MAX_BATCH_EVENTS,
    MAX_EVENT_BYTES,
    MAX_SAMPLES,
    WireError,
)
from cloud_bridge.wire.narrator import (
    BATCH_CONTENT_TYPE,
    EVENT_CONTENT_TYPE,
    Narrator,
    encode_batch,
)
from cloud_bridge.wire.parts import Bilingual
from cloud_bridge.wire.policies import issue_of
from cloud_bridge.wire.status import (
    Depth,
    LinkStatus,
    Status,
    decode_status,
    decode_telemetry,
    encode_status,
    encode_telemetry,
)
from cloud_bridge.wire.telling_alarms import event_id
from cloud_bridge.wire.topics import (
    Address,
    commands_topic,
    events_topic,
    issues_topic,
    parse_topic,
    receipts_topic,
    status_topic,
    telemetry_topic,
)

__all__ = [
    "BATCH_CONTENT_TYPE",
    "EVENT_CONTENT_TYPE",
    "MAX_BATCH_BYTES",
    "MAX_BATCH_EVENTS",
    "MAX_EVENT_BYTES",
    "MAX_SAMPLES",
    "TYPES",
    "Address",
    "Bilingual",
    "CloudEvent",
    "Data",
    "Depth",
    "IssueUpdate",
    "LinkStatus",
    "Narrator",
    "Receipt",
    "Refusal",
    "Status",
    "WireError",
    "commands_topic",
    "decode_issue_update",
    "decode_receipt",
    "decode_status",
    "decode_telemetry",
    "encode_batch",
    "encode_issue_update",
    "encode_receipt",
    "encode_status",
    "encode_telemetry",
    "event_id",
    "events_topic",
    "issue_changed",
    "issue_of",
    "issues_topic",
    "lane_of",
    "number_of",
    "origin_of",
    "parse_topic",
    "read_event",
    "receipts_topic",
    "severity_of",
    "split",
    "status_topic",
    "telemetry_topic",
    "type_of",
]
