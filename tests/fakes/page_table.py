"""Who may use which page: written here once more, by hand, and not from the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_BY_PERMISSION: Final[Mapping[str, str]] = {
    "everybody": """
        GET /static/{name}
        POST /preferences
        GET /login
        POST /login
        GET /enrol
        POST /enrol
        GET /enrol/restore
        POST /enrol/restore
        POST /enrol/restore/backup
    """,
    "look": """
        GET /
        GET /live
        POST /logout
        GET /alarms
        GET /alarms/past
        GET /alarms/{number}
        GET /devices
        GET /devices/{name}
        GET /devices/{name}/head
        GET /devices/{name}/components
        GET /devices/{name}/frames
        GET /devices/{name}/profile
        GET /devices/{name}/actions
        GET /camera/{name}
        GET /camera/{name}/day
        GET /events
        GET /events/{number}
        GET /commands
        GET /me
        POST /me/sessions/{name}/revoke
        POST /me/password
        POST /me/language
    """,
    "operate": """
        POST /alarms/{number}/acknowledge
        POST /alarms/{number}/reset
        POST /alarms/{number}/shelve
        POST /alarms/{number}/unshelve
        POST /alarms/{number}/comment
        POST /devices/{name}/commands
        POST /devices/{name}/maintenance
        POST /devices/{name}/maintenance/end
    """,
    "configure": """
        POST /commands/remote
        GET /diagnostics
        GET /log
        GET /log/lines
        GET /add
        GET /add/cameras
        GET /add/link
        POST /add/link
        GET /add/camera
        POST /add/camera
        GET /add/camera/try
        POST /add/camera/try
        GET /camera/{name}/zones
        POST /camera/{name}/zones
        GET /add/find
        GET /add/find/scan
        GET /add/find/listen
        GET /add/read
        GET /add/read/live
        GET /add/points
        POST /add/points
        GET /add/name
        POST /add/name
        POST /add/review
        GET /rules
        GET /rules/new
        GET /rules/written/{name}
        GET /rules/built_in/{name}
        GET /rules/alarm/{device}/{name}
        GET /rules/edit
        POST /rules/edit
        GET /configuration
        GET /configuration/file
        POST /configuration/file
        GET /configuration/section
        GET /configuration/item
        POST /configuration/item
        POST /configuration/review
        POST /configuration/apply
        GET /configuration/trial
        GET /configuration/versions
        GET /configuration/versions/{number}
        POST /configuration/versions/{number}/restore
    """,
    "audit": """
        GET /audit
        POST /audit/verification
        GET /audit/sheet
    """,
    "administer": """
        GET /users
        POST /users
        POST /users/{name}/role
        POST /users/{name}/disabled
        POST /users/{name}/password
        POST /users/{name}/remove
        GET /users/sessions
        POST /users/sessions/{name}/revoke
        GET /users/tokens
        POST /users/tokens
        POST /users/tokens/{name}/revoke
        GET /certificates
    """,
}

PAGES: Final[Mapping[str, str]] = {
    " ".join(line.split()): permission
    for permission, lines in _BY_PERMISSION.items()
    for line in lines.splitlines()
    if line.strip()
}
