"""A camera's pictures over HTTP: connect, log in, ask; words for what goes wrong."""

from __future__ import annotations

import errno
import http.client
import secrets
import select
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from edge.vision.http_login import Challenge, Login, authorization, challenge_in
from edge.vision.sections.source import MjpegSource, SnapshotSource
from edge.vision.sources import words
from edge.vision.sources.lost import SourceLost, SourceRefused

CONNECT_WITHIN_S: Final = 5.0

MOST_OF_A_REFUSAL: Final = 65536
"""Bytes of the page that comes with a 401; what is longer costs a new connection."""

FOR_GOOD: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
"""What a camera answers to a wrong password or path, today and in a second."""


class Web:
    """One connection to a camera, kept as long as the camera keeps it."""

    def __init__(self, section: MjpegSource | SnapshotSource, password: str) -> None:
        parts = urlsplit(section.url)
        self._ca_file = section.ca_file
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port
        self._uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._login = Login(username=section.username, password=password)
        self._patience_s = section.stalled_after.total_seconds()
        self._connection: http.client.HTTPConnection | None = None
        self._response: http.client.HTTPResponse | None = None
        self._challenge: Challenge | None = None
        self._count = 0

    def get(self) -> http.client.HTTPResponse:
        """Return the answer, its body not read yet; `SourceLost` when it is no 200."""
        response = self._ask()
        if response.status == HTTPStatus.UNAUTHORIZED and self._login.username:
            self._challenge = challenge_in(response.headers.get_all("WWW-Authenticate", []))
            self._count = 0
            if self._challenge is not None:
                self._finish(response)
                response = self._ask()
        if response.status != HTTPStatus.OK:
            status = response.status
            self.hang_up()
            refused = status in FOR_GOOD
            raise (SourceRefused if refused else SourceLost)(words.for_status(status))
        return response

    def more_waits(self) -> bool:
        """Whether bytes are there to be read at once."""
        line = self._connection.sock if self._connection else None
        if line is None:
            return False
        if isinstance(line, ssl.SSLSocket) and line.pending():
            return True
        return bool(select.select([line], [], [], 0)[0])

    def hang_up(self) -> None:
        """Close the connection; the next question opens another."""
        connection, self._connection = self._connection, None
        response, self._response = self._response, None
        for each in (response, connection):
            if each is not None:
                each.close()

    def interrupt(self) -> None:
        """From another thread: what waits for bytes gets the end of them."""
        connection = self._connection
        line = connection.sock if connection else None
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _ask(self) -> http.client.HTTPResponse:
        """Ask on the connection that is there; on a new one where the camera has closed that."""
        if self._connection is not None:
            with suppress(http.client.RemoteDisconnected, ConnectionError):
                return self._ask_once(self._connection)
            self.hang_up()
        self._connection = self._connect()
        return self._ask_once(self._connection)

    def _ask_once(self, connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
        headers = {"Accept": "*/*", "User-Agent": "whistle"}
        if self._challenge is not None:
            self._count += 1
            headers["Authorization"] = authorization(
                self._challenge,
                self._login,
                method="GET",
                uri=self._uri,
                count=self._count,
                cnonce=secrets.token_hex(8),
            )
        connection.request("GET", self._uri, headers=headers)
        self._response = connection.getresponse()
        return self._response

    def _connect(self) -> http.client.HTTPConnection:
        connection = (
            http.client.HTTPSConnection(
                self._host,
                self._port,
                timeout=CONNECT_WITHIN_S,
                context=_trusted(self._ca_file),
            )
            if self._secure
            else http.client.HTTPConnection(self._host, self._port, timeout=CONNECT_WITHIN_S)
        )
        try:
            connection.connect()
        except TimeoutError:
            raise SourceLost(words.TIMED_OUT) from None
        connection.sock.settimeout(self._patience_s)
        return connection

    def _finish(self, response: http.client.HTTPResponse) -> None:
        """Read the rest of an answer, so that the connection can be used again."""
        response.read(MOST_OF_A_REFUSAL)
        if not response.isclosed():
            self.hang_up()


def _trusted(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise SourceLost(words.NO_CERTIFICATE) from None


@contextmanager
def told(stalled_s: float) -> Iterator[None]:
    """Turn what the network raises into words; a time-out after connecting is a stall."""
    try:
        yield
    except socket.gaierror:
        raise SourceLost(words.NO_HOST) from None
    except ssl.SSLCertVerificationError:
        raise SourceLost(words.UNTRUSTED) from None
    except TimeoutError:
        raise SourceLost(words.stalled(stalled_s)) from None
    except (http.client.HTTPException, ssl.SSLError, ValueError):
        raise SourceLost(words.NONSENSE) from None
    except OSError as error:
        raise SourceLost(words.for_errno(error.errno or errno.EIO)) from None
