"""What this machine is called, and the addresses at which it is reached."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc/net")

MOST: Final = 32
"""Names in a certificate; a machine with more addresses runs containers, whose nobody types."""

EVERYWHERE: Final = ("localhost", "127.0.0.1", "::1")

_LOCAL_V4: Final = re.compile(r"\|-- ([0-9.]+)\n\s+/32 host LOCAL")
_GLOBAL_V6: Final = re.compile(r"^([0-9a-f]{32}) [0-9a-f]{2} [0-9a-f]{2} 00 ", re.MULTILINE)


def own_names(proc: Path = PROC) -> tuple[str, ...]:
    """Return the host's name, its addresses, and what every machine is for itself."""
    found = (socket.gethostname(), *EVERYWHERE, *_addresses(proc))
    return tuple(dict.fromkeys(filter(None, found)))[:MOST]


def _addresses(proc: Path) -> Iterator[str]:
    """Yield what the kernel says; nothing where it says it another way."""
    with suppress(OSError):
        for found in _LOCAL_V4.findall((proc / "fib_trie").read_text()):
            yield str(ip_address(found))
    with suppress(OSError):
        for found in _GLOBAL_V6.findall((proc / "if_inet6").read_text()):
            yield str(IPv6Address(int(found, 16)))
