"""The local API over its socket, against a pipeline that keeps in memory."""

from __future__ import annotations

import asyncio
import getpass
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge.api.server import serve
from edge.cli.local import ask
from edge.errors import ConfigError
from edge.local_socket import NAME, listen
from edge.model import Lane, Text
from edge.rules.alarm import PointAlarm, Words
from tests.fakes.house import FakeHouse

pytestmark = pytest.mark.integration


def rule(name: str, lane: Lane) -> PointAlarm:
    """An alarm on a point that is true; it latches when it is called so."""
    words = Words(
        category="c",
        severity=500,
        lane=lane,
        text=Text("报警", "alarm"),
        latch=name == "latched",
    )
    return PointAlarm(
        id=f"d/{name}",
        device="d",
        name=name,
        point=f"d/{name}",
        words=words,
        holds=lambda value, _: value is True,
    )


class Served:
    """A house with three alarms more, and the way to ask it over its socket."""

    def __init__(self, folder: Path) -> None:
        rules = [
            rule("plain", Lane.FAULT),
            rule("latched", Lane.FAULT),
            rule("fire", Lane.LIFE_SAFETY),
        ]
        self.house = FakeHouse(folder, *rules)
        self.store = folder / "var"

    async def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Ask over the socket, off the loop."""
        return await asyncio.to_thread(ask, self.store, method, path, lambda _, en: en, body)

    async def raised(self, name: str) -> int:
        """Raise an alarm; return its number."""
        await self.house.read(f"d/{name}", value=True)
        return self.house.pipeline.alarms.active[f"d/{name}"].number

    def kinds(self) -> list[str]:
        """What was kept, of these alarms and nothing else."""
        kept = (each.event for each in self.house.disk.kept)
        return [event.kind for event in kept if event.kind.startswith("alarm.")]


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Served]:
    """Serve until the block ends."""
    serving = await asyncio.to_thread(Served, folder)  # routes are read from their source files
    listening = await asyncio.to_thread(listen, serving.store / NAME, 16)
    house = serving.house
    async with house.lives():
        house.start(serve(house.app, listening, "api", door="socket"), "serve")
        yield serving


def test_a_technician_acknowledges_shelves_and_resets(tmp_path: Path) -> None:
    """Each word is kept as an event, and the answer says how the alarm stands then."""

    async def main() -> None:
        async with served(tmp_path) as house:
            number = await house.raised("latched")
            [seen] = (await house.ask("GET", "/alarms"))["items"]
            assert (seen["id"], seen["active"], seen["acknowledged"]) == (number, True, False)
            by = {"by": "wang", "comment": "on my way"}
            said = await house.ask("POST", f"/alarms/{number}/acknowledge", by)
            assert (said["acknowledged"], said["acknowledged_by"]) == (True, "wang")
            shelf = {"by": "wang", "minutes": 30, "reason": "part ordered"}
            said = await house.ask("POST", f"/alarms/{number}/shelve", shelf)
            assert said["suppressed"] == ["shelved"]
            until = datetime.fromisoformat(said["shelved_until"])
            assert timedelta(minutes=29) < until - house.house.clock() <= timedelta(minutes=30)
            said = await house.ask("POST", f"/alarms/{number}/unshelve", by)
            assert said["suppressed"] == []
            await house.house.read("d/latched", value=False)
            said = await house.ask("POST", f"/alarms/{number}/reset", by)
            assert (await house.ask("GET", "/alarms"))["items"] == []
            assert house.kinds() == [
                "alarm.raised",
                "alarm.acknowledged",
                "alarm.shelved",
                "alarm.updated",
                "alarm.unshelved",
                "alarm.updated",
                "alarm.updated",
                "alarm.reset",
                "alarm.cleared",
            ]

    asyncio.run(main())


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", "/alarms/99/acknowledge", {"by": "wang"}, "no such alarm"),
        ("POST", "/alarms/{fire}/shelve", {"by": "w", "minutes": 5, "reason": "x"}, "life safety"),
        ("POST", "/alarms/{fire}/reset", {"by": "w"}, "nothing to reset"),
        ("POST", "/alarms/{fire}/shelve", {"by": "w", "minutes": 0, "reason": ""}, "body.minutes"),
        ("POST", "/alarms/{fire}/acknowledge", {"by": "w", "more": 1}, "body.more"),
        ("GET", "/explain/d/other", None, "no rule"),
        (
            "POST",
            "/suppressions",
            {"id": "all", "why": "test", "by": "w", "reason": "x"},
            "a whole community",
        ),
        (
            "POST",
            "/suppressions",
            {"id": "a", "why": "test", "by": "w", "reason": "x", "device": "no"},
            "no such device",
        ),
        ("DELETE", "/suppressions/none?by=w", None, "no such suppression"),
        ("POST", "/commands", {"id": "a b"}, "body.id"),
        ("POST", "/commands", {"by": "\ud800"}, "body.by"),
        ("POST", "/commands", {"device": "\ud800"}, "body.device"),
        ("POST", "/commands", {"args": {"a": float("inf")}}, "body.args"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    tmp_path: Path, method: str, path: str, body: Mapping[str, object] | None, words: str
) -> None:
    """A refusal says what would be right, and changes nothing."""

    async def main() -> None:
        async with served(tmp_path) as house:
            fire = await house.raised("fire")
            with pytest.raises(ConfigError, match=words):
                await house.ask(method, path.replace("{fire}", str(fire)), body)
            assert house.kinds() == ["alarm.raised"]
            assert house.house.way.told == []

    asyncio.run(main())


def test_a_full_disk_promises_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An acknowledgement that is not on disk is not answered as if it were."""
    monkeypatch.setattr("edge.api.house.KEPT_WITHIN_S", 0.2)

    async def main() -> None:
        async with served(tmp_path) as house:
            number = await house.raised("plain")
            house.house.disk.full = True
            with pytest.raises(ConfigError, match="the disk has not taken it"):
                await house.ask("POST", f"/alarms/{number}/acknowledge", {"by": "wang"})

    asyncio.run(main())


