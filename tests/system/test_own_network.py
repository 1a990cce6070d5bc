"""A network of a process's own: packets are lost in it, and nobody else notices."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.source_tree import ROOT

CHILD = """
import json, socket
from tests.system.proof import own_network

own_network.enter()
said = {"missing": own_network.missing()}
if not said["missing"]:
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]

    def dial():
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=0.5):
                return "connected"
        except OSError as error:
            return type(error).__name__

    said["at first"] = dial()
    own_network.lose(port, ["up"])
    said["up lost"] = dial()
    own_network.whole()
    own_network.lose(port, ["down"])
    said["down lost"] = dial()
    own_network.whole()
    own_network.refuse(port)
    said["refused"] = dial()
    own_network.whole()
    own_network.narrow()
    own_network.wide()
    said["whole"] = dial()
print(json.dumps(said))
"""


def test_packets_are_lost_refused_and_let_through() -> None:
    """What loses them is the kernel; afterwards everything is as before."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD], cwd=ROOT, capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    if said.pop("missing"):
        pytest.skip("no network of its own here")
    assert said == {
        "at first": "connected",
        "up lost": "TimeoutError",
        "down lost": "TimeoutError",
        "refused": "ConnectionRefusedError",
        "whole": "connected",
    }
