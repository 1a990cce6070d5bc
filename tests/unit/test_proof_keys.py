"""An event of a simulated device is recognised in what the gateway makes of it."""

from __future__ import annotations

import pytest

from cloud_bridge.wire import Narrator, read_event
from edge.drivers.gb26875 import codec
from edge.drivers.gb26875.codec import Received
from edge.drivers.gb26875.dialect import DIALECTS
from edge.model import Access, DeviceReported, Event, Kept
from tests.fakes import gb26875
from tests.fakes.site import bare_site
from tests.system.proof.keys import Seen, Verb, key_of, recognise, source_of, verb_of
from tests.system.proof.panel import frame_of, story


def seen(event: Event) -> Seen | None:
    """What the platform recognises in an event of the gateway."""
    kept = Kept(number=7, event=event, trusted_clock=True, alarm=None)
    return recognise(read_event(Narrator(bare_site(), "1").encode(kept)))


@pytest.mark.parametrize("verb", ["raise", "clear", "measure"])
@pytest.mark.parametrize("number", [0, 199, 200, 12_345])
def test_a_report_is_recognised_by_its_frame(verb: Verb, number: int) -> None:
    """Which event of which device, however many there were."""
    frame = frame_of(gb26875.ADDRESS, 1, number, verb)
    came = Received(
        device="fire-1", frame=frame, at=gb26875.AT, local=gb26875.AT.replace(tzinfo=None)
    )
    report, *_ = codec.records(came, DIALECTS["std"], gb26875.PROFILE)
    assert isinstance(report, DeviceReported)
    assert seen(report) == Seen(f"fire-1/{number}/{verb}", "told")


def test_a_passage_is_recognised_by_its_person() -> None:
    """A gate gives everybody a number of their own."""
    passage = Access(device="gate-1", decision="granted", at=gb26875.AT, person="31 ", origin="o")
    assert seen(passage) == Seen("gate-1/31/pass", "told")


def test_a_name_says_whose_it_is_and_what() -> None:
    """The source and the verb of an event."""
    key = key_of("fire-1", 7, "raise")
    assert (source_of(key), verb_of(key)) == ("fire-1", "raise")


def test_every_fire_is_raised_once_and_cleared_once() -> None:
    """A few at a time, each at a detector of its own."""
    told = story()
    happened = [next(told) for _ in range(1_000)]
    raised = [number for number, verb in happened if verb == "raise"]
    cleared = [number for number, verb in happened if verb == "clear"]
    assert raised == list(range(len(raised)))
    assert cleared == list(range(len(cleared)))
    assert len(raised) - len(cleared) <= 6
