"""What a server's answer means for the lines that were sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from influxdb_client.rest import ApiException
from urllib3 import HTTPHeaderDict
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProtocolError

from cloud_bridge.series_server import (
    LONGEST_PAUSE_S,
    MOST_TOLD,
    Busy,
    InfluxServer,
    Refused,
    Target,
    TooLarge,
    _left_out,
    _why,
)
from edge.errors import LinkDown


def answer(status: int, body: object = "", **headers: str) -> ApiException:
    """What the client raises of an answer that is not 204."""
    raised = ApiException(status=status, reason="as it says")  # type: ignore[no-untyped-call]
    raised.body = body if isinstance(body, str) else json.dumps(body)
    raised.headers = HTTPHeaderDict({k.replace("_", "-"): v for k, v in headers.items()})
    return raised


V2_PARTIAL = {
    "code": "unprocessable entity",
    "message": "failure writing points to database: partial write: points beyond retention policy"
    " dropped=17",
}
V3_PARTIAL = {
    "error": "partial write of line protocol occurred",
    "data": [{"line_number": 2, "error_message": "invalid"}, {"line_number": 9}],
}


@pytest.mark.parametrize(
    ("status", "body", "left_out"),
    [(422, V2_PARTIAL, 17), (400, V3_PARTIAL, 2), (400, "partial write: field type conflict", 1)],
)
def test_a_partial_write_has_taken_the_others(status: int, body: object, left_out: int) -> None:
    """InfluxDB 2 says how many it dropped, InfluxDB 3 lists them."""
    assert _left_out(answer(status, body)) == left_out


@pytest.mark.parametrize(
    ("status", "body", "error", "told"),
    [
        (
            400,
            {"code": "invalid", "message": "unable to parse 'x':\n missing fields"},
            Refused,
            "400: unable to parse 'x': missing fields",
        ),
        (422, {"message": "field type conflict"}, Refused, "422: field type conflict"),
        (413, "<html>too large</html>", TooLarge, "413: as it says"),
        (401, {"code": "unauthorized", "message": "no"}, LinkDown, "401: no"),
        (403, {"error": "insufficient permissions"}, LinkDown, "403: insufficient permissions"),
        (404, {"message": 'bucket "w" not found'}, LinkDown, '404: bucket "w" not found'),
        (302, "", LinkDown, "302: as it says"),
        (500, "x" * 5000, LinkDown, f"500: {'x' * (MOST_TOLD - 5)}"),
        (503, [1], Busy, "503: as it says"),
    ],
)
def test_an_answer_is_told_by_who_has_to_act(
    status: int, body: object, error: type[Exception], told: str
) -> None:
    """Lines that are refused, a server that is lost or busy: each with its own words, cut short."""
    with pytest.raises(error) as raised:
        _left_out(answer(status, body))
    assert (type(raised.value), str(raised.value)) == (error, told)


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ({"Retry_After": "30"}, 30.0),
        ({"retry_after": "86400"}, LONGEST_PAUSE_S),
        ({"Retry_After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0.0),
        ({"Retry_After": "-1"}, 0.0),
        ({}, 0.0),
    ],
)
def test_a_busy_server_says_for_how_long(asked: dict[str, str], pause: float) -> None:
    """Within bounds: a wrong number must not hold readings up for a day."""
    with pytest.raises(Busy) as raised:
        _left_out(answer(429, "", **asked))
    assert raised.value.pause_s == pause


def test_a_lost_connection_is_told_in_words_that_stay_the_same() -> None:
    """No address of an object is in them, which would differ each time."""
    refused = NewConnectionError(None, "Failed to establish a new connection: refused")  # type: ignore[arg-type]
    refused.__cause__ = ConnectionRefusedError(111, "Connection refused")
    url = "http://db:8086/x"
    assert _why(url, refused) == "db:8086: Connection refused"
    reset = ProtocolError("Connection aborted.", ConnectionResetError(104, "reset"))
    assert "0x" not in _why(url, reset)
    slow = ConnectTimeoutError(None, "Connection to db timed out. (connect timeout=5.0)")
    assert _why(url, slow).startswith("db:8086: Connection to db timed out")


def test_a_token_that_cannot_be_read_is_a_reason_not_an_end(tmp_path: Path) -> None:
    """Whoever puts it there later has nothing to restart."""
    target = Target(url="http://127.0.0.1:1", token_file=str(tmp_path / "token"))
    with pytest.raises(LinkDown, match="token"):
        InfluxServer(target)
    (tmp_path / "token").write_text("secret\n")
    server = InfluxServer(target)
    assert server._client.api_client.default_headers["Authorization"] == "Token secret"
    server.close()
