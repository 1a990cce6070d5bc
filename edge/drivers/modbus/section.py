"""The modbus link and its devices' addresses as written in the site file."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from edge.schema import Duration, Strict

MAX_REGISTRATION = 128  # bytes; a 4G box introduces itself with an IMEI or a short text

Port: TypeAlias = Annotated[int, Field(ge=1, le=65535)]
Host: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=253)]
Baud: TypeAlias = Annotated[int, Field(ge=300, le=4_000_000)]


class _Transport(Strict):
    """What all ways to the devices have: the longest wait for an answer, if not the usual."""

    answer_within: Duration | None = None


class Tcp(_Transport):
    """Modbus TCP: the device, or a gateway with units behind it."""

    type: Literal["tcp"]
    host: Host
    port: Port = 502


class Rtu(_Transport):
    """A serial port of this machine; what is not said here is taken from the profiles."""

    type: Literal["rtu"]
    port: Annotated[str, StringConstraints(min_length=1)]
    baud: Baud | None = None
    data_bits: Literal[7, 8] | None = None
    parity: Literal["N", "E", "O"] | None = None
    stop_bits: Literal[1, 2] | None = None


class RtuOverTcp(_Transport):
    """A serial server that passes RTU frames on; `baud` is that of the bus behind it."""

    type: Literal["rtu_over_tcp"]
    host: Host
    port: Port
    baud: Baud | None = None


class DialIn(_Transport):
    """A 4G box that dials in and then answers as an RTU bus.

    `registration` is what it says first, `registration_hex` the same in hex; a caller
    that begins otherwise is hung up on. The port `listen` belongs to this box alone.
    """

    type: Literal["dial_in"]
    host: Host = "0.0.0.0"  # noqa: S104 -- boxes call from outside
    listen: Annotated[int, Field(ge=0, le=65535)]
    registration: Annotated[str, StringConstraints(max_length=MAX_REGISTRATION)] = ""
    registration_hex: Annotated[
        str, StringConstraints(pattern=rf"^([0-9a-fA-F]{{2}}){{0,{MAX_REGISTRATION}}}$")
    ] = ""
    baud: Baud | None = None

    @property
    def first_bytes(self) -> bytes:
        """What the box must say first."""
        return self.registration.encode() or bytes.fromhex(self.registration_hex)


Transport: TypeAlias = Annotated[Tcp | Rtu | RtuOverTcp | DialIn, Field(discriminator="type")]


class ModbusAddress(Strict):
    """The unit (slave) number on the bus."""

    unit: Annotated[int, Field(ge=0, le=255)] = Field(
        1, description="The number that is set on the device."
    )
