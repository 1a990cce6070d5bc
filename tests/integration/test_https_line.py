"""The line to a platform over HTTPS: every bad answer is one word, and none lasts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from cloud_bridge import https
from cloud_bridge.beside import NoReceipt
from cloud_bridge.contract.examples import AT, FIRST, example_events, narrator
from cloud_bridge.https import HttpsLine
from cloud_bridge.wire import Receipt
from edge.broker import BrokerTls
from edge.config.uplink_section import HttpsSection
from simulators.platform import report
from simulators.platform.desk import Desk
from simulators.platform.door import Door, Fault
from simulators.ports import free_port
from tests.fakes.authority import Authority

pytestmark = pytest.mark.integration

BODIES = [narrator().encode(kept) for kept in example_events()][:3]
IDS = tuple(f"gw-1/{FIRST + n}" for n in range(len(BODIES)))
TOKEN = "s3cret-of-gw-1"  # noqa: S105 - a test's own
ANSWERS_S = 1.0


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who does not answer is given up within a second."""
    monkeypatch.setattr(https, "ANSWERS_S", ANSWERS_S)
    monkeypatch.setattr(https, "CONNECTS_S", 1.0)


class Scene:
    """A platform's door, and a line to it."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", lasts: float = 1.0) -> None:
        self.folder = folder
        self.authority = Authority(folder)
        signed = self.authority.sign("server", timedelta(days=lasts), host)
        self.door = Door(signed.cert_file, signed.key_file, TOKEN, free_port())
        self.token_file = folder / "token"
        self.token_file.write_text(f"{TOKEN}\n", encoding="ascii")
        self.ca_file = self.authority.ca_file
        self.desk = Desk(folder / "platform.db", lambda: AT)
        self.told_back = 0

    @asynccontextmanager
    async def line(self, port: int | None = None) -> AsyncIterator[HttpsLine]:
        """A line to the door, or to what else listens on a port."""
        section = HttpsSection(
            url=f"https://127.0.0.1:{port or self.door.port}/ingest",
            token_file=str(self.token_file),
            tls=BrokerTls(ca_file=str(self.ca_file)),
        )
        line = HttpsLine(section)
        try:
            yield line
        finally:
            line.hang_up()

    def told(self) -> None:
        """A gateway speaks of an issue."""
        self.told_back += 1

    async def events(self) -> int:
        """How many the platform has."""
        return (await self.desk.ask(report.counts)).events


Story = Callable[[Scene], Awaitable[None]]


def play(scene: Scene, story: Story) -> None:
    """Open the door while the story happens."""

    async def main() -> None:
        async with asyncio.timeout(20):
            await scene.desk.open()
            try:
                async with scene.door.opened(scene.desk, scene.told):
                    await story(scene)
            finally:
                await scene.desk.close()

    asyncio.run(main())


def test_events_and_receipts_over_one_connection(tmp_path: Path) -> None:
    """One alone, a batch, none at all: each is answered with what is stored; then hung up."""

    async def story(scene: Scene) -> None:
        async with scene.line() as line:
            assert await line.send([]) == Receipt()
            assert await line.send(BODIES[:1]) == Receipt(stored=IDS[:1])
            own = line._streams
            assert own is not None
            assert await line.send(BODIES) == Receipt(stored=IDS)
            assert line._streams is own
            line.hang_up()
            assert await line.send(BODIES) == Receipt(stored=IDS)
        assert await scene.events() == len(BODIES)

    play(Scene(tmp_path), story)


FAULTS: dict[Fault, tuple[NoReceipt, bool]] = {
    "500": (NoReceipt(reason="the platform answers 500", blame="batch"), False),
    "429": (NoReceipt(reason="the platform is busy (429)", later_s=7), False),
    "die": (NoReceipt(reason="", blame="batch"), True),
    "hang": (NoReceipt(reason="no answer in 1 s", blame="batch"), False),
    "slow": (NoReceipt(reason="no answer in 1 s", blame="batch"), True),
    "nonsense": (NoReceipt(reason="the answer is no receipt", blame="batch"), False),
    "endless": (NoReceipt(reason="an answer without end", blame="batch"), False),
    "no_http": (NoReceipt(reason="an answer that is no HTTP", blame="batch"), False),
    "redirect": (
        NoReceipt(reason="it sends us to 'https://elsewhere.example/' (307): not followed"),
        False,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_answer_without_a_receipt(tmp_path: Path, fault: Fault) -> None:
    """It says so in words, within the time; the same line gets the receipt the next time."""

    async def story(scene: Scene) -> None:
        scene.door.retry_after = 7
        scene.door.script = lambda _: fault
        wanted, stored = FAULTS[fault]
        async with scene.line() as line:
            began = asyncio.get_running_loop().time()
            said = await line.send(BODIES)
            assert asyncio.get_running_loop().time() - began < ANSWERS_S + 1
            assert isinstance(said, NoReceipt)
            assert said.reason.startswith(wanted.reason)
            assert (said.blame, said.later_s) == (wanted.blame, wanted.later_s)
            assert await scene.events() == (len(BODIES) if stored else 0)
            scene.door.script = lambda _: None
            assert await line.send(BODIES) == Receipt(stored=IDS)
            assert await scene.events() == len(BODIES)

    play(Scene(tmp_path), story)


def test_a_receipt_that_names_nothing_is_one(tmp_path: Path) -> None:
    """`{}` names no event: whoever asked keeps them."""

    async def story(scene: Scene) -> None:
        scene.door.script = lambda _: "silent"
        async with scene.line() as line:
            assert await line.send(BODIES) == Receipt()

    play(Scene(tmp_path), story)


async def refused(scene: Scene, words: str, port: int | None = None) -> None:
    """Nothing is sent, with these words, and it is the way that is at fault."""
    async with scene.line(port) as line:
        said = await line.send(BODIES)
    assert isinstance(said, NoReceipt)
    assert words in said.reason
    assert TOKEN not in said.reason
    assert said.blame == "way"
    assert scene.door.requests == 0


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        (partial(Scene, lasts=-1.0), "its certificate is not trusted: certificate has expired"),
        (partial(Scene, host="127.0.0.2"), "its certificate is not trusted: IP address mismatch"),
    ],
)
def test_a_certificate_that_is_none(
    tmp_path: Path, scene: Callable[[Path], Scene], words: str
) -> None:
    """One that is over, or another host's: not a byte of an event leaves."""
    play(scene(tmp_path), lambda played: refused(played, words))


