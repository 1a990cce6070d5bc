"""A broker, and a link over one, as the site file has them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from edge.schema import Duration, Id, Strict
from edge.timezone import Timezone


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


class BrokerSection(Strict):
    """A link over a broker; times that devices give without a zone are in `timezone`."""

    id: Id
    broker: Broker
    timezone: Timezone = "Asia/Shanghai"
    client_id: Annotated[str, StringConstraints(max_length=64)] = Field(
        "", description="Our name at the broker; whistle-<link> when empty."
    )

    @property
    def name_at_broker(self) -> str:
        """Who the broker takes us for; what it keeps for us hangs on it."""
        return self.client_id or f"whistle-{self.id}"
