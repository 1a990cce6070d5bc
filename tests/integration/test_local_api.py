"""The local API over its socket, against a pipeline that keeps in memory."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge.alarms import Alarms
from edge.api.app import application
from edge.api.house import House
from edge.api.server import serve
from edge.cli.local import ask
from edge.clock import Clock
from edge.commands import Position
from edge.driver import Report
from edge.errors import ConfigError
from edge.local_socket import NAME, listen
from edge.model import Command, CommandResult, Kept, Lane, Reading, Text
from edge.pipeline import Pipeline
from edge.rules.alarm import PointAlarm, Words
from edge.rules.engine import Engine
from edge.rules.explain import Explained
from tests.fakes.pipeline import FakeJournal
from tests.fakes.site import bare_site

pytestmark = pytest.mark.integration


class Disk(FakeJournal):
    """Keeps at once, or, when full, not at all."""

    full = False

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Keep and confirm."""
        await super().keep(events, states, then)
        if not self.full:
            for confirm in then:
                confirm()


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
    """A pipeline with three alarms, its disk, and the way to ask it."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self.disk = Disk()
        self.commands: list[Command] = []
        self.remote: Position = "on"
        rules = [
            rule("plain", Lane.FAULT),
            rule("latched", Lane.FAULT),
            rule("fire", Lane.LIFE_SAFETY),
        ]
        self.pipeline = Pipeline(
            lambda through: Engine(rules, through=through),
            Alarms(bare_site()),
            self.disk,
            lambda _: None,
            Clock(),
            next_number=1,
            trusted=lambda: True,
        )
        self.app = application(
            House(
                site=bare_site(),
                alarms=self.pipeline.alarms,
                take=self.pipeline.take,
                run=self._run,
                explain=self._explain,
                remote=lambda: self.remote,
                set_remote=self._set_remote,
                now=lambda: datetime.now(UTC),
            )
        )

    async def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Ask over the socket, off the loop."""
        return await asyncio.to_thread(ask, self.store, method, path, lambda _, en: en, body)

    async def read(self, name: str, *, value: bool) -> None:
        """Let a point take a value, and wait until that is kept."""
        kept = asyncio.Event()
        reading = Reading(point=f"d/{name}", value=value, at=datetime.now(UTC))
        await self.pipeline.take(Report((reading,), kept.set))
        await kept.wait()

    async def raised(self, name: str) -> int:
        """Raise an alarm; return its number."""
        await self.read(name, value=True)
        return self.pipeline.alarms.active[f"d/{name}"].number

    async def _run(self, command: Command) -> CommandResult:
        self.commands.append(command)
        return CommandResult(
            command=command.id,
            device=command.device,
            action=command.action,
            outcome="done",
            at=datetime.now(UTC),
            observed="yes",
        )

    async def _set_remote(self, position: Position) -> None:
        self.remote = position

    @staticmethod
    def _explain(key: str) -> Explained | None:
        inner = Explained(words=Text("值", "value"), truth=True, value=91.5, unit="%")
        words = Text("满溢", "full")
        return Explained(words=words, truth=True, parts=(inner,)) if key == "d/plain" else None


@asynccontextmanager
async def served(store: Path) -> AsyncIterator[Served]:
    """Serve until the block ends."""
    house = await asyncio.to_thread(Served, store)  # routes are read from their source files
    listening = await asyncio.to_thread(listen, store)
    running = [
        asyncio.create_task(house.pipeline.run(), name="pipeline"),
        asyncio.create_task(serve(house.app, listening, "api"), name="serve"),
    ]
    try:
        yield house
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def test_a_technician_acknowledges_shelves_and_resets(tmp_path: Path) -> None:
    """Each word is kept as an event, and the answer says how the alarm stands then."""

    async def main() -> None:
        async with served(tmp_path) as house:
            number = await house.raised("latched")
            [seen] = await house.ask("GET", "/alarms")
            assert (seen["id"], seen["active"], seen["acknowledged"]) == (number, True, False)
            by = {"by": "wang", "comment": "on my way"}
            said = await house.ask("POST", f"/alarms/{number}/acknowledge", by)
            assert (said["acknowledged"], said["acknowledged_by"]) == (True, "wang")
            shelf = {"by": "wang", "minutes": 30, "reason": "part ordered"}
            said = await house.ask("POST", f"/alarms/{number}/shelve", shelf)
            assert said["suppressed"] == ["shelved"]
            until = datetime.fromisoformat(said["shelved_until"])
            assert timedelta(minutes=29) < until - datetime.now(UTC) <= timedelta(minutes=30)
            said = await house.ask("POST", f"/alarms/{number}/unshelve", by)
            assert said["suppressed"] == []
            await house.read("latched", value=False)
            said = await house.ask("POST", f"/alarms/{number}/reset", by)
            assert await house.ask("GET", "/alarms") == []
            kinds = [kept.event.kind for kept in house.disk.kept]
            assert kinds == [
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
        ("DELETE", "/suppressions/none?by=", None, "query.by"),
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
            assert [kept.event.kind for kept in house.disk.kept] == ["alarm.raised"]
            assert house.commands == []

    asyncio.run(main())


def test_a_full_disk_promises_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An acknowledgement that is not on disk is not answered as if it were."""
    monkeypatch.setattr("edge.api.house.KEPT_WITHIN_S", 0.2)

    async def main() -> None:
        async with served(tmp_path) as house:
            number = await house.raised("plain")
            house.disk.full = True
            with pytest.raises(ConfigError, match="the disk has not taken it"):
                await house.ask("POST", f"/alarms/{number}/acknowledge", {"by": "wang"})

    asyncio.run(main())


def test_a_command_of_a_technician(tmp_path: Path) -> None:
    """It goes the one way down, with who asked and until when."""

    async def main() -> None:
        async with served(tmp_path) as house:
            order = {"id": "local-1", "device": "gate-1", "action": "open", "by": "wang"}
            said = await house.ask("POST", "/commands", order)
            assert (said["outcome"], said["observed"]) == ("done", "yes")
            [command] = house.commands
            assert (command.issuer, command.issued_by) == ("technician", "wang")
            left = command.expires_at - datetime.now(UTC)
            assert timedelta(seconds=10) < left <= timedelta(seconds=15)
            off = await house.ask("PUT", "/remote", {"position": "off"})
            assert off == {"position": "off"} == await house.ask("GET", "/remote")

    asyncio.run(main())


def test_why_an_alarm_is_active(tmp_path: Path) -> None:
    """The conditions come one by one, with what they see."""

    async def main() -> None:
        async with served(tmp_path) as house:
            said = await house.ask("GET", "/explain/d/plain")
            [part] = said["parts"]
            assert (said["truth"], part["value"], part["unit"]) == (True, 91.5, "%")

    asyncio.run(main())


def test_only_its_own_user_can_speak_to_it(tmp_path: Path) -> None:
    """The socket is there for its owner alone; a long path and a leftover are no obstacle."""
    store = tmp_path / ("long" * 30)
    store.mkdir()
    listen(store).close()
    with listen(store):
        assert stat.S_IMODE((store / NAME).stat().st_mode) == 0o600


def test_no_gateway_is_said_in_words(tmp_path: Path) -> None:
    """Nobody who listens is no stack trace."""
    with pytest.raises(ConfigError, match="no gateway runs"):
        ask(tmp_path, "GET", "/alarms", lambda _, en: en)
