"""The technician's page: where it listens, and with which certificate."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from edge.schema import Strict

Hostname = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$")]


class PageListen(Strict):
    """Where the page is reached; a host of `0.0.0.0` is every network of this machine."""

    host: Hostname = "0.0.0.0"  # noqa: S104 - technicians come over the site's network
    port: Annotated[int, Field(ge=1, le=65535)] = 8443


class PageTls(Strict):
    """A certificate of one's own, with its chain, and its key."""

    cert_file: str
    key_file: str


class PageSection(Strict):
    """The technician's page on the network; without `tls` its certificate is self-made."""

    serve: Literal["on", "off"] = Field("on", description="off: only the local socket.")
    listen: PageListen = PageListen()
    names: Annotated[tuple[Hostname, ...], Field(max_length=16)] = Field(
        (), description="Further names that a self-made certificate is for."
    )
    tls: PageTls | None = None
