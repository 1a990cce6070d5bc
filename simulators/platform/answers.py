"""What the gateway says of issues: that it knows of a step, and whom it told when nobody came."""

from __future__ import annotations

import apsw

from cloud_bridge.wire import CloudEvent, Data, origin_of
from cloud_bridge.wire.documents import EscalatedData, IssueData
from simulators.platform.instants import micros


def confirm(db: apsw.Connection, event: CloudEvent[Data | None], data: IssueData) -> None:
    """The gateway has kept a step: it need not be sent again. Times are the gateway's measure."""
    site, issue = origin_of(event)[0], data.issue
    db.execute(
        "UPDATE issue_steps SET told = 1 WHERE CAST(step AS TEXT) = ? AND site = ? AND issue = ?",
        (issue.step, site, issue.id),
    )
    db.execute(
        "UPDATE issues SET respond_seconds = coalesce(respond_seconds, ?),"
        " resolve_seconds = coalesce(resolve_seconds, ?) WHERE site = ? AND id = ?",
        (issue.respond_seconds, issue.resolve_seconds, site, issue.id),
    )


def escalate(db: apsw.Connection, event: CloudEvent[Data | None], data: EscalatedData) -> None:
    """The gateway has told the next party."""
    said = data.escalation
    db.execute(
        "INSERT OR IGNORE INTO escalations VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(origin_of(event)[0], data.issue, said.level, said.to, said.overdue),
            *(micros(said.due), micros(event.time)),
        ),
    )
