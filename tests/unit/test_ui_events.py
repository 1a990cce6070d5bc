"""Events in one line, and the four steps that each goes on an uplink."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edge.api.ui.command_words import detail_words, refusal_words
from edge.api.ui.event.steps import way_of
from edge.api.ui.event.story import command_of, reason_of, told
from edge.api.ui.event.words import KINDS
from edge.model import Delivery, DeliveryState
from tests.fakes.time import EPOCH

PLACE = {"text": {"zh": "1号楼", "en": "Building 1"}}
ALARM = {"id": "gw-1/812", "text": {"zh": "困人", "en": "Trapped"}}


def body(**data: Any) -> bytes:
    """A CloudEvent with this data."""
    return json.dumps({"id": "gw-1/900", "data": {"location": PLACE, **data}}).encode()


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ({"alarm": ALARM}, "Trapped"),
        ({"alarm": ALARM, "issue": {"id": "x", "state": "new"}}, "Trapped"),
        (
            {"alarm": ALARM, "change": {"what": "acknowledged", "by": "li", "reason": "coming"}},
            "Trapped · li · coming",
        ),
        ({"alarm": ALARM, "change": {"what": "realarmed"}}, "Trapped · lasts too long, calls anew"),
        (
            {
                "alarm": ALARM,
                "escalation": {"to": "street_office", "level": 2},
                "issue": "gw-1/812",
            },
            "Trapped · the street office is told",
        ),
        (
            {"alarm": ALARM, "issue": {"state": "accepted", "by": "wang"}},
            "Trapped · accepted · wang",
        ),
        ({"issue": {"state": "resolved", "by": "wang"}}, "resolved · wang"),
        (
            {"suppression": {"why": "maintenance", "by": "li", "reason": "new board"}},
            "maintenance · li · new board",
        ),
        (
            {"access": {"person": "1001", "reason": "黑名单 / on the blacklist"}},
            "1001 · on the blacklist",
        ),
        (
            {"change": {"state": "offline", "reason": "no answer"}},
            "it is asked and does not answer in time",
        ),
        ({"change": {"state": "online", "reason": "answers"}}, "it answers"),
        ({"link": {"up": True, "reason": "connected"}}, "up"),
        ({"link": {"up": False, "reason": "closed"}}, "down · the other end closed the connection"),
        (
            {
                "command": {
                    "id": "c",
                    "action": "open",
                    "outcome": "done",
                    "observed": "yes",
                    "issued_by": "li",
                }
            },
            "open · Done · seen to have happened · li",
        ),
        (
            {
                "command": {
                    "id": "c",
                    "action": "lock",
                    "outcome": "rejected",
                    "detail": "interlock.fire: while a fire alarm is on",
                }
            },
            "lock · Refused · while a fire alarm is on a gate may only be opened, released or read",
        ),
        (
            {"dropped": {"what": "readings", "count": 3, "reason": "disk full"}},
            "3 × readings: disk full",
        ),
        (
            {"delivery": {"uplink": "platform", "event": "gw-1/5", "reason": "unknown type"}},
            "platform · gw-1/5 · unknown type",
        ),
        ({"gateway": {"reason": "told to stop"}}, "told to stop"),
        ({"report": {"what": "stranger"}}, "an unknown face"),
        ({"report": {"what": "unknown_77"}}, "unknown_77"),
        ({}, ""),
    ],
)
def test_every_kind_of_event_is_told_in_a_line(data: dict[str, Any], line: str) -> None:
    """As its CloudEvent says it, with the words that people use."""
    found = told(body(**data))
    assert found.line.en == line
    assert found.place.zh == "1号楼"
    assert found.alarm == (812 if "alarm" in data else None)


@pytest.mark.parametrize("broken", [b"", b"{", b"\xff", b"[]", b'{"data": {"alarm": 3}}'])
def test_a_body_that_cannot_be_read_says_nothing(broken: bytes) -> None:
    """And stops no page from being shown."""
    assert told(broken).line.en == ""
    assert reason_of(broken) == ""
    assert command_of(broken) is None


def test_every_kind_of_the_contract_has_words() -> None:
    """None is shown by its name alone."""
    from cloud_bridge.wire.kinds import TYPES  # noqa: PLC0415 - the wire's own list

    kinds = {name.removeprefix("community.").removesuffix(".v1") for name in TYPES}
    wire_only = {"link.up", "link.down"}  # kept as link.changed
    assert kinds - wire_only <= KINDS.keys()


@pytest.mark.parametrize(
    ("state", "done", "words"),
    [
        ("kept", [True, False, False, False], "Kept"),
        ("sent", [True, True, False, False], "Sent"),
        ("broker", [True, True, True, False], "Broker has it"),
        ("receipt", [True, True, True, True], "Receipt"),
        ("refused", [True, True, True, False], "Refused by the platform"),
    ],
)
def test_a_delivery_goes_four_steps(state: DeliveryState, done: list[bool], words: str) -> None:
    """A step says that those before it were taken; only the receipt is the end."""
    way = way_of(Delivery(uplink="platform", state=state, receipt_at=EPOCH), EPOCH)
    assert [step.done for step in way.steps] == done
    assert way.said.en == words
    assert way.done is (state == "receipt")
    assert way.steps[0].at == EPOCH


def test_reasons_of_commands_become_sentences() -> None:
    """What somebody else said stands behind; what has no words is passed on."""
    assert refusal_words("remote.off").en == "remote commands are switched off at the site"
    assert detail_words("device.refused: code 9").zh == "设备拒绝了：code 9"
    assert detail_words("expired.no_answer: no answer in time").en.endswith("go and look")
    assert detail_words("speed=2 m/s").en == "speed=2 m/s"
    assert detail_words("").en == ""
