"""Commands as the API speaks of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from edge.api.documents import By
from edge.api.words import Document, Name, Plain
from edge.commands import Position
from edge.model import CommandResult, Outcome


class Order(
    Document,
    json_schema_extra={"examples": [{"device": "gate-1", "action": "open", "seconds": 15}]},
):
    """What a device is to be told; one with the same id is answered again, never done again."""

    id: Annotated[str, Field(pattern=r"^([A-Za-z0-9._:-]{1,100})?$")] = Field(
        "", description="Chosen by whoever asks; the header Idempotency-Key says the same."
    )
    device: Name
    action: Name
    by: By = ""
    args: Annotated[dict[Name, Plain], Field(max_length=16)] = Field(default_factory=dict)
    seconds: Annotated[int, Field(ge=1, le=60)] = Field(15, description="Too late after this.")


class ResultView(Document):
    """What became of a command; `observed` is whether it was seen to have happened."""

    id: str
    device: str
    action: str
    outcome: Outcome
    detail: str
    observed: Literal["", "yes", "no"]
    issued_by: str = ""
    at: datetime

    @classmethod
    def of(cls, result: CommandResult) -> ResultView:
        """A result as the API shows it."""
        return cls(
            id=result.command,
            device=result.device,
            action=result.action,
            outcome=result.outcome,
            detail=result.detail,
            observed=result.observed,
            issued_by=result.issued_by,
            at=result.at,
        )


class Remote(Document, json_schema_extra={"examples": [{"position": "off"}]}):
    """The local switch: whether commands from afar are carried out at all."""

    position: Position
