"""A network of the run's own: its loopback is nobody else's, and packets on it can be lost."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterable
from typing import Final

from tests.system.proof.loop_disk import program

CLONE_NEWNET: Final = 0x40000000
PROGRAMS: Final = ("ip", "nft", "tc")
TABLE: Final = "proof"
ETHERNET: Final = 1500
NARROW: Final = ("rate", "64kbit", "burst", "4kb", "latency", "2s")

_state: dict[str, str] = {}


def missing() -> str:
    """Return what keeps this run from having a network of its own, in a word."""
    return _state.get("missing", "needs a network namespace of its own")


def enter() -> None:
    """Let this process, and all that it starts, have one; where that is forbidden nothing changes.

    Before any thread is there: only the thread that enters is in it.
    """
    lacking = [name for name in PROGRAMS if program(name) is None]
    if os.geteuid() != 0 or lacking:
        _state["missing"] = f"needs {', '.join(lacking) or 'root'}"
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET):
        _state["missing"] = f"no network namespaces: {os.strerror(ctypes.get_errno())}"
        return
    try:
        _ip("link", "set", "lo", "mtu", str(ETHERNET))
        _ip("link", "set", "lo", "up")
        _nft(f"add table inet {TABLE}")
        _nft(f"add chain inet {TABLE} lost {{ type filter hook input priority 0 ; }}")
    except subprocess.CalledProcessError as error:
        _state["missing"] = f"no rules for packets: {error.stderr.decode().strip()[:60]}"
    else:
        _state["missing"] = ""


def lose(port: int, directions: Iterable[str]) -> None:
    """Lose every packet to a port (up), or from it (down); nobody is told."""
    for direction in directions:
        side = "dport" if direction == "up" else "sport"
        _nft(f"add rule inet {TABLE} lost tcp {side} {port} drop")


def refuse(port: int) -> None:
    """Answer every packet to a port with a RST; who listens there learns nothing of it."""
    _nft(f"add rule inet {TABLE} lost tcp dport {port} reject with tcp reset")


def whole() -> None:
    """Let every packet through again."""
    _nft(f"flush chain inet {TABLE} lost")


def narrow() -> None:
    """Let no more than 64 kbit/s through, of everybody's."""
    _run("tc", "qdisc", "add", "dev", "lo", "root", "tbf", *NARROW)


def wide() -> None:
    """As much as there is."""
    _run("tc", "qdisc", "del", "dev", "lo", "root")


def _ip(*words: str) -> None:
    _run("ip", *words)


def _nft(rule: str) -> None:
    _run("nft", rule)


def _run(name: str, *words: str) -> None:
    subprocess.run([program(name) or name, *words], check=True, capture_output=True)
