"""A broker as the site file names it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from edge.schema import Duration, Strict


class BrokerTls(Strict):
    """Files of a TLS session; without `ca_file` the system's authorities count."""

    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None


class Broker(Strict):
    """How a broker is reached."""

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 1883
    username: str = ""
    password_file: str | None = None
    tls: BrokerTls | None = None
    version: Literal["5", "3.1.1"] = "5"
    keep_alive: Duration = timedelta(seconds=30)
