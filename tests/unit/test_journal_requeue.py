"""What was refused or given up is sent again, by the gateway that runs or where none does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from cloud_bridge import journal_requeue
from cloud_bridge.journal_check import JournalReading
from cloud_bridge.journal_requeue import UnknownUplink, requeue_at_rest
from cloud_bridge.requeueing import RequeueingJournal
from cloud_bridge.store_lock import locked
from edge.__main__ import main
from edge.errors import ConfigError
from edge.model import EventQuery, Lane
from tests.fakes import time as virtual
from tests.fakes.journal import narrate, told
from tests.fakes.time import EPOCH

SITE = """
site: {id: s, name: {zh: 测试, en: Test}, language: en}
gateway: {id: gw, store: .}
links: [{id: fire, driver: gb26875, listen: {port: 15026}}]
devices:
  - {id: f, link: fire, profile: panels/gb26875, name: {zh: 甲, en: A}, address: {address: 3}}
uplinks: [{id: up, type: mqtt, broker: {host: 127.0.0.1}}]
"""


def opened(folder: Path) -> RequeueingJournal:
    """A journal with one uplink."""
    return RequeueingJournal(folder / "journal.db", ["up"], narrate, now=lambda: EPOCH)


@asynccontextmanager
async def running(journal: RequeueingJournal) -> AsyncIterator[None]:
    """Let it write until the block ends."""
    writing = asyncio.create_task(journal.run(), name="journal")
    try:
        yield
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await journal.close()


async def filled(journal: RequeueingJournal) -> None:
    """Nine events: 2 and 5 refused, the rest receipted."""
    await journal.keep([told(n, lane=Lane.FAULT) for n in range(1, 10)], {}, [])
    journal.refuse("up", [(2, "no such device"), (5, "busy")], EPOCH)
    journal.settle("up", [1, 3, 4, 6, 7, 8, 9])
    await journal.delivered()


def kept(folder: Path) -> None:
    """The same, where no gateway runs any more."""
    journal = opened(folder)

    async def main_() -> None:
        async with running(journal):
            await filled(journal)

    virtual.run(main_())


def waiting(folder: Path) -> dict[str, int]:
    """What the file says, for each uplink."""
    with closing(JournalReading(folder / "journal.db")) as reading:
        sums = reading.sums()
    return {uplink: count for (uplink, _), count in sums.waiting.items()} | {
        "refused": sums.refused
    }


@pytest.fixture
def in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two deliveries in one go."""
    monkeypatch.setattr(journal_requeue, "AT_ONCE", 2)
    return iter(())


@pytest.mark.usefixtures("in_small_pieces")
def test_what_was_refused_waits_again(tmp_path: Path) -> None:
    """In its lane, counted, and no refusal any more; a second time there is none."""
    journal = opened(tmp_path)

    async def story() -> None:
        async with running(journal):
            await filled(journal)
            assert journal.refused == 2
            assert await journal.requeue("up", None) == 2
            assert (journal.depths["up", Lane.FAULT], journal.refused) == (2, 0)
            after = await journal.after("up", Lane.FAULT, 0, 9)
            assert [stored.number for stored in after] == [2, 5]
            assert await journal.requeue("up", None) == 0
            journal.settle("up", [2, 5])
            await journal.delivered()
            assert journal.depths["up", Lane.FAULT] == 0

    virtual.run(story())
    assert waiting(tmp_path) == {"refused": 0}


@pytest.mark.usefixtures("in_small_pieces")
def test_all_from_a_number_on_waits_again(tmp_path: Path) -> None:
    """For a platform that lost its store; what is before stays as it is."""
    journal = opened(tmp_path)

    async def story() -> None:
        async with running(journal):
            await filled(journal)
            assert await journal.requeue("up", 4) == 6
            after = await journal.after("up", Lane.FAULT, 0, 9)
            assert [stored.number for stored in after] == [4, 5, 6, 7, 8, 9]
            assert journal.refused == 1
            assert await journal.requeue("up", 8) == 0  # these wait already

    virtual.run(story())
    assert waiting(tmp_path) == {"up": 6, "refused": 1}


def test_what_was_given_up_with_its_uplink_comes_again(tmp_path: Path) -> None:
    """An uplink that was taken out and put back begins at its new start, unless it is asked."""
    journal = opened(tmp_path)

    async def story() -> None:
        async with running(journal):
            await journal.keep([told(n) for n in (1, 2, 3)], {}, [])
            await journal.flush()
            assert await journal.set_uplinks([]) == 3
            await journal.keep([told(4)], {}, [])
            await journal.set_uplinks(["up"])
            await journal.keep([told(5)], {}, [])
            await journal.flush()
            assert await journal.requeue("up", 1) == 4
            states = [each.deliveries[0].state for each in await journal.find(EventQuery(limit=9))]
            assert states == ["kept"] * 5  # the journal knows that the uplink gets them all

    virtual.run(story())


def test_an_uplink_that_there_never_was(tmp_path: Path) -> None:
    """It is not begun by the way: the next start would give up what waits for it."""
    journal = opened(tmp_path)

    async def story() -> None:
        async with running(journal):
            with pytest.raises(UnknownUplink):
                await journal.requeue("other", None)

    virtual.run(story())


@pytest.mark.usefixtures("in_small_pieces")
def test_where_no_gateway_runs_the_command_does_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the store's lock taken, so that none begins meanwhile."""
    kept(tmp_path)
    site = tmp_path / "site.yaml"
    site.write_text(SITE, encoding="utf-8")
    assert main(["--lang", "en", "journal", "requeue", str(site)]) == 0
    assert capsys.readouterr().out == "up: 2 are sent again\n"
    assert waiting(tmp_path) == {"up": 2, "refused": 0}
    assert main(["journal", "requeue", str(site), "--uplink", "up", "--from", "1"]) == 0
    assert waiting(tmp_path) == {"up": 9, "refused": 0}
    assert main(["--lang", "en", "journal", "requeue", str(site), "--uplink", "upp"]) == 2
    assert "no uplink; there are up" in capsys.readouterr().err


def test_beside_a_gateway_nothing_is_written(tmp_path: Path) -> None:
    """One that holds the store and does not answer: the command refuses."""
    kept(tmp_path)

    with (
        locked(tmp_path / "journal.lock"),
        pytest.raises(ConfigError, match="another gateway runs"),
    ):
        requeue_at_rest(tmp_path / "journal.db", "up", None)
    assert waiting(tmp_path) == {"refused": 2}


def test_an_uplink_that_no_gateway_has_served(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command says what to do first."""
    kept(tmp_path)
    site = tmp_path / "site.yaml"
    site.write_text(SITE.replace("id: up,", "id: new,"), encoding="utf-8")
    assert main(["--lang", "en", "journal", "requeue", str(site)]) == 2
    assert "start it once" in capsys.readouterr().err
