"""What a survey of a Modbus line tells as it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from edge.drivers.modbus.codec import Outcome, Refusal, Silence
from edge.drivers.modbus.words import EXCEPTIONS, unknown
from edge.model import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How much of the units or addresses has been tried."""

    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFound:
    """A unit that answers, in so many seconds; `device` is its id on the site, if it is there.

    One that `refuses` what it was asked is there all the same.
    """

    unit: int
    device: str
    refuses: Text | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistersFound:
    """Registers or bits that can be read, from the address `first` on the wire."""

    first: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Addresses that cannot be read, and why."""

    first: int
    count: int
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The survey has ended before its time."""

    why: Text


Step: TypeAlias = Progress | UnitFound | RegistersFound | Unreadable | Stopped


class SurveyRefused(ValueError):
    """It cannot be asked, or was not answered; `what` says why."""

    def __init__(self, what: Text) -> None:
        super().__init__(what.en)
        self.what = what


def refused(zh: str, en: str) -> SurveyRefused:
    """The refusal in both languages."""
    return SurveyRefused(Text(zh, en))


def why_not(outcome: Outcome) -> Text:
    """Why an outcome holds no values."""
    if isinstance(outcome, Refusal):
        return EXCEPTIONS.get(outcome.code, unknown(outcome.code))
    if isinstance(outcome, Silence) and outcome.garbled:
        return Text("应答有误", "the answer was garbled")
    return Text("无应答", "no answer")
