"""Evidence on its way up: resumed, damaged, refused, unheard; and that it delays no event."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from cloud_bridge.evidence import ASKED, DEAF_S, PATIENCE_S, PIECE_BYTES
from cloud_bridge.wire import EvidenceReceipt, Piece
from edge.evidence.evidence import Evidence
from edge.model import Lane, RecordsDropped
from simulators.platform.shelf import Shelf
from tests.fakes.bridge import House
from tests.fakes.time import EPOCH, run


class Waiting:
    """What one uplink has not had, in memory; the disk fails when told to."""

    def __init__(self, *bodies: bytes) -> None:
        self.bodies = {hashlib.sha256(body).hexdigest(): body for body in bodies}
        self.left = list(self.bodies)
        self.tries = dict.fromkeys(self.bodies, 0)
        self.grown = asyncio.Event()
        self.failing = False

    async def next(self) -> Evidence | None:
        """The first that is left."""
        if self.failing:
            raise OSError("disk")
        return _evidence(self.left[0], self.bodies[self.left[0]]) if self.left else None

    async def piece(self, evidence: Evidence, offset: int, size: int) -> bytes:
        """Some bytes of it."""
        return self.bodies[evidence.sha256][offset : offset + size]

    async def delivered(self, evidence: Evidence) -> None:
        """It is not left."""
        self.left.remove(evidence.sha256)

    async def tried(self, evidence: Evidence) -> bool:
        """Three times."""
        self.tries[evidence.sha256] += 1
        if self.tries[evidence.sha256] == 3:
            self.left.remove(evidence.sha256)
        return evidence.sha256 in self.left


def _evidence(sha256: str, body: bytes) -> Evidence:
    return Evidence(
        sha256=sha256,
        camera="cam",
        kind="still",
        media_type="image/jpeg",
        size=len(body),
        blurred="faces",
        began=EPOCH,
        ended=EPOCH,
        file=f"{sha256}.jpg",
    )


class Had:
    """A platform's shelf in memory, as the contract has it."""

    def __init__(self, *, spoils: int = 0) -> None:
        self.parts: dict[str, bytes] = {}
        self.whole: dict[str, bytes] = {}
        self.spoils = spoils

    def __call__(self, sha256: str, piece: Piece) -> EvidenceReceipt:
        """Take a piece where it fits."""
        if sha256 in self.whole:
            return EvidenceReceipt(sha256=sha256, had=piece.total, stored=True)
        had = self.parts.get(sha256, b"")
        if piece.offset == len(had):
            had = self.parts[sha256] = had + piece.body
        if len(had) < piece.total:
            return EvidenceReceipt(sha256=sha256, had=len(had))
        del self.parts[sha256]
        if self.spoils:
            self.spoils -= 1
            return EvidenceReceipt(sha256=sha256, damaged=True)
        self.whole[sha256] = had
        return EvidenceReceipt(sha256=sha256, had=len(had), stored=True)


BODY = bytes(range(256)) * 256  # four pieces
SHA256 = hashlib.sha256(BODY).hexdigest()


def play(
    folder: Path, story: Callable[[House, Waiting], Awaitable[None]], *bodies: bytes
) -> tuple[House, Waiting]:
    """Run the story with a bridge that has this evidence to send."""
    waiting = Waiting(*(bodies or (BODY,)))
    house = House(folder, waiting)
    run(house.live(lambda: story(house, waiting)))
    return house, waiting


async def until(condition: Callable[[], bool], seconds: float = 3600) -> None:
    """Wait until something is so, in virtual time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.05)


def offsets(pieces: Sequence[tuple[str, Piece]]) -> list[tuple[int, int]]:
    """Where each piece began and how long it was."""
    return [(piece.offset, len(piece.body)) for _, piece in pieces]


def test_it_goes_piece_by_piece_after_a_question(tmp_path: Path) -> None:
    """First how much is there, then each piece after the word on the one before; no faster."""
    had = Had()

    async def story(house: House, waiting: Waiting) -> None:
        house.platform.evidence = had
        began = asyncio.get_running_loop().time()
        await until(lambda: not waiting.left)
        assert asyncio.get_running_loop().time() - began >= 5 * 0.1

    house, _ = play(tmp_path, story)
    assert had.whole == {SHA256: BODY}
    size = PIECE_BYTES
    assert offsets(house.platform.pieces) == [(0, 0), *((n * size, size) for n in range(4))]


def test_after_a_cut_it_goes_on_where_the_platform_is(tmp_path: Path) -> None:
    """The gateway remembers nothing of how far it was: the platform is asked."""
    had = Had()

    async def story(house: House, waiting: Waiting) -> None:
        house.platform.evidence = had
        await until(lambda: len(house.platform.pieces) == 3)
        house.platform.reachable.clear()
        await asyncio.sleep(60)
        house.platform.reachable.set()
        await until(lambda: not waiting.left)

    house, _ = play(tmp_path, story)
    assert had.whole == {SHA256: BODY}
    assert sum(length for _, length in offsets(house.platform.pieces)) <= len(BODY) + PIECE_BYTES
    assert offsets(house.platform.pieces).count((0, 0)) == 2


def test_no_piece_leaves_while_an_event_waits(tmp_path: Path) -> None:
    """Not even for its receipt; an alarm in the middle overtakes what is left of a clip."""
    had = Had()

    async def story(house: House, waiting: Waiting) -> None:
        house.platform.evidence = had
        house.platform.answering = False
        await house.add(1, Lane.LIFE_SAFETY)
        await asyncio.sleep(50)
        assert house.platform.received
        assert house.platform.pieces == []
        house.platform.answering = True
        await until(lambda: len(house.platform.pieces) == 2)
        house.platform.answering = False
        await house.add(1, Lane.INFO)
        await asyncio.sleep(50)
        assert len(house.platform.pieces) <= 3
        house.platform.answering = True
        await until(lambda: not waiting.left)

    play(tmp_path, story)
    assert had.whole == {SHA256: BODY}


def test_what_arrives_damaged_is_sent_anew_and_given_up_in_the_end(tmp_path: Path) -> None:
    """A quota of tries; then it is told, and the next one has its turn."""
    other = b"another"
    had = Had(spoils=3)

    async def story(house: House, waiting: Waiting) -> None:
        house.platform.evidence = had
        await until(lambda: not waiting.left)
        await until(lambda: bool(house.told))

    house, waiting = play(tmp_path, story, BODY, other)
    assert waiting.tries[SHA256] == 3
    assert list(had.whole.values()) == [other]
    [dropped] = house.told
    assert isinstance(dropped, RecordsDropped)
    assert (dropped.what, dropped.count) == ("evidence", 1)
    assert "damaged" in dropped.reason


def test_what_a_platform_refuses_is_not_sent_again(tmp_path: Path) -> None:
    """It is told with the platform's words."""

    async def story(house: House, waiting: Waiting) -> None:
        house.platform.evidence = lambda sha256, _: EvidenceReceipt(sha256=sha256, refused="full")
        await until(lambda: not waiting.left and bool(house.told))

    house, _ = play(tmp_path, story)
    assert len(house.platform.pieces) == 1
    assert [each.reason for each in house.told if isinstance(each, RecordsDropped)] == [
        "refused by up: full"
    ]


