"""Who may use which route of the API: written here once more, by hand, and not from the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PERMISSIONS: Final[Mapping[str, str]] = {
    "GET /healthz": "everybody",
    "GET /readyz": "everybody",
    "POST /api/v1/login": "everybody",
    "POST /api/v1/enrol": "everybody",
    "GET /api/v1/openapi.json": "look",
    "GET /api/v1/site": "look",
    "GET /api/v1/devices": "look",
    "GET /api/v1/devices/{name}": "look",
    "POST /api/v1/devices/{name}/maintenance": "operate",
    "DELETE /api/v1/devices/{name}/maintenance": "operate",
    "GET /api/v1/points": "look",
    "GET /api/v1/points/{device}/{name}/readings": "look",
    "GET /api/v1/readings": "look",
    "GET /api/v1/readings/trends": "look",
    "GET /api/v1/readings/sheet": "look",
    "GET /api/v1/alarms": "look",
    "GET /api/v1/alarms/{number}": "look",
    "POST /api/v1/alarms/{number}/acknowledge": "operate",
    "POST /api/v1/alarms/{number}/unshelve": "operate",
    "POST /api/v1/alarms/{number}/comment": "operate",
    "POST /api/v1/alarms/{number}/shelve": "operate",
    "POST /api/v1/alarms/{number}/reset": "operate",
    "GET /api/v1/suppressions": "look",
    "POST /api/v1/suppressions": "operate",
    "DELETE /api/v1/suppressions/{name}": "operate",
    "GET /api/v1/events": "look",
    "GET /api/v1/evidence": "look",
    "GET /api/v1/evidence/{sha256}": "look",
    "GET /api/v1/evidence/{sha256}/content": "inspect",
    "GET /api/v1/cameras": "look",
    "GET /api/v1/cameras/{name}": "look",
    "GET /api/v1/cameras/{name}/still": "inspect",
    "POST /api/v1/commands": "operate",
    "GET /api/v1/commands": "look",
    "GET /api/v1/remote": "look",
    "PUT /api/v1/remote": "configure",
    "GET /api/v1/explain/{key}": "look",
    "GET /api/v1/rules": "look",
    "GET /api/v1/rules/{name}": "look",
    "POST /api/v1/rules/dry-run": "configure",
    "GET /api/v1/links": "look",
    "GET /api/v1/links/{name}": "look",
    "GET /api/v1/links/{name}/frames": "look",
    "GET /api/v1/links/{name}/strangers": "configure",
    "POST /api/v1/links/{name}/survey": "configure",
    "POST /api/v1/discovery/try": "configure",
    "POST /api/v1/discovery/survey": "configure",
    "GET /api/v1/discovery/cameras": "configure",
    "GET /api/v1/configuration": "configure",
    "PUT /api/v1/configuration": "configure",
    "POST /api/v1/configuration/check": "configure",
    "POST /api/v1/configuration/difference": "configure",
    "GET /api/v1/configuration/trial": "configure",
    "GET /api/v1/configuration/versions": "configure",
    "GET /api/v1/configuration/versions/{number}": "configure",
    "POST /api/v1/configuration/versions/{number}/restore": "configure",
    "POST /api/v1/enrolment": "administer",
    "POST /api/v1/logout": "look",
    "GET /api/v1/me": "look",
    "PATCH /api/v1/me": "look",
    "PUT /api/v1/me/password": "look",
    "GET /api/v1/users": "administer",
    "POST /api/v1/users": "administer",
    "PATCH /api/v1/users/{name}": "administer",
    "DELETE /api/v1/users/{name}": "administer",
    "PUT /api/v1/users/{name}/password": "administer",
    "GET /api/v1/sessions": "administer",
    "DELETE /api/v1/sessions/{name}": "administer",
    "GET /api/v1/tokens": "administer",
    "POST /api/v1/tokens": "administer",
    "DELETE /api/v1/tokens/{name}": "administer",
    "GET /api/v1/audit": "audit",
    "GET /api/v1/standing": "look",
    "GET /api/v1/uplinks": "look",
    "POST /api/v1/uplinks/{name}/requeue": "configure",
    "GET /metrics": "look",
    "GET /api/v1/diagnostics": "configure",
    "GET /api/v1/backup": "administer",
    "GET /api/v1/live": "look",
    "GET /api/v1/log": "configure",
    "GET /api/v1/log/live": "configure",
}

ROLES: Final[Mapping[str, frozenset[str]]] = {
    "viewer": frozenset({"look"}),
    "technician": frozenset({"look", "inspect", "operate", "configure"}),
    "admin": frozenset({"look", "inspect", "operate", "configure", "audit", "administer"}),
    "auditor": frozenset({"look", "audit"}),
    "viewer of b1": frozenset({"look"}),
    "technician of b1": frozenset({"look", "inspect", "operate"}),
}
"""What each may; those for one building only have nothing that concerns the whole site."""


def called(entry: str) -> tuple[str, str]:
    """The method and a path that leads to nothing there is."""
    method, _, path = entry.partition(" ")
    for name in ("{name}", "{device}", "{key}"):
        path = path.replace(name, "nothing-there")
    path = path.replace("{sha256}", "0" * 64)
    return method, path.replace("{number}", "987654")
