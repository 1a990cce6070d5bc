"""The database of readings over time that a site file names: InfluxDB, or one that speaks so."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from edge.schema import Strict

Address = Annotated[
    str, StringConstraints(pattern=r"^https?://[^\s/?#@]{1,253}(/[^\s?#@]{0,200})?$")
]


class SeriesTls(Strict):
    """Files of a TLS session; without `ca_file` the system's authorities count."""

    ca_file: str | None = None


class SeriesSection(Strict):
    """Where every reading that is kept is written too, and as whom."""

    url: Address = Field(description="Such as https://influx.example:8086, without /api/v2.")
    org: Annotated[str, StringConstraints(max_length=100)] = ""
    bucket: Annotated[str, StringConstraints(min_length=1, max_length=100)] = "whistle"
    token_file: str | None = Field(
        None, description="A file with a token that may write to the bucket."
    )
    tls: SeriesTls = SeriesTls()