def test_a_platform_that_takes_no_evidence_is_left_in_peace(tmp_path: Path) -> None:
    """A few questions each five minutes, for as long as it is silent; then it gets everything."""
    had = Had()

    async def story(house: House, waiting: Waiting) -> None:
        await asyncio.sleep(3600)
        rounds = 3600 / (DEAF_S + ASKED * PATIENCE_S)
        assert ASKED * (rounds - 1) <= len(house.platform.pieces) <= ASKED * (rounds + 1)
        assert all(piece.body == b"" for _, piece in house.platform.pieces)
        house.platform.evidence = had
        await until(lambda: not waiting.left)

    play(tmp_path, story)
    assert had.whole == {SHA256: BODY}


def test_a_word_that_got_lost_costs_one_question(tmp_path: Path) -> None:
    """The platform has the piece: nothing is sent twice."""
    had, silent = Had(), [2]

    def deaf(sha256: str, piece: Piece) -> EvidenceReceipt | None:
        receipt = had(sha256, piece)
        if piece.offset == PIECE_BYTES and silent.pop():
            silent.append(0)
            return None
        return receipt

    async def story(house: House, waiting: Waiting) -> None:
        house.platform.evidence = deaf
        await until(lambda: not waiting.left)

    house, _ = play(tmp_path, story)
    sent = [offset for offset, length in offsets(house.platform.pieces) if length]
    assert sent == [n * PIECE_BYTES for n in range(4)]


def test_a_disk_that_cannot_be_read_ends_no_session(tmp_path: Path) -> None:
    """Events go on; evidence waits until the disk is well."""
    had = Had()

    async def story(house: House, waiting: Waiting) -> None:
        waiting.failing = True
        house.platform.evidence = had
        await asyncio.sleep(100)
        [event] = await house.add(1)
        await until(lambda: house.platform.stored == [event])
        assert house.platform.sessions == 1
        waiting.failing = False
        await until(lambda: not waiting.left)

    play(tmp_path, story)
    assert had.whole == {SHA256: BODY}


@pytest.mark.parametrize("cut", [0, 1, 100, len(BODY) - 1])
def test_the_simulated_platform_keeps_the_contract(cut: int, tmp_path: Path) -> None:
    """It goes on from what is on its disk, whatever comes twice, and tells a wrong hash."""

    async def main() -> None:
        first = Shelf(tmp_path)
        if cut:
            got = await first.take("s", SHA256, Piece(offset=0, total=len(BODY), body=BODY[:cut]))
            assert got == EvidenceReceipt(sha256=SHA256, had=cut)
        shelf = Shelf(tmp_path)  # a restart lies between
        question = Piece(offset=0, total=len(BODY))
        assert (await shelf.take("s", SHA256, question)).had == cut
        beyond = Piece(offset=cut + 1, total=len(BODY) + 9, body=b"x")
        assert (await shelf.take("s", SHA256, beyond)).had == cut
        rest = await shelf.take("s", SHA256, Piece(offset=0, total=len(BODY), body=BODY))
        assert rest == EvidenceReceipt(sha256=SHA256, had=len(BODY), stored=True)
        assert await shelf.take("s", SHA256, question) == rest
        assert shelf.path("s", SHA256).read_bytes() == BODY
        wrong = "0" * 64
        told = await shelf.take("s", wrong, Piece(offset=0, total=3, body=b"abc"))
        assert told == EvidenceReceipt(sha256=wrong, damaged=True)
        assert (await shelf.take("s", wrong, Piece(offset=0, total=3))).had == 0
        assert (await shelf.take("../s", SHA256, question)).refused

    asyncio.run(main())