def test_a_command_of_a_technician(tmp_path: Path) -> None:
    """It goes the one way down, with who asked and until when."""

    async def main() -> None:
        async with served(tmp_path) as house:
            await house.house.read("gate-1/door_open", value=True)
            order = {"id": "local-1", "device": "gate-1", "action": "open", "by": "wang"}
            said = await house.ask("POST", "/commands", order)
            assert (said["outcome"], said["observed"]) == ("done", "yes")
            [command] = house.house.way.told
            assert (command.issuer, command.issued_by) == ("technician", "wang")
            left = command.expires_at - house.house.clock()
            assert timedelta(0) < left <= timedelta(seconds=15)
            off = await house.ask("PUT", "/remote", {"position": "off"})
            assert off == {"position": "off"} == await house.ask("GET", "/remote")

    asyncio.run(main())


def test_why_an_alarm_is_active(tmp_path: Path) -> None:
    """The conditions come one by one, with what they see."""

    async def main() -> None:
        async with served(tmp_path) as house:
            await house.house.read("bin-1/fill_percent", 91.5)
            said = await house.ask("GET", "/explain/bin-1/full")
            [part] = said["parts"]
            assert (part["value"], part["unit"]) == (91.5, "%")

    asyncio.run(main())


def test_the_operating_system_says_who_asks(tmp_path: Path) -> None:
    """Without a name in the request the user at the other end of the socket counts."""

    async def main() -> None:
        async with served(tmp_path) as house:
            order = {"device": "gate-1", "action": "open"}
            said = await house.ask("POST", "/commands", order)
            assert said["issued_by"] == getpass.getuser()
            assert (await house.ask("GET", "/me"))["name"] == getpass.getuser()

    asyncio.run(main())


def test_only_its_own_user_can_speak_to_it(tmp_path: Path) -> None:
    """The socket is there for its owner alone; a long path and a leftover are no obstacle."""
    store = tmp_path / ("long" * 30)
    store.mkdir()
    listen(store / NAME, 1).close()
    with listen(store / NAME, 1):
        assert stat.S_IMODE((store / NAME).stat().st_mode) == 0o600


def test_no_gateway_is_said_in_words(tmp_path: Path) -> None:
    """Nobody who listens is no stack trace."""
    with pytest.raises(ConfigError, match="no gateway runs"):
        ask(tmp_path, "GET", "/alarms", lambda _, en: en)
