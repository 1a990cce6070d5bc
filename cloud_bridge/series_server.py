"""One session with a database of readings over time, by the write endpoint of InfluxDB's API v2."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from edge.errors import LinkDown

if TYPE_CHECKING:
    from influxdb_client.rest import ApiException

CONNECT_S: Final = 5.0
ANSWER_S: Final = 20.0
"""A server that merges its files answers late, but it answers."""

MOST_TOLD: Final = 200
"""Characters of a server's words that are shown: a proxy may answer with a whole page."""

LONGEST_PAUSE_S: Final = 300.0
"""Whatever a busy server asks for, it is asked again after this."""

_FASTEST: Final = 1
"""How hard zlib tries: at 6 a batch is a quarter smaller, and costs three times as much."""

_AS_GZIP: Final = 31
_PARTIAL: Final = "partial write"
_LEFT_OUT: Final = re.compile(r"dropped=(\d{1,9})")
_REFUSALS: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_BUSY: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


class Refused(ValueError):
    """The server takes none of these lines as they are."""


class TooLarge(Refused):
    """The server takes fewer lines at a time."""


class Busy(LinkDown):
    """The server asks to be left alone for `pause_s` seconds."""

    def __init__(self, reason: str, pause_s: float) -> None:
        super().__init__(reason)
        self.pause_s = pause_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where is written to, and the files that say as whom; see the section `series`."""

    url: str
    org: str = ""
    bucket: str = "whistle"
    token_file: str | None = None
    ca_file: str | None = None


class InfluxServer:
    """The server at the target; every call blocks, and the client takes a second and 40 MB.

    So it has a process of its own: see `cloud_bridge.series_process`.
    """

    def __init__(self, target: Target) -> None:
        from influxdb_client.client.influxdb_client import InfluxDBClient  # noqa: PLC0415 - see above
        from influxdb_client.service.write_service import WriteService  # noqa: PLC0415 - see above

        self._target = target
        self._client = InfluxDBClient(
            url=target.url,
            token=_token(target),
            org=target.org,
            timeout=(CONNECT_S * 1000, ANSWER_S * 1000),
            ssl_ca_cert=target.ca_file,
            connection_pool_maxsize=1,
        )
        # The client would compress as hard as it can, seven times as long for a quarter less.
        self._client.api_client.default_headers["Content-Encoding"] = "gzip"
        self._service = WriteService(self._client.api_client)  # type: ignore[no-untyped-call]

    @property
    def connections(self) -> int:
        """How many there were; a new one may mean another server, or one that was restarted."""
        pools = self._client.api_client.rest_client.pool_manager
        return int(pools.connection_from_url(self._target.url).num_connections)

    def write(self, lines: bytes) -> int:
        """Return, once the server has them, how many lines it has left out of them.

        `Refused` when it takes none of them as they are, `LinkDown` when there is no telling.
        """
        from influxdb_client.rest import ApiException  # noqa: PLC0415 - is loaded by then
        from urllib3.exceptions import HTTPError  # noqa: PLC0415 - see above

        body = zlib.compress(lines, _FASTEST, _AS_GZIP)
        try:
            self._service.post_write(  # type: ignore[no-untyped-call]
                org=self._target.org, bucket=self._target.bucket, body=body, precision="us"
            )
        except ApiException as answer:
            return _left_out(answer)
        except HTTPError as lost:
            raise LinkDown(_why(self._target.url, lost)) from lost
        return 0

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()  # type: ignore[no-untyped-call]


def _token(target: Target) -> str:
    if target.token_file is None:
        return ""
    try:
        return Path(target.token_file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise LinkDown(f"the token cannot be read: {error}") from error


def _left_out(answer: ApiException) -> int:
    """How many lines are missing, where the server has taken the others; raises otherwise."""
    status = int(answer.status or 0)
    body = str(answer.body or "")
    reason = f"{status}: {_words(body) or answer.reason}"[:MOST_TOLD]
    if status in _REFUSALS:
        if _PARTIAL in body:
            return _counted(body)
        raise Refused(reason)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        raise TooLarge(reason)
    if status in _BUSY:
        raise Busy(reason, _pause(dict(answer.headers or {})))
    raise LinkDown(reason)


def _counted(body: str) -> int:
    """How many lines were left out: InfluxDB 2 says a number, InfluxDB 3 lists them."""
    if said := _LEFT_OUT.search(body):
        return int(said[1])
    try:
        listed = json.loads(body)
    except (ValueError, RecursionError):
        return 1
    data = listed.get("data") if isinstance(listed, dict) else None
    return len(data) if isinstance(data, list) else 1


def _words(body: str) -> str:
    """What a server says in words, without what is around them."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "" if "<" in body else " ".join(body.split())
    if not isinstance(said, dict):
        return ""
    return " ".join(str(said.get("message") or said.get("error") or "").split())


def _pause(headers: dict[str, str]) -> float:
    """The seconds that a busy server asks for; 0 where it says none, or says a date."""
    asked = next((v for k, v in headers.items() if k.lower() == "retry-after"), "")
    return min(float(asked), LONGEST_PAUSE_S) if re.fullmatch(r"\d{1,9}", asked) else 0.0


def _why(url: str, lost: Exception) -> str:
    """The same few words for the same trouble, without addresses of objects."""
    cause = lost.__cause__ or lost
    words = getattr(cause, "strerror", None) or str(cause.args[-1] if cause.args else "")
    return f"{urlsplit(url).netloc}: {words or type(cause).__name__}"[:MOST_TOLD]
