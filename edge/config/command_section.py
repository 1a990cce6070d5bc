"""Who may command devices from afar, as a site file says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from edge.model import Text
from edge.rules.interlock import Grant
from edge.schema import Id, Kind, Name, Strict, fault


class CommandKey(Strict):
    """A key of the platform that the site trusts, and what it may do with which devices."""

    id: Id
    public_key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")] | None = Field(
        None, description="Ed25519, 32 bytes in base64, as `whistle command keygen` prints it."
    )
    public_key_file: Annotated[str, StringConstraints(min_length=1)] | None = Field(
        None, description="A file that holds the same, relative to the site file."
    )
    devices: tuple[Id, ...] = ()
    kinds: tuple[Kind, ...] = ()
    actions: Annotated[tuple[Name, ...], Field(min_length=1)] = ()
    configuration: bool = Field(
        default=False, description="Whether it may send site file and profiles to be run."
    )
    updates: bool = Field(
        default=False, description="Whether it may offer releases; see the section updates."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.public_key is None) is (self.public_key_file is None):
            raise fault(
                Text("公钥写一处", "the public key is written once"),
                Text(
                    "写 public_key 或 public_key_file", "write public_key, or else public_key_file"
                ),
            )
        if self.actions and not self.devices and not self.kinds:
            raise fault(
                Text("这把密钥什么设备也管不了", "this key is for no device at all"),
                Text("写 devices 或 kinds", "write devices, kinds or both"),
            )
        if not (self.actions or self.configuration or self.updates):
            raise fault(
                Text("这把密钥什么也不能做", "this key may do nothing"),
                Text(
                    "写 actions，或 configuration: true、updates: true",
                    "write actions, or configuration: true, or updates: true",
                ),
            )
        return self

    def grant(self) -> Grant:
        """What the key may do, as the rest of the house knows it."""
        return Grant(
            key=self.id,
            devices=frozenset(self.devices),
            kinds=frozenset(self.kinds),
            actions=frozenset(self.actions),
            configuration=self.configuration,
            updates=self.updates,
        )


class CommandsSection(Strict):
    """Commands from afar: none, unless a site allows them and names the keys it trusts."""

    remote: bool = Field(default=False, description="Whether commands from afar are allowed.")
    keys: tuple[CommandKey, ...] = ()

    @model_validator(mode="after")
    def _by_somebody(self) -> Self:
        if self.remote and not self.keys:
            raise fault(
                Text("允许远程命令，却没有可信的密钥", "remote commands without a trusted key"),
                Text("写 keys，或删去 remote", "write keys, or take out remote"),
            )
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCommands:
    """Whether commands from afar are allowed, and what each public key (base64) may do."""

    allowed: bool = False
    keys: Mapping[str, Grant] = field(default_factory=dict)
