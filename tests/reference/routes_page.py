"""Every route of the API, with who may use it."""

from __future__ import annotations

from collections import defaultdict
from typing import get_args

from fastapi import FastAPI

from edge.access.roles import GRANTS, Permission
from tests.reference.markdown import page, table

_PROBES = {"/healthz", "/readyz", "/metrics"}


def routes_page(app: FastAPI) -> str:
    """The page."""
    described = app.openapi()["paths"]
    groups: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for each in app.state.declared:
        if not (each.path.startswith("/api/") or each.path in _PROBES):
            continue
        for method in sorted(each.methods - {"HEAD"}):
            said = described.get(each.path, {}).get(method.lower(), {})
            tag = next(iter(said.get("tags", ())), "")
            summary = said.get("description", said.get("summary", "")).partition("\n\n")[0]
            row = (f"`{method} {each.path.removeprefix('/api/v1')}`", each.who, summary)
            groups[tag or "the gateway itself"].append(row)
    parts = []
    for tag in sorted(groups):
        parts += [f"## {tag}", table(("route", "who", "does"), sorted(groups[tag]))]
    roles = table(
        ("permission", *GRANTS),
        (
            (f"`{each}`", *("yes" if each in may else "" for may in GRANTS.values()))
            for each in get_args(Permission)
        ),
    )
    return page(
        "The API",
        "Below `https://<gateway>:8443/api/v1`, with a token from *My account* in"
        " `Authorization: Bearer …`. The whole description, with every field, is the gateway's own:"
        " `/api/v1/openapi.json`. [How it is used](../page.md#for-programs).",
        "## Who may what\n\nA route names the permission that it wants.",
        roles,
        *parts,
    )