def test_an_authority_that_nobody_trusts(tmp_path: Path) -> None:
    """Signed by another authority, or by whom the system trusts: neither is the one written."""

    async def story(scene: Scene) -> None:
        scene.ca_file = Authority(tmp_path, "other").ca_file
        await refused(scene, "its certificate is not trusted: ")

    play(Scene(tmp_path), story)


@pytest.mark.parametrize("token", ["", "two words", "two\nlines", "ключ"])
def test_a_token_file_without_a_token(tmp_path: Path, token: str) -> None:
    """Said in words, and nothing is sent."""

    async def story(scene: Scene) -> None:
        scene.token_file.write_text(token, encoding="utf-8")
        await refused(scene, "its token file has no token")

    play(Scene(tmp_path), story)


def test_a_token_that_is_changed_is_read_anew(tmp_path: Path) -> None:
    """A wrong one is refused; a new one in the file is used for the next connection."""

    async def story(scene: Scene) -> None:
        scene.token_file.write_text("another", encoding="ascii")
        async with scene.line() as line:
            said = await line.send(BODIES)
            assert said == NoReceipt(reason="the platform does not know our token (401)")
            scene.token_file.write_text(TOKEN, encoding="ascii")
            assert await line.send(BODIES) == Receipt(stored=IDS)

    play(Scene(tmp_path), story)


def test_a_platform_that_is_not_there(tmp_path: Path) -> None:
    """Nobody listens; or somebody takes the connection and never speaks TLS."""

    async def story(scene: Scene) -> None:
        await refused(scene, "Connect call failed", free_port())
        mute = await asyncio.start_server(_say_nothing, "127.0.0.1", 0)
        async with mute:
            await refused(scene, "cannot be reached", mute.sockets[0].getsockname()[1])

    play(Scene(tmp_path), story)


async def _say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()
