"""The platforms that a site file sends events to, and from where their releases are fetched."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from edge import model
from edge.broker import Broker, BrokerTls
from edge.config.series_section import SeriesTls
from edge.schema import Duration, Id, Strict, fault

LONGEST_LINGER = timedelta(hours=1)
"""What waits longer is no news; a batch that is full goes at once in any case."""


Patience: TypeAlias = Annotated[Duration, Field(ge=timedelta(minutes=1), le=timedelta(days=30))]


class TelemetrySection(Strict):
    """Readings go to this platform too, in batches, when no event waits."""

    linger: Duration = Field(
        timedelta(seconds=5), description="How long readings may wait for others to go with."
    )

    @model_validator(mode="after")
    def _not_for_ever(self) -> Self:
        if self.linger > LONGEST_LINGER:
            raise fault(
                model.Text("linger 太长", "linger is too long"),
                model.Text("最长 1h", "1h is the longest"),
            )
        return self


SecureAddress = Annotated[
    str, StringConstraints(pattern=r"^https://[^\s/?#@]{1,253}(/[^\s?#@]{0,200})?$")
]


def a_real_port(url: str) -> str:
    """Return an address, if its port is one."""
    try:
        port = urlsplit(url).port
    except ValueError:
        port = 0
    if port == 0:
        raise fault(
            model.Text("url 的端口不对", "the port of the url is none"),
            model.Text("写 1 到 65535，或不写（443）", "write 1 to 65535, or none for 443"),
        )
    return url


class HttpsSection(Strict):
    """The same platform over HTTPS: what the broker does not deliver in time goes this way."""

    url: SecureAddress = Field(description="Such as https://platform.example/ingest.")
    token_file: str | None = Field(
        None, description="A file with the token that the platform knows this gateway by."
    )
    tls: BrokerTls = BrokerTls()

    @model_validator(mode="after")
    def _a_port_that_there_is(self) -> Self:
        a_real_port(self.url)
        return self


class UplinkSection(Strict):
    """A platform that events are sent to."""

    id: Id
    type: Literal["mqtt"]
    broker: Broker
    https: HttpsSection | None = Field(
        None, description="The same platform over HTTPS, for when its broker does not deliver."
    )
    telemetry: TelemetrySection | None = Field(
        None, description="Write {} to send readings too; none are sent when not written."
    )
    offline_after: Patience = Field(
        timedelta(minutes=15),
        description="Without this platform for so long, that is an event of its own.",
    )
    low_buffer: Patience = Field(
        timedelta(hours=24),
        description="While it is away: an event once the disk lasts for less than this.",
    )


class UpdatesSection(Strict):
    """The one server that offered releases are fetched from; the publishers' keys say whose."""

    url: Annotated[SecureAddress, AfterValidator(a_real_port)] = Field(
        description="Such as https://releases.example; an offer has to name the same host and port."
    )
    tls: SeriesTls = SeriesTls()
