"""A hostile device beside eleven ordinary links, for twenty seconds: it harms none of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bench.hostile.bytes_of import DEEDS
from tests.bench.hostile.run import play

pytestmark = [
    pytest.mark.usefixtures("mosquitto_path"),
    pytest.mark.timeout(180),
    pytest.mark.in_time,
]

QUIET_S = 2.0
HOSTILE_S = 20.0
FEWEST = 5
"""Of twenty polls or confirmations: a machine that does much else is no fault of the gateway."""


def test_every_other_link_is_served_and_every_alarm_confirmed(tmp_path: Path) -> None:
    """Garbage, half frames, floods, storms of connections: the gateway lives, the others too."""
    outcome = asyncio.run(play(tmp_path, QUIET_S, HOSTILE_S, seed=1))
    assert set(DEEDS) <= set(outcome.deeds)
    assert outcome.gateway_starts == 1
    assert outcome.unconfirmed == {}
    served = {**outcome.beside.periods, **outcome.beside.waits}
    assert len(served) == 11
    assert {name: each.count for name, each in served.items() if each.count < FEWEST} == {}
    log = (tmp_path / "gateway.log").read_text("utf-8")
    assert [line for line in log.splitlines() if "fault" in line and "internal" in line] == []
