"""What this release writes into the databases of a site, and what it can read of others."""

from __future__ import annotations

from collections.abc import Mapping

from cloud_bridge.journal_schema import journal_steps
from edge.access.database import access_steps
from edge.evidence import index
from edge.history import schema as history
from edge.schema_steps import Schema, schema_of


def schemas() -> Mapping[str, Schema]:
    """Return what this release writes, and who can still read it."""
    return {
        "journal": schema_of(journal_steps()),
        "accounts": schema_of(access_steps()),
        "history": Schema(history.VERSION, history.VERSION),
        "evidence": Schema(index.VERSION, index.VERSION),
    }


def known() -> Mapping[str, int]:
    """Return the newest of each that this release can read and write."""
    return {name: schema.writes for name, schema in schemas().items()}
