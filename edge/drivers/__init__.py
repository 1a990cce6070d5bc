"""The registry of drivers: one word for each protocol."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Final

from edge.driver import DriverKind, Kinds

_NAMES: Final = ("camera", "gb26875", "modbus", "mqtt_gate", "mqtt_json")


class _Registry(Kinds):
    """Each driver is loaded when it is first asked for: few sites have devices of all kinds."""

    def __getitem__(self, name: str) -> DriverKind:
        if name not in _NAMES:
            raise KeyError(name)
        kind: DriverKind = import_module(f"{__name__}.{name}").KIND
        return kind

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


KINDS: Final[Kinds] = _Registry()
