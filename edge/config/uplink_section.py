"""The platforms that a site file sends events to, and readings where it says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from edge import model
from edge.broker import Broker
from edge.schema import Duration, Id, Strict, fault

LONGEST_LINGER = timedelta(hours=1)
"""What waits longer is no news; a batch that is full goes at once in any case."""


class TelemetrySection(Strict):
    """Readings go to this platform too, in batches, when no event waits."""

    linger: Duration = Field(
        timedelta(seconds=5), description="How long readings may wait for others to go with."
    )

    @model_validator(mode="after")
    def _not_for_ever(self) -> Self:
        if self.linger > LONGEST_LINGER:
            raise fault(
                model.Text("linger 太长", "linger is too long"),
                model.Text("最长 1h", "1h is the longest"),
            )
        return self


class UplinkSection(Strict):
    """A platform that events are sent to."""

    id: Id
    type: Literal["mqtt"]
    broker: Broker
    telemetry: TelemetrySection | None = Field(
        None, description="Write {} to send readings too; none are sent when not written."
    )
