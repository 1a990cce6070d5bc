"""Speaks to the gateway that runs for a site, over its local socket."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from edge.errors import ConfigError
from edge.local_socket import NAME, connect

if TYPE_CHECKING:  # it loads all of the configuration, and asking needs none
    from edge.cli.command import Say

PATIENCE_S = 70.0
"""Longer than the longest command."""

LARGEST = 64 * 1024 * 1024
"""Of a file that is fetched: a bundle has some hundred kilobytes."""


class _Connection(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, store: Path, patience_s: float) -> None:
        super().__init__("localhost")
        self._store = store
        self._patience_s = patience_s

    def connect(self) -> None:
        self.sock = connect(self._store / NAME, self._patience_s)


def fetch(store: Path, path: str, patience_s: float) -> bytes | None:
    """Return the file that the gateway answers with; none where none runs, or it refuses."""
    connection = _Connection(store, patience_s)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read(LARGEST + 1)
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return body if answer.status == http.HTTPStatus.OK and len(body) <= LARGEST else None


def look(store: Path, path: str, patience_s: float) -> tuple[int, Any]:
    """Return the status and the answer to a question below the root; `OSError` when none comes."""
    connection = _Connection(store, patience_s)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(str(error) or type(error).__name__) from error
    finally:
        connection.close()


def ask(  # noqa: PLR0913 - the parts of a request
    store: Path,
    method: str,
    path: str,
    say: Say,
    body: Mapping[str, object] | None = None,
    *,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    """Return what the gateway answers; `ConfigError` when none runs, or when it refuses."""
    connection = _Connection(store, PATIENCE_S)
    try:
        connection.request(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else None,
            {"content-type": "application/json", **headers},
        )
        answer = connection.getresponse()
        said = json.loads(answer.read() or b"null")
    except OSError as error:
        raise ConfigError(
            say(
                f"这个站点没有网关在运行（{error}）；先运行 whistle run",
                f"no gateway runs for this site ({error}); start it with whistle run",
            )
        ) from error
    finally:
        connection.close()
    if answer.status >= http.HTTPStatus.BAD_REQUEST:
        told = said.get("words", {})
        words = say(told.get("zh", ""), told.get("en", ""))
        wrong = "".join(f"\n  {each['where']}: {each['what']}" for each in said.get("errors", ()))
        raise ConfigError(f"{words}{wrong}")
    return said
