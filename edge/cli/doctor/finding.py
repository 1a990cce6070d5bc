"""What a check found: how that is, what was seen, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from edge.model import Text

Verdict: TypeAlias = Literal["ok", "look", "wrong"]
"""`look` is what a person should know of; `wrong` is what keeps a promise from being held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line; `check` is the same from version to version, `subject` is which of several."""

    check: str
    subject: str = ""
    verdict: Verdict
    seen: Text
    remedy: Text | None = None


def ok(check: str, seen: Text, subject: str = "") -> Finding:
    """It is as it should be."""
    return Finding(check=check, subject=subject, verdict="ok", seen=seen)


def look(check: str, seen: Text, remedy: Text, subject: str = "") -> Finding:
    """A person should know of it."""
    return Finding(check=check, subject=subject, verdict="look", seen=seen, remedy=remedy)


def wrong(check: str, seen: Text, remedy: Text, subject: str = "") -> Finding:
    """It keeps a promise from being held, today or on the day of the fire."""
    return Finding(check=check, subject=subject, verdict="wrong", seen=seen, remedy=remedy)


def not_made(check: str, why: Text, remedy: Text, subject: str = "") -> Finding:
    """It could not be looked at."""
    return look(check, Text(f"没有查：{why.zh}", f"not checked: {why.en}"), remedy, subject)


def plain(finding: Finding) -> Mapping[str, object]:
    """Return it for a program, in both languages."""
    remedy = finding.remedy
    return {
        "check": finding.check,
        "subject": finding.subject,
        "verdict": finding.verdict,
        "seen": {"zh": finding.seen.zh, "en": finding.seen.en},
        "remedy": {"zh": remedy.zh, "en": remedy.en} if remedy else None,
    }
